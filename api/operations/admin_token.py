"""The admin token of an installation: taken from the settings, or created and kept in a file."""

import os
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from api.operations.settings import Settings
from api.operations.stores import Stores
from okr_events.register.register import Register
from okr_events.register.tokens import Role


class TokenRevoked(Exception):
    def __init__(self) -> None:
        super().__init__("The admin token (OKR_ADMIN_TOKEN or data/admin-token) was revoked. Set another, or delete the file.")


def ensure_admin_token(stores: Stores, settings: Settings) -> str | None:
    """Ensure that the admin token is valid; return the secret of a new one, to be shown once.

    The token comes from the settings or from a file in the data folder that only its owner can read. Raises `TokenRevoked`.
    """
    file = settings.data_dir / "admin-token"
    secret = settings.admin_token or (file.read_text().strip() if file.exists() else None)
    register = stores.register
    with register.write_transaction() as connection:
        known = register.tokens.find_by_secret(connection, secret) if secret else None
        if known and known.revoked_at:
            raise TokenRevoked
        if known:
            return None
        person = ensure_administrator(register, connection)
        _, new_secret = register.tokens.issue(connection, person_id=person, role=Role.ADMIN, secret=secret)
    if settings.admin_token:
        return None
    _save_secret(file, new_secret)
    return new_secret


def ensure_administrator(register: Register, connection: Connection) -> UUID:
    """Return the person to whom admin tokens of this installation belong; add them if missing."""
    known = register.get_secret(connection, "administrator")
    if known and register.people.exists(UUID(bytes=known)):
        return UUID(bytes=known)
    person = register.people.add(connection, name="Administrator")
    register.set_secret(connection, "administrator", person.id.bytes)
    return person.id


def _save_secret(path: Path, secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
