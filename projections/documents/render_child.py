"""The child process of `render_process`: reads a pickled value, writes it in one form, within limits of memory and CPU time.

`python -m projections.documents.render_child MODULE BYTES SECONDS`, where the module has the function `render`.
"""

import json
import pickle
import resource
import signal
import sys
from importlib import import_module

from projections.documents.optional_dependency import FormatUnavailable

UNAVAILABLE, OUT_OF_MEMORY = 3, 4
"""Exit statuses: an optional library is missing, and stderr says which as JSON; the memory does not suffice."""


def main(module: str, memory: int, seconds: int) -> int:
    """Render stdin to stdout; returns the exit status."""
    render = import_module(module).render  # before the limits: Python that lacks memory within an import fails with any error
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, memory)
    _limit(resource.RLIMIT_CPU, seconds)
    signal.alarm(3 * seconds)  # the parent ends a child earlier, unless it has died
    try:
        content = render(pickle.load(sys.stdin.buffer))  # noqa: S301 - our own parent wrote it
        sys.stdout.buffer.write(content.encode() if isinstance(content, str) else content)
    except FormatUnavailable as error:
        json.dump({"form": error.form, "extra": error.extra}, sys.stderr)
        return UNAVAILABLE
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit(kind: int, value: int) -> None:
    """Set a limit, unless the system has set a lower one."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
