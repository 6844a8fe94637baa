"""Checkpoints: signed roots of the log, made only where the log still begins with all that was signed before."""

from typing import Any

import structlog
from sqlalchemy import Connection

from api.operations.checkpoint_publishing import configured_destinations, publish_pending
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, SigningKey, sign_checkpoint, verify_checkpoint
from okr_events.register import checkpoints, signing_keys
from okr_events.register.secure_erase import overwrite_deleted
from okr_events.register.signing_keys import KnownKey

DEMAND, SEAL, SCHEDULE, ROTATION = "demand", "seal", "schedule", "rotation"


class LogNotContinued(Unavailable):
    code = "log-not-continued"
    title = "The log was rolled back or replaced: nothing of it is signed until it continues the newest checkpoint again."


def create_checkpoint(stores: Stores, settings: Settings, why: str) -> str:
    """The signed note of the log as it is: the newest one where nothing has changed since, or a new one, remembered.

    The first note after a rotation is signed by the old key too, whose private part is then deleted. Raises
    `LogNotContinued`, and `LogRenamed`, `SigningKeyMissing` or `SigningKeyRetired` where the settings do not fit the register.
    """
    with stores.register.write_transaction() as connection:
        before = checkpoints.find_latest(connection)
        name = signing_keys.log_name(connection, settings.log_name)
        keys = signing_keys.load_signers(connection, name, settings.signing_key)
        size = stores.log.head().position  # read after `before` and under its lock, so that it is never behind it
        checkpoint = Checkpoint(name, size, stores.log.compute_root(size))
        if before:
            _check_continuity(stores.log, Checkpoint(name, before.size, before.root), checkpoint)
            if before.size == size and len(keys) == 1 and _is_signed_by(keys[0], before.note):
                return before.note
        note = _store_checkpoint(connection, checkpoint, keys, why, owed=bool(configured_destinations(settings)))
    if len(keys) > 1:
        overwrite_deleted(stores.register.engine, patience=0)
    return note


def rotate_signing_key(stores: Stores, settings: Settings) -> str:
    """Retire the register's key, make another, and give the note that both have signed.

    Raises `KeyFromEnvironment`, and what `create_checkpoint` raises.
    """
    with stores.register.write_transaction() as connection:
        signing_keys.rotate(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
    return create_checkpoint(stores, settings, ROTATION)


def public_keys(stores: Stores, settings: Settings) -> list[KnownKey]:
    """Every key that ever signed, the newest first; the first one is made when there is none."""
    with stores.register.write_transaction() as connection:
        signing_keys.load_signers(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
        return signing_keys.list_known_keys(connection)


def publish_checkpoint(stores: Stores, settings: Settings, why: str) -> str | None:
    """Make a checkpoint and send it, with what is owed from before, to the places that are set.

    Never raises: nothing that goes wrong here takes back what the log recorded. It is written to the server's log, and
    `okr doctor` shows it. Gives the note, or nothing where none could be made.
    """
    try:
        note = create_checkpoint(stores, settings, why)
        publish_pending(stores, settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, what was recorded stays recorded
        structlog.get_logger().error("no checkpoint published", why=why, exc_info=error)
        return None
    return note


def find_discontinuity(log: Any, before: Checkpoint, now: Checkpoint) -> str | None:
    """What shows that the log as it is now does not continue the one of an earlier checkpoint, or nothing."""
    if now.size < before.size:
        return f"A checkpoint was signed over {before.size} events, the log holds {now.size}: its end was lost."
    if before.size == 0:
        return None  # every log begins with nothing
    proof = merkle.consistency_proof(before.size, now.size, log.fetch_hashes)
    if not merkle.verify_consistency(before.size, now.size, proof, before.root, now.root):
        return f"The checkpoint over {before.size} events does not begin this log of {now.size}: its past is another one."
    return None


def _check_continuity(log: Any, before: Checkpoint, now: Checkpoint) -> None:
    if wrong := find_discontinuity(log, before, now):
        raise LogNotContinued(wrong)


def _is_signed_by(key: SigningKey, note: str) -> bool:
    try:
        verify_checkpoint(note, [key.verifier])
    except InvalidNote:
        return False
    return True


def _store_checkpoint(connection: Connection, checkpoint: Checkpoint, keys: list[SigningKey], why: str, *, owed: bool) -> str:
    note = sign_checkpoint(checkpoint, keys)
    checkpoints.insert_checkpoint(connection, checkpoint, note, why if len(keys) == 1 else ROTATION, owed=owed)
    signing_keys.delete_retired_seeds(connection)
    return note
