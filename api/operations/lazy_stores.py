"""The stores of a server's process: opened when first needed, and tried again after a failure.

So a process boots while a store is locked or down, and answers 503 until it can be opened.
"""

import sys
from collections.abc import Callable
from math import inf
from threading import Lock
from time import monotonic

import structlog

from api.operations.admin_token import ensure_admin_token
from api.operations.settings import Settings
from api.operations.stores import Stores, open_stores
from okr_events.domain.errors import Unavailable

WAIT_SECONDS = 5.0
"""How long a request waits while another one opens the stores."""
RETRY_SECONDS = 1.0
"""The pause after a failure, in which requests are refused at once."""


class StoresUnavailable(Unavailable):
    code = "stores-unavailable"
    title = "The stores cannot be opened at the moment. The server's log says why. Try again in a moment."


class LazyStores:
    def __init__(self, open_: Callable[[], Stores]) -> None:
        self._open = open_
        self._lock = Lock()
        self._stores: Stores | None = None
        self._failed_at = -inf
        self._failure: Unavailable = StoresUnavailable()

    def __call__(self) -> Stores:
        """Return the stores; open them if no request has done so. Raises `StoresUnavailable`, `Unavailable`."""
        return self._stores or self._open_once()

    def close(self) -> None:
        if self._stores is not None:
            self._stores.close()

    def _open_once(self) -> Stores:
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise StoresUnavailable
        try:
            if self._stores is None:
                self._stores = self._try_to_open()
            return self._stores
        finally:
            self._lock.release()

    def _try_to_open(self) -> Stores:
        if monotonic() - self._failed_at < RETRY_SECONDS:
            raise self._failure.with_traceback(None)
        self._failure = StoresUnavailable()  # the last one's traceback keeps SQLite's files open, read-only as they may be
        try:
            return self._open()
        except Exception as error:
            self._failed_at = monotonic()
            self._failure = error if isinstance(error, Unavailable) else StoresUnavailable()
            structlog.get_logger().error("stores not opened", error=str(error))
            if error is self._failure:
                raise
            raise self._failure from error


def open_serving_stores(settings: Settings) -> Stores:
    """Open the stores and ensure that there is an admin token; print a new one. Raises the errors of both."""
    stores = open_stores(settings)
    try:
        secret = ensure_admin_token(stores, settings)
    except BaseException:
        stores.close()
        raise
    if secret:
        sys.stdout.write(f"Admin token (shown once, stored in {settings.data_dir / 'admin-token'}):\n\n  {secret}\n\n")
        sys.stdout.flush()
    return stores
