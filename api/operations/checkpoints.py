"""Checkpoints: signed roots of the log, made only where the log still begins with all that was signed before."""

from typing import Any

import structlog
from sqlalchemy import Connection

from api.operations.checkpoint_publishing import places, publish
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import BadNote, Checkpoint, SigningKey, opened, signed
from okr_events.register import checkpoints, signing_keys
from okr_events.register.secure_erase import overwritten
from okr_events.register.signing_keys import KnownKey

DEMAND, SEAL, SCHEDULE, ROTATION = "demand", "seal", "schedule", "rotation"


class LogNotContinued(Unavailable):
    code = "log-not-continued"
    title = "The log was rolled back or replaced: nothing of it is signed until it continues the newest checkpoint again."


def checkpoint_now(stores: Stores, settings: Settings, why: str) -> str:
    """The signed note of the log as it is: the newest one where nothing has changed since, or a new one, remembered.

    The first note after a rotation is signed by the old key too, whose private part is then deleted. Raises
    `LogNotContinued`, and `LogRenamed`, `SigningKeyMissing` or `SigningKeyRetired` where the settings do not fit the register.
    """
    with stores.register.changing() as connection:
        before = checkpoints.newest(connection)
        name = signing_keys.log_name(connection, settings.log_name)
        keys = signing_keys.signers(connection, name, settings.signing_key)
        size = stores.log.head().position  # read after `before` and under its lock, so that it is never behind it
        checkpoint = Checkpoint(name, size, stores.log.root(size))
        if before:
            _check(stores.log, Checkpoint(name, before.size, before.root), checkpoint)
            if before.size == size and len(keys) == 1 and _signed_by(keys[0], before.note):
                return before.note
        note = _make(connection, checkpoint, keys, why, owed=bool(places(settings)))
    if len(keys) > 1:
        overwritten(stores.register.engine, patience=0)
    return note


def rotate(stores: Stores, settings: Settings) -> str:
    """Retire the register's key, make another, and give the note that both have signed.

    Raises `KeyFromEnvironment`, and what `checkpoint_now` raises.
    """
    with stores.register.changing() as connection:
        signing_keys.rotate(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
    return checkpoint_now(stores, settings, ROTATION)


def public_keys(stores: Stores, settings: Settings) -> list[KnownKey]:
    """Every key that ever signed, the newest first; the first one is made when there is none."""
    with stores.register.changing() as connection:
        signing_keys.signers(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
        return signing_keys.known(connection)


def published(stores: Stores, settings: Settings, why: str) -> str | None:
    """Make a checkpoint and send it, with what is owed from before, to the places that are set.

    Never raises: nothing that goes wrong here takes back what the log recorded. It is written to the server's log, and
    `okr doctor` shows it. Gives the note, or nothing where none could be made.
    """
    try:
        note = checkpoint_now(stores, settings, why)
        publish(stores, settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, what was recorded stays recorded
        structlog.get_logger().error("no checkpoint published", why=why, exc_info=error)
        return None
    return note


def discontinued(log: Any, before: Checkpoint, now: Checkpoint) -> str | None:
    """What shows that the log as it is now does not continue the one of an earlier checkpoint, or nothing."""
    if now.size < before.size:
        return f"A checkpoint was signed over {before.size} events, the log holds {now.size}: its end was lost."
    if before.size == 0:
        return None  # every log begins with nothing
    proof = merkle.consistency(before.size, now.size, log.hashes)
    if not merkle.consistent(before.size, now.size, proof, before.root, now.root):
        return f"The checkpoint over {before.size} events does not begin this log of {now.size}: its past is another one."
    return None


def _check(log: Any, before: Checkpoint, now: Checkpoint) -> None:
    if wrong := discontinued(log, before, now):
        raise LogNotContinued(wrong)


def _signed_by(key: SigningKey, note: str) -> bool:
    try:
        opened(note, [key.verifier])
    except BadNote:
        return False
    return True


def _make(connection: Connection, checkpoint: Checkpoint, keys: list[SigningKey], why: str, *, owed: bool) -> str:
    note = signed(checkpoint, keys)
    checkpoints.remember(connection, checkpoint, note, why if len(keys) == 1 else ROTATION, owed=owed)
    signing_keys.forget_retired(connection)
    return note
