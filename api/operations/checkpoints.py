"""Creation of checkpoints: signs the log only if it continues every checkpoint signed before."""

import structlog
from sqlalchemy import Connection

from api.operations.checkpoint_publishing import configured_destinations, publish_pending
from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.domain.errors import Unavailable
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import Checkpoint, InvalidNote, SigningKey, sign_checkpoint, verify_checkpoint
from okr_events.event_log.recorder import LogRecorder
from okr_events.register import checkpoints, signing_keys
from okr_events.register.secure_erase import overwrite_deleted
from okr_events.register.signing_keys import KnownKey

DEMAND, SEAL, SCHEDULE, ROTATION = "demand", "seal", "schedule", "rotation"


class LogNotContinued(Unavailable):
    code = "log-not-continued"
    title = "The log does not continue its newest checkpoint: it was rolled back or replaced, and is not signed."


def create_checkpoint(stores: Stores, settings: Settings, why: str) -> str:
    """Return a signed note of the present log: the newest one if nothing was recorded since, otherwise a new one.

    After a rotation the old key signs, too; then its private part is deleted. Raises `LogNotContinued`, `LogRenamed`,
    `SigningKeyMissing`, `SigningKeyRetired`.
    """
    with stores.register.write_transaction() as connection:
        latest = checkpoints.find_latest(connection)
        name = signing_keys.log_name(connection, settings.log_name)
        keys = signing_keys.load_signers(connection, name, settings.signing_key)
        size = stores.log.head().position  # read under the lock and after `latest`, so that it is never behind
        checkpoint = Checkpoint(name, size, stores.log.compute_root(size))
        if latest:
            if reason := find_discontinuity(stores.log, Checkpoint(name, latest.size, latest.root), checkpoint):
                raise LogNotContinued(reason)
            if latest.size == size and len(keys) == 1 and _is_signed_by(keys[0], latest.note):
                return latest.note
        note = _store_checkpoint(connection, checkpoint, keys, why, pending=bool(configured_destinations(settings)))
    if len(keys) > 1:
        overwrite_deleted(stores.register.engine, patience=0)
    return note


def rotate_signing_key(stores: Stores, settings: Settings) -> str:
    """Retire the register's key, generate another one, and return a note signed by both.

    Raises `KeyFromEnvironment` and the errors of `create_checkpoint`.
    """
    with stores.register.write_transaction() as connection:
        signing_keys.rotate(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
    return create_checkpoint(stores, settings, ROTATION)


def public_keys(stores: Stores, settings: Settings) -> list[KnownKey]:
    """Return every key that ever signed, the newest first; generate the first one if there is none."""
    with stores.register.write_transaction() as connection:
        signing_keys.load_signers(connection, signing_keys.log_name(connection, settings.log_name), settings.signing_key)
        return signing_keys.list_known_keys(connection)


def record_checkpoint(stores: Stores, settings: Settings, why: str) -> str | None:
    """Create a checkpoint, which waits for its publication, and return its note.

    Never raises, because the events are recorded already: a failure goes to the server's log, and the result is `None`.
    """
    try:
        return create_checkpoint(stores, settings, why)
    except Exception as error:  # noqa: BLE001 - no failure here may fail the request
        structlog.get_logger().error("checkpoint failed", why=why, exc_info=error)
        return None


def publish_recorded(stores: Stores, settings: Settings) -> None:
    """Send pending checkpoints to the configured destinations, which may take seconds: for closings and `okr follow`.

    Never raises: failures go to the server's log, and `okr doctor` reports unpublished checkpoints.
    """
    try:
        publish_pending(stores, settings)
    except Exception as error:  # noqa: BLE001 - no failure here may fail the request
        structlog.get_logger().error("checkpoints not published", exc_info=error)


def find_discontinuity(log: LogRecorder, earlier: Checkpoint, present: Checkpoint) -> str | None:
    """Return why the present log does not continue an earlier checkpoint, or `None` if it does."""
    if present.size < earlier.size:
        return f"A checkpoint covers {earlier.size} events, but the log has {present.size}: its end was lost."
    if earlier.size == 0:
        return None  # every log continues the empty one
    proof = merkle.consistency_proof(earlier.size, present.size, log.fetch_hashes)
    if not merkle.verify_consistency(earlier.size, present.size, proof, earlier.root, present.root):
        return f"The log of {present.size} events does not continue the checkpoint over {earlier.size}: its past was changed."
    return None


def _is_signed_by(key: SigningKey, note: str) -> bool:
    try:
        verify_checkpoint(note, [key.verifier])
    except InvalidNote:
        return False
    return True


def _store_checkpoint(
    connection: Connection, checkpoint: Checkpoint, keys: list[SigningKey], why: str, *, pending: bool
) -> str:
    note = sign_checkpoint(checkpoint, keys)
    checkpoints.insert_checkpoint(connection, checkpoint, note, why if len(keys) == 1 else ROTATION, pending=pending)
    signing_keys.delete_retired_seeds(connection)
    return note
