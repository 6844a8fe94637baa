"""Signing keys: the name of the log, the active key that signs its checkpoints, and the public keys of all keys ever used.

A retired key signs one more checkpoint together with its successor, which links the new key to the old one. Then its private
part is deleted.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from okr_events.domain.errors import Refused, Unavailable
from okr_events.event_log.checkpoint_notes import SigningKey, VerifierKey
from okr_events.register import tables
from okr_events.register.tables import SigningKeyRow
from okr_events.row_types import fetch_rows

LOG_NAME = "log-name"
keys = tables.signing_keys.c


class LogRenamed(Unavailable):
    code = "log-renamed"
    title = "OKR_LOG_NAME must be the name that the first checkpoint was signed with, or be unset."


class SigningKeyMissing(Unavailable):
    code = "signing-key-missing"
    title = "OKR_SIGNING_KEY is not set. Set it, or retire the key with `okr checkpoint --rotate-key`."


class SigningKeyRetired(Unavailable):
    code = "signing-key-retired"
    title = "The key in OKR_SIGNING_KEY was retired. Set a new one."


class KeyFromEnvironment(Refused):
    code = "key-from-environment"
    title = "The signing key comes from OKR_SIGNING_KEY. Rotate it by setting another one."


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key and the period in which it signed (ISO 8601, UTC)."""

    verifier: VerifierKey
    created_at: str
    retired_at: str | None


def log_name(connection: Connection, configured: str | None) -> str:
    """Return the log's stored name; the first call stores the configured one or generates one. Raises `LogRenamed`."""
    column = tables.secrets.c
    stored = connection.scalar(select(column.value).where(column.name == LOG_NAME))
    name = bytes(stored).decode() if stored else configured or f"okr-events/{secrets.token_hex(6)}"
    if stored is None:
        connection.execute(tables.secrets.insert().values(name=LOG_NAME, value=name.encode()))
    if configured not in (None, name):
        raise LogRenamed(f"{LogRenamed.title} The name is {name}.")
    return name


def load_signers(connection: Connection, name: str, seed: bytes | None) -> list[SigningKey]:
    """Return the active key (from `seed` or the register, generated if there is none), then the retired ones that sign once
    more. Raises `SigningKeyMissing`, `SigningKeyRetired`.
    """
    active = SigningKey(name, seed) if seed else _load_or_generate(connection, name)
    _activate(connection, active, store_seed=seed is None)
    retired = select(keys.name, keys.seed).where(keys.retired_at.is_not(None), keys.seed.is_not(None))
    return [active, *(SigningKey(row.name, bytes(row.seed)) for row in connection.execute(retired.order_by(keys.number)))]


def rotate(connection: Connection, name: str, seed: bytes | None) -> None:
    """Retire the active key and generate another one in the register. Raises `KeyFromEnvironment`."""
    if seed:
        raise KeyFromEnvironment
    _activate(connection, SigningKey.generate(name), store_seed=True)


def delete_retired_seeds(connection: Connection) -> None:
    """Delete the private parts of retired keys."""
    connection.execute(update(tables.signing_keys).where(keys.retired_at.is_not(None)).values(seed=None))


def list_known_keys(connection: Connection) -> list[KnownKey]:
    """Return every key that ever signed, the newest first."""
    rows = fetch_rows(connection, SigningKeyRow, select(tables.signing_keys).order_by(keys.number.desc()))
    return [KnownKey(VerifierKey(row.name, bytes(row.public)), row.created_at, row.retired_at) for row in rows]


def _load_or_generate(connection: Connection, name: str) -> SigningKey:
    """Return the active key from the register; generate one if there never was any. Raises `SigningKeyMissing`."""
    row = _fetch_active(connection)
    if row is None:
        return SigningKey.generate(name)
    if row.seed is None:
        raise SigningKeyMissing
    return SigningKey(row.name, bytes(row.seed))


def _activate(connection: Connection, key: SigningKey, *, store_seed: bool) -> None:
    """Make a key the active one and retire the one before. Raises `SigningKeyRetired`."""
    public, now, active = key.verifier.public, datetime.now(UTC).isoformat(), _fetch_active(connection)
    if active is not None and bytes(active.public) == public:
        return
    if connection.scalar(select(keys.number).where(keys.public == public)):
        raise SigningKeyRetired
    if active is not None:
        connection.execute(update(tables.signing_keys).where(keys.number == active.number).values(retired_at=now))
    row = {"name": key.name, "public": public, "seed": key.seed if store_seed else None, "created_at": now}
    connection.execute(tables.signing_keys.insert().values(row))


def _fetch_active(connection: Connection) -> SigningKeyRow | None:
    return tables.fetch_row(connection, SigningKeyRow, select(tables.signing_keys).where(keys.retired_at.is_(None)))
