"""Signing keys: the name of the log, the key that signs its checkpoints, and the public keys of all that ever did.

A private key is kept only as long as it signs. A retired one signs once more, beside its successor, so that who trusts the old
key learns of the new one; then it is deleted, and nobody who takes the register later can sign in its name.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from okr_events.domain.errors import Refused, Unavailable
from okr_events.event_log.checkpoint_notes import SigningKey, VerifierKey
from okr_events.register import tables

LOG_NAME = "log-name"
keys = tables.signing_keys.c


class LogRenamed(Unavailable):
    code = "log-renamed"
    title = "A log keeps the name that its first checkpoint was signed under: set OKR_LOG_NAME to that, or not at all."


class SigningKeyMissing(Unavailable):
    code = "signing-key-missing"
    title = "The key came from OKR_SIGNING_KEY, which is not set: set it, or retire it with `okr checkpoint --rotate-key`."


class SigningKeyRetired(Unavailable):
    code = "signing-key-retired"
    title = "The key of OKR_SIGNING_KEY was retired: a retired key signs no more, set another one."


class KeyFromEnvironment(Refused):
    code = "key-from-environment"
    title = "The key that signs comes from OKR_SIGNING_KEY: rotate it by setting another one."


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key, and from when to when it signed (ISO 8601, in UTC)."""

    verifier: VerifierKey
    created_at: str
    retired_at: str | None


def log_name(connection: Connection, wanted: str | None) -> str:
    """The name of the log: the one wanted, or one made up, and kept from then on. Raises `LogRenamed`."""
    column = tables.secrets.c
    kept = connection.scalar(select(column.value).where(column.name == LOG_NAME))
    name = bytes(kept).decode() if kept else wanted or f"okr-events/{secrets.token_hex(6)}"
    if kept is None:
        connection.execute(tables.secrets.insert().values(name=LOG_NAME, value=name.encode()))
    if wanted not in (None, name):
        raise LogRenamed(f"{LogRenamed.title} It is {name}.")
    return name


def load_signers(connection: Connection, name: str, seed: bytes | None) -> list[SigningKey]:
    """The key that signs, with the seed of the environment or the register's own, made when there is none; then the retired
    ones that sign once more.

    Raises `SigningKeyMissing`, `SigningKeyRetired`.
    """
    present = SigningKey(name, seed) if seed else _load_or_generate(connection, name)
    _activate(connection, present, kept=seed is None)
    retired = select(keys.name, keys.seed).where(keys.retired_at.is_not(None), keys.seed.is_not(None))
    return [present, *(SigningKey(row.name, bytes(row.seed)) for row in connection.execute(retired.order_by(keys.number)))]


def rotate(connection: Connection, name: str, seed: bytes | None) -> None:
    """Retire the key that signs and make another in the register. Raises `KeyFromEnvironment`."""
    if seed:
        raise KeyFromEnvironment
    _activate(connection, SigningKey.generate(name), kept=True)


def delete_retired_seeds(connection: Connection) -> None:
    """Delete the private keys of the retired: from now on nobody signs with them."""
    connection.execute(update(tables.signing_keys).where(keys.retired_at.is_not(None)).values(seed=None))


def list_known_keys(connection: Connection) -> list[KnownKey]:
    """Every key that ever signed, the newest first."""
    rows = connection.execute(select(tables.signing_keys).order_by(keys.number.desc()))
    return [KnownKey(VerifierKey(row.name, bytes(row.public)), row.created_at, row.retired_at) for row in rows]


def _load_or_generate(connection: Connection, name: str) -> SigningKey:
    """The register's own key, made when there was never one."""
    row = _fetch_active(connection)
    if row is None:
        return SigningKey.generate(name)
    if row.seed is None:
        raise SigningKeyMissing
    return SigningKey(row.name, bytes(row.seed))


def _activate(connection: Connection, key: SigningKey, *, kept: bool) -> None:
    """Let a key sign from now on and retire the one before; only one that is `kept` has its seed in the register."""
    public, now, before = key.verifier.public, datetime.now(UTC).isoformat(), _fetch_active(connection)
    if before is not None and bytes(before.public) == public:
        return
    if connection.scalar(select(keys.number).where(keys.public == public)):
        raise SigningKeyRetired
    if before is not None:
        connection.execute(update(tables.signing_keys).where(keys.number == before.number).values(retired_at=now))
    row = {"name": key.name, "public": public, "seed": key.seed if kept else None, "created_at": now}
    connection.execute(tables.signing_keys.insert().values(row))


def _fetch_active(connection: Connection) -> Any:
    return connection.execute(select(tables.signing_keys).where(keys.retired_at.is_(None))).first()
