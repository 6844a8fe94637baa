"""Publishing of checkpoints to destinations outside the database, beyond the reach of anyone who can rewrite it."""

import os
import subprocess
from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib import request

import structlog

from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.event_log.checkpoint_notes import InvalidNote, parse_unverified
from okr_events.register import checkpoints
from okr_events.register.checkpoints import StoredCheckpoint

TIMEOUT_SECONDS = 5.0
"""The time limit of a command or webhook."""
MAX_ERROR_LENGTH = 200
DELIVERY_ERRORS = (OSError, HTTPException, subprocess.SubprocessError)
Destination = Callable[[StoredCheckpoint, bool], None]
"""Receives a checkpoint and whether it is the newest; must be idempotent. Raises one of `DELIVERY_ERRORS`."""


class DestinationOccupied(OSError):
    """The file exists and is not an earlier checkpoint of this log."""


def configured_destinations(settings: Settings) -> dict[str, Destination]:
    """Return the configured destinations by name."""
    destinations: dict[str, Destination] = {}
    if settings.checkpoint_file:
        destinations["file"] = partial(_write_to_file, settings.checkpoint_file)
    if settings.checkpoint_command:
        destinations["command"] = partial(_pipe_to_command, settings.checkpoint_command)
    if settings.checkpoint_webhook:
        destinations["webhook"] = partial(_post_to_webhook, settings.checkpoint_webhook)
    return destinations


def publish_pending(stores: Stores, settings: Settings) -> dict[str, str]:
    """Send the pending checkpoints, the oldest first; return errors by destination.

    A destination that fails is not tried again in this call, and does not hold up the others.
    """
    errors: dict[str, str] = {}
    if not (destinations := configured_destinations(settings)):
        return errors
    with stores.register.connect() as connection:
        pending = checkpoints.list_to_publish(connection)
    for checkpoint in pending:
        if checkpoint.published_at is None or not destinations.keys() <= checkpoint.delivered:
            _deliver(stores, checkpoint, destinations, errors, newest=checkpoint is pending[-1])
    return errors


def _deliver(
    stores: Stores, checkpoint: StoredCheckpoint, destinations: dict[str, Destination], errors: dict[str, str], *, newest: bool
) -> None:
    delivered = checkpoint.delivered & destinations.keys()
    for name in [name for name in destinations if name not in delivered | errors.keys()]:
        try:
            destinations[name](checkpoint, newest)
        except DELIVERY_ERRORS as error:
            errors[name] = f"{name}: {_describe_error(error)}"[:MAX_ERROR_LENGTH]
            structlog.get_logger().warning(
                "checkpoint not published", destination=name, size=checkpoint.size, error=errors[name]
            )
        else:
            delivered |= {name}
    missing = sorted(destinations.keys() - delivered)
    with stores.register.write_transaction() as connection:
        checkpoints.record_delivery(connection, checkpoint, delivered, "; ".join(errors[name] for name in missing) or None)


def _describe_error(error: BaseException) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"exit status {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"timeout after {TIMEOUT_SECONDS:g} seconds"
    return str(error) or type(error).__name__


def _write_to_file(path: Path, checkpoint: StoredCheckpoint, newest: bool) -> None:  # noqa: FBT001 - a `Destination`
    """Write the newest checkpoint to a file; in a folder, write a file per size and the newest."""
    if path.is_dir():
        _replace_file(path / f"{checkpoint.size:012}.note", checkpoint)
    if newest:
        _replace_file(path / "newest.note" if path.is_dir() else path, checkpoint)


def _replace_file(path: Path, checkpoint: StoredCheckpoint) -> None:
    """Write a file atomically; after a power cut it is the old one or the new one."""
    _check_replaceable(path, checkpoint)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
        temporary = Path(file.name)
        try:
            file.write(checkpoint.note)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def _check_replaceable(path: Path, checkpoint: StoredCheckpoint) -> None:
    """Check that a file is missing or an earlier checkpoint; anything else may be evidence. Raises `DestinationOccupied`."""
    if not path.exists():
        return
    new = parse_unverified(checkpoint.note)
    try:
        old = parse_unverified(path.read_text(encoding="utf-8"))
    except (InvalidNote, UnicodeDecodeError):
        raise DestinationOccupied(f"{path} is not a checkpoint; it was not overwritten") from None
    if old.origin != new.origin:
        raise DestinationOccupied(f"{path} is a checkpoint of the log {old.origin}; it was not overwritten")
    if old.size > new.size or (old.size == new.size and old.root != new.root):
        raise DestinationOccupied(f"{path} is a checkpoint over {old.size} events, not older than this one over {new.size}")


def _pipe_to_command(arguments: tuple[str, ...], checkpoint: StoredCheckpoint, _: bool) -> None:  # noqa: FBT001 - a `Destination`
    """Run the command with the note on standard input, without our settings, which contain secrets; discard its output."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    note, nowhere = checkpoint.note.encode(), subprocess.DEVNULL
    subprocess.run(arguments, input=note, env=env, timeout=TIMEOUT_SECONDS, check=True, stdout=nowhere, stderr=nowhere)  # noqa: S603


def _post_to_webhook(url: str, checkpoint: StoredCheckpoint, _: bool) -> None:  # noqa: FBT001 - a `Destination`
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    post = request.Request(url, checkpoint.note.encode(), headers, method="POST")  # noqa: S310 - the opener allows HTTP only
    with _opener().open(post, timeout=TIMEOUT_SECONDS):
        pass


def _opener() -> request.OpenerDirector:
    """Return an opener for HTTP and HTTPS that follows no redirects, which would lose the body."""
    opener = request.OpenerDirector()
    protocols = (request.ProxyHandler(), request.HTTPHandler(), request.HTTPSHandler(), request.UnknownHandler())
    for handler in (*protocols, request.HTTPDefaultErrorHandler(), request.HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener
