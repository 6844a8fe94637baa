"""Keeps a server up to date while no request does: the views after commands, and what a worker knows of the register.

Commands leave the views behind, so that the next read would have to catch up with all of them: one process beside the workers,
`python -m api.operations.store_keeper`, does so once a second. A worker without requests would keep the names and keys of
people in memory who were erased meanwhile: a thread of each looks.
"""

import os
from contextlib import suppress
from functools import partial
from threading import Thread
from time import sleep

from api.operations.lazy_stores import LazyStores, open_serving_stores
from api.operations.settings import Settings, load_settings
from api.operations.stores import Stores, open_stores

PAUSE_SECONDS = 1.0


def open_watched_stores(settings: Settings) -> Stores:
    """Open the stores of a worker, with the thread that forgets what is outdated."""
    stores = open_serving_stores(settings)
    Thread(target=_watch_register, args=(stores,), name="register watch", daemon=True).start()
    return stores


def _watch_register(stores: Stores) -> None:
    while True:
        sleep(PAUSE_SECONDS)
        with suppress(Exception):  # a request that meets the same tells it
            stores.register.known.drop_outdated()
            stores.answers.keep_only(stores.register.known.latest)


def keep_views() -> None:
    """Bring the views up to date until the process that started this one has ended."""
    stores, parent = LazyStores(partial(open_stores, load_settings())), os.getppid()
    while os.getppid() == parent:
        with suppress(Exception):  # a request that meets the same tells it
            stores().views.catch_up()
        sleep(PAUSE_SECONDS)
    stores.close()


if __name__ == "__main__":
    keep_views()
