"""Publishing: checkpoints sent to places outside the database, where nobody who rewrites it can take them back."""

import os
import subprocess
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib import request

import structlog

from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.event_log.checkpoint_notes import InvalidNote, parse_unverified
from okr_events.register import checkpoints
from okr_events.register.checkpoints import StoredCheckpoint

TIMEOUT_SECONDS = 5.0
"""How long a command or a webhook may take."""
MAX_ERROR_LENGTH = 200
DELIVERY_ERRORS = (OSError, HTTPException, subprocess.SubprocessError)
Destination = Callable[[StoredCheckpoint, bool], None]
"""Takes a checkpoint and whether it is the newest; sending one again does no harm. Raises one of `FAILURES`."""


class DestinationOccupied(OSError):
    """What stands in the place is not an earlier checkpoint of this log."""


def configured_destinations(settings: Settings) -> dict[str, Destination]:
    """The places that are set, by name."""
    found: dict[str, Destination] = {}
    if settings.checkpoint_file:
        found["file"] = partial(_write_to_file, settings.checkpoint_file)
    if settings.checkpoint_command:
        found["command"] = partial(_pipe_to_command, settings.checkpoint_command)
    if settings.checkpoint_webhook:
        found["webhook"] = partial(_post_to_webhook, settings.checkpoint_webhook)
    return found


def publish_pending(stores: Stores, settings: Settings) -> dict[str, str]:
    """Send every checkpoint that is owed, the oldest first, and give what failed, by place.

    A place that fails is left alone until the next occasion, and holds up no other.
    """
    failed: dict[str, str] = {}
    if not (there := configured_destinations(settings)):
        return failed
    with stores.register.engine.connect() as connection:
        owed = checkpoints.list_to_publish(connection)
    for made in owed:
        if made.published_at is None or not there.keys() <= made.delivered:
            _deliver(stores, made, there, failed, newest=made is owed[-1])
    return failed


def _deliver(
    stores: Stores, made: StoredCheckpoint, there: dict[str, Destination], failed: dict[str, str], *, newest: bool
) -> None:
    delivered = made.delivered & there.keys()
    for name in [name for name in there if name not in delivered | failed.keys()]:
        try:
            there[name](made, newest)
        except DELIVERY_ERRORS as error:
            failed[name] = f"{name}: {_describe_error(error)}"[:MAX_ERROR_LENGTH]
            structlog.get_logger().warning("checkpoint not published", place=name, size=made.size, error=failed[name])
        else:
            delivered |= {name}
    missing = sorted(there.keys() - delivered)
    with stores.register.write_transaction() as connection:
        checkpoints.record_delivery(connection, made, delivered, "; ".join(failed[name] for name in missing) or None)


def _describe_error(error: BaseException) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"it ended with status {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {TIMEOUT_SECONDS:g} seconds"
    return str(error) or type(error).__name__


def _write_to_file(path: Path, made: StoredCheckpoint, newest: bool) -> None:  # noqa: FBT001 - a `Place`
    """The newest checkpoint alone, or in a folder a file for each size and the newest."""
    if path.is_dir():
        _replace_file(path / f"{made.size:012}.note", made)
    if newest:
        _replace_file(path / "newest.note" if path.is_dir() else path, made)


def _replace_file(path: Path, made: StoredCheckpoint) -> None:
    """Write it in one step; a reader finds the old file or the new one, also after a power cut."""
    _check_replaceable(path, made)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
        written = Path(file.name)
        try:
            file.write(made.note)
            file.flush()
            os.fsync(file.fileno())
            written.chmod(0o644)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)


def _check_replaceable(path: Path, made: StoredCheckpoint) -> None:
    """Whatever else stands there is evidence, or somebody's file: it is never overwritten."""
    if not path.exists():
        return
    own = parse_unverified(made.note)
    try:
        there = parse_unverified(path.read_text(encoding="utf-8"))
    except (InvalidNote, UnicodeDecodeError):
        raise DestinationOccupied(f"{path} is not a checkpoint and is left as it is") from None
    if there.origin != own.origin:
        raise DestinationOccupied(f"{path} holds a checkpoint of the log {there.origin} and is left as it is")
    if there.size > own.size or (there.size == own.size and there.root != own.root):
        raise DestinationOccupied(
            f"{path} holds a checkpoint over {there.size} events that does not come before this one over {own.size}"
        )


def _pipe_to_command(words: tuple[str, ...], made: StoredCheckpoint, _: bool) -> None:  # noqa: FBT001 - a `Place`
    """Our own settings hold secrets: the command sees none of them, and what it says is kept nowhere."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(words, input=made.note.encode(), env=shell, timeout=TIMEOUT_SECONDS, check=True, **quiet)  # noqa: S603 - the operator's


def _post_to_webhook(url: str, made: StoredCheckpoint, _: bool) -> None:  # noqa: FBT001 - a `Place`
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    posted = request.Request(url, made.note.encode(), headers, method="POST")  # noqa: S310 - the opener knows only two schemes
    with _opener().open(posted, timeout=TIMEOUT_SECONDS):
        pass


def _opener() -> request.OpenerDirector:
    """HTTP and HTTPS, no other scheme, and no redirect: it would be followed without the note."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
