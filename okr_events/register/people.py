"""Names and e-mail addresses of people, encrypted under their own keys. The log contains only their ids."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from okr_events.domain.errors import EmptyInput, NotFound, StaleVersion
from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.json_types import JsonObject
from okr_events.register import tables, tombstones
from okr_events.register.connections import RegisterConnections
from okr_events.register.encryption_keys import ERASED_TEXT, CiphertextTampered, EncryptionKeys, encrypt_with
from okr_events.register.known import KnownRegister
from okr_events.register.person_lookup import PersonLookup
from okr_events.register.tables import PersonRow
from okr_events.register.tombstones import Tombstone
from okr_events.row_types import fetch_rows

people = tables.people.c


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person. If erased, the name is the erasure mark, and `overwritten` says that no file contains their data any more."""

    id: UUID
    name: str
    email: str | None
    version: int
    added: int
    erased: bool = False
    overwritten: bool = True

    @classmethod
    def from_tombstone(cls, stone: Tombstone) -> "PersonRecord":
        return cls(stone.id, ERASED_TEXT, None, stone.version, stone.added, erased=True, overwritten=stone.overwritten)

    def as_dict(self) -> JsonObject:
        body = {"id": str(self.id), "name": self.name, "email": self.email, "version": self.version, "erased": self.erased}
        return {**body, "overwritten": self.overwritten} if self.erased else body


