"""The rows and goals that earlier imports recorded."""

import hmac
import secrets
from collections import Counter
from hashlib import sha256

from sqlalchemy import Connection

from okr_events.commands.application import OKRApplication
from okr_events.domain.errors import VersionConflict
from okr_events.event_log.import_constraints import ROWS
from okr_events.journal.csv_rows import JournalRow
from okr_events.register.register import SECRET_BYTES

KEY_NAME = "imports"


class RecordedRows:
    """Recognises rows by digests that nobody can guess names of people from: their key is in the register.

    Equal rows of one journal are told apart by their order.
    """

    def __init__(self, okrs: OKRApplication) -> None:
        self._register = okrs.register
        self._recorded = set(okrs.log_recorder.claimed_names(ROWS))
        self._occurrences = Counter[tuple[str, ...]]()
        with okrs.register.engine.connect() as connection:
            self._key = okrs.register.get_secret(connection, KEY_NAME) or secrets.token_bytes(SECRET_BYTES)

    def __contains__(self, digest: str) -> bool:
        return digest in self._recorded

    def digest(self, row: JournalRow) -> str:
        """The digest of the journal's next row."""
        self._occurrences[row.facts] += 1
        parts = (*row.facts, str(self._occurrences[row.facts]))
        return hmac.digest(self._key, "\n".join(parts).encode(), sha256).hex()

    def keep_key(self, connection: Connection) -> None:
        """Store the key of the first import. Raises `VersionConflict` if another import was first."""
        stored = self._register.get_secret(connection, KEY_NAME)
        if stored is None:
            self._register.set_secret(connection, KEY_NAME, self._key)
        elif stored != self._key:
            raise VersionConflict
