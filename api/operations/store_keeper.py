"""Keeps a server's process up to date while no request does: the views after commands, and what it knows of the register.

Commands leave the views behind, so that the next read would have to catch up with all of them. A process without requests
would keep the names and keys of people in memory who were erased meanwhile.
"""

from contextlib import suppress
from threading import Event, Thread

from api.operations.stores import Stores

PAUSE_SECONDS = 1.0


class StoreKeeper(Thread):
    def __init__(self, stores: Stores) -> None:
        super().__init__(name="store keeper", daemon=True)
        self.stores = stores
        self.stopped = Event()

    def run(self) -> None:
        while not self.stopped.wait(PAUSE_SECONDS):
            with suppress(Exception):  # a request that meets the same tells it
                self.keep()

    def keep(self) -> None:
        self.stores.register.known.drop_outdated()
        self.stores.views.catch_up()
