"""Making much at once, none of it in circles, while Python's collector, which would go through all of it in vain, rests."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_gc() -> Iterator[None]:
    """Whoever stopped the collector starts it again, also while others go on."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