class People:
    def __init__(self, connections: RegisterConnections, keys: EncryptionKeys, known: KnownRegister) -> None:
        self.connections = connections
        self.keys = keys
        self.known = known

    def add(self, connection: Connection, *, name: str, email: str | None = None, id: UUID | None = None) -> PersonRecord:
        """Add a person under a new id or the given one. Raises `PersonErased`."""
        id = id or uuid4()
        cipher, added = self.keys.add_author(connection, id), _last_added(connection) + 1
        row = {"id": id.hex, "version": 1, "added": added, **_encrypt_fields(cipher, id, name=name, email=email)}
        connection.execute(insert(tables.people).values(row))
        self.bump_revision(connection)
        return PersonRecord(id, name, email, 1, added)

    def change(self, connection: Connection, id: UUID, *, expected: int | None = None, **fields: str | None) -> PersonRecord:
        """Change name or e-mail, which null clears. Raises `NotFound`, `PersonErased`, `EmptyInput`, `StaleVersion`."""
        version = connection.scalar(select(people.version).where(people.id == id.hex))
        if version is None:
            tombstones.check_not_erased(connection, id)
            raise NotFound
        if not fields:
            raise EmptyInput("")
        if expected not in (None, version):
            raise StaleVersion("person", version)
        cipher = self.keys.author_cipher(connection, id)
        values = {"version": version + 1, **_encrypt_fields(cipher, id, **fields)}
        connection.execute(update(tables.people).where(people.id == id.hex).values(values))
        self.bump_revision(connection)
        return self._decrypt_rows(fetch_rows(connection, PersonRow, select(tables.people).where(people.id == id.hex)))[0]

    def erase(self, connection: Connection, id: UUID) -> None:
        """Replace a person by a tombstone; either may already be missing or present."""
        row = tables.fetch_row(connection, PersonRow, select(tables.people).where(people.id == id.hex))
        if not tombstones.find_tombstones(connection, [id]):
            version, added = (row.version + 1, row.added) if row else (1, _last_added(connection) + 1)
            tombstones.insert_tombstone(connection, id, version=version, added=added)
        connection.execute(delete(tables.people).where(people.id == id.hex))
        self.bump_revision(connection)

    def get(self, id: UUID) -> PersonRecord:
        """Return a person, including erased ones. Raises `NotFound`."""
        rows = self._fetch_rows(select(tables.people).where(people.id == id.hex))
        if not (records := self._decrypt_rows(rows) or self._fetch_erased({id})):
            raise NotFound
        return records[0]

    def exists(self, id: UUID) -> bool:
        """Return whether the person exists and is not erased."""
        present = self.known.get().present
        if id not in present:
            with self.connections.connect() as connection:
                found = connection.scalar(select(people.id).where(people.id == id.hex))
            present.update([id] if found else [])
        return id in present

    def page(self, *, after: int, limit: int) -> list[PersonRecord]:
        """Return people in the order added, without erased ones; `after` is the `added` of the page before."""
        query = select(tables.people).where(people.added > after).order_by(people.added).limit(limit)
        return self._decrypt_rows(self._fetch_rows(query))

    def names(self) -> dict[UUID, str]:
        return {person.id: person.name for person in self.page(after=0, limit=1_000_000)}

    def ids(self) -> set[UUID]:
        """Return everybody who is not erased, also where a name does not decrypt."""
        with self.connections.connect() as connection:
            return {UUID(id) for id in connection.scalars(select(people.id))}

    def find_damaged(self) -> list[UUID]:
        """Return those whose name or address does not decrypt."""
        return [UUID(row.id) for row in self._fetch_rows(select(tables.people)) if not self._decrypts(row)]

    def _decrypts(self, row: PersonRow) -> bool:
        try:
            self._decrypt_rows([row])
        except CiphertextTampered:
            return False
        return True

    def lookup(self) -> PersonLookup:
        """Return a lookup of all present people."""
        return PersonLookup(self.page(after=0, limit=1_000_000))

    def find(self, text: str) -> UUID | None:
        """Return the person with this id, e-mail address or name. Raises `AmbiguousName` if there are several."""
        return self.lookup().find(text)

    def names_by_id(self, ids: set[UUID]) -> dict[UUID, str]:
        """Return names by id; for erased people the erasure mark."""
        known = self.known.get().names
        if missing := ids - known.keys():
            known.update(self._fetch_names(missing))
        return {id: known[id] for id in ids & known.keys()}

    def _fetch_names(self, ids: set[UUID]) -> dict[UUID, str]:
        rows = self._fetch_rows(select(tables.people).where(people.id.in_([id.hex for id in ids])))
        names = {person.id: person.name for person in self._decrypt_rows(rows)}
        return names | {person.id: person.name for person in self._fetch_erased(ids - names.keys())}

    def revision(self) -> int:
        """Return the revision, which rises with every change of a person."""
        return self.known.get().revision

    def bump_revision(self, connection: Connection) -> None:
        connection.execute(update(tables.revision).values(number=tables.revision.c.number + 1))

    def list_not_overwritten(self) -> list[UUID]:
        """Return erased people whose data the register's files may still contain."""
        with self.connections.connect() as connection:
            return [stone.id for stone in tombstones.list_tombstones(connection) if not stone.overwritten]

    def _fetch_erased(self, ids: set[UUID]) -> list[PersonRecord]:
        if not ids:
            return []
        with self.connections.connect() as connection:
            return [PersonRecord.from_tombstone(stone) for stone in tombstones.find_tombstones(connection, ids).values()]

    def _fetch_rows(self, query: "Select[tuple[object, ...]]") -> list[PersonRow]:
        with self.connections.connect() as connection:
            return fetch_rows(connection, PersonRow, query)

    def _decrypt_rows(self, rows: list[PersonRow]) -> list[PersonRecord]:
        tokens = {
            (row.id, name): _encrypted_token(row, name) for row in rows for name in ("name", "email") if getattr(row, name)
        }
        decrypted = self.keys.decrypt(tokens.values())
        texts = {field: decrypted[token] for field, token in tokens.items()}
        return [
            PersonRecord(UUID(row.id), texts[row.id, "name"], texts.get((row.id, "email")), row.version, row.added)
            for row in rows
        ]


def _encrypt_fields(cipher: AESGCM, id: UUID, **fields: str | None) -> dict[str, str | None]:
    return {
        name: None if text is None else encrypt_with(cipher, AuthoredText(id, text), _binding(id, name)).ciphertext
        for name, text in fields.items()
    }


def _last_added(connection: Connection) -> int:
    """Return the `added` of the newest person, including erased ones, whose numbers are not reused."""
    numbers = (connection.scalar(select(func.max(column))) for column in (people.added, tables.erased.c.added))
    return max(number or 0 for number in numbers)


def _binding(id: UUID, name: str) -> str:
    return f"people/{id.hex}/{name}"


def _encrypted_token(row: PersonRow, name: str) -> str:
    id = UUID(row.id)
    return EncryptedText(id, getattr(row, name), _binding(id, name)).token
