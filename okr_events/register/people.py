"""People: opaque ids in the log; their names and e-mail addresses live here, sealed under their own keys."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, func, insert, select, update

from okr_events.errors import NotFound, NothingSaid, Refused, Stale
from okr_events.register import tables
from okr_events.register.word_keys import WordKeys
from okr_events.values import Sealed, Words

people = tables.people.c


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    email: str | None
    version: int
    added: int

    def as_dict(self) -> dict[str, Any]:
        return {"id": str(self.id), "name": self.name, "email": self.email, "version": self.version}


class AmbiguousName(Refused):
    """Several people have this name: name the one by id."""


class People:
    def __init__(self, engine: Engine, keys: WordKeys) -> None:
        self.engine = engine
        self.keys = keys

    def add(self, connection: Connection, *, name: str, email: str | None = None, id: UUID | None = None) -> Person:
        """Add a person, under an id of their own or the one given."""
        id = id or uuid4()
        self.keys.admit(connection, id)
        added = connection.scalar(select(func.coalesce(func.max(people.added), 0))) or 0
        row = {"id": id.hex, "version": 1, "added": added + 1, **self._sealed(id, name=name, email=email)}
        connection.execute(insert(tables.people).values(row))
        _revise(connection)
        return Person(id, name, email, 1, added + 1)

    def change(self, connection: Connection, id: UUID, *, expected: int | None = None, **fields: str | None) -> Person:
        """Change name or e-mail; what is null stays. Raises `NotFound`, `NothingSaid`, `Stale`."""
        version = connection.scalar(select(people.version).where(people.id == id.hex))
        if version is None:
            raise NotFound
        named = {name: value for name, value in fields.items() if value is not None}
        if not named:
            raise NothingSaid("")
        if expected not in (None, version):
            raise Stale(id, version)
        changes = {"version": version + 1, **self._sealed(id, **named)}
        connection.execute(update(tables.people).where(people.id == id.hex).values(changes))
        _revise(connection)
        return self._read(list(connection.execute(select(tables.people).where(people.id == id.hex))))[0]

    def one(self, id: UUID) -> Person:
        found = self._read(self._rows(select(tables.people).where(people.id == id.hex)))
        if not found:
            raise NotFound
        return found[0]

    def exists(self, id: UUID) -> bool:
        return bool(self._rows(select(people.id).where(people.id == id.hex)))

    def page(self, *, after: int, limit: int) -> list[Person]:
        """People in the order in which they were added; `after` is the last one's `added`."""
        return self._read(self._rows(select(tables.people).where(people.added > after).order_by(people.added).limit(limit)))

    def names(self) -> dict[UUID, str]:
        return {person.id: person.name for person in self.page(after=0, limit=1_000_000)}

    def called(self, text: str) -> UUID | None:
        """The one person with this id or name; raises `AmbiguousName` when several have it."""
        found = [id for id, name in self.names().items() if text in (str(id), name)]
        if len(found) > 1:
            raise AmbiguousName(f"{len(found)} people are called {text}: name the one by id.")
        return found[0] if found else None

    def names_of(self, ids: set[UUID]) -> dict[UUID, str]:
        rows = self._rows(select(tables.people).where(people.id.in_([id.hex for id in ids])))
        return {person.id: person.name for person in self._read(rows)}

    def revision(self) -> int:
        """Rises with every change of a person."""
        return int(self._rows(select(tables.revision.c.number))[0][0])

    def _rows(self, query: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(query))

    def _sealed(self, id: UUID, **fields: str | None) -> dict[str, str | None]:
        return {
            name: None if text is None else self.keys.seal(Words(id, text), _place(id, name)).ciphertext
            for name, text in fields.items()
        }

    def _read(self, rows: list[Any]) -> list[Person]:
        tokens = {(row.id, name): _token(row, name) for row in rows for name in ("name", "email") if getattr(row, name)}
        opened = self.keys.open(tokens.values())
        texts = {place: opened[token] for place, token in tokens.items()}
        return [
            Person(UUID(row.id), texts[row.id, "name"], texts.get((row.id, "email")), row.version, row.added) for row in rows
        ]


def _place(id: UUID, name: str) -> str:
    return f"people/{id.hex}/{name}"


def _token(row: Any, name: str) -> str:
    id = UUID(row.id)
    return Sealed(id, getattr(row, name), _place(id, name)).token


def _revise(connection: Connection) -> None:
    connection.execute(update(tables.revision).values(number=tables.revision.c.number + 1))
