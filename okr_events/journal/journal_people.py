"""The people whom a journal names, found in the register or added to it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection

from okr_events.journal.csv_rows import JournalError, parse_name
from okr_events.register.register import Register


@dataclass(frozen=True, slots=True)
class NewPerson:
    id: UUID
    name: str
    email: str | None


class JournalPeople:
    def __init__(self, register: Register) -> None:
        self._register = register
        self._lookup = register.people.lookup()
        self._added: list[NewPerson] = []

    def ensure(self, text: str) -> UUID:
        """The person with this id, e-mail address or name; the import adds missing ones, except ids.

        Raises `AmbiguousName` and `JournalError`.
        """
        found = self._lookup.find(text)
        if found is None:
            if _is_id(text):
                raise JournalError(f"no person has the id {text}")
            person = NewPerson(uuid4(), parse_name(text, "a person's name"), text if "@" in text else None)
            self._lookup.add(person)
            self._added.append(person)
            found = person.id
        return found

    def add_missing(self, connection: Connection) -> None:
        for person in self._added:
            self._register.people.add(connection, name=person.name, email=person.email, id=person.id)

    def rehearse_missing(self) -> None:
        """Let the missing people be authors of what is not recorded."""
        for person in self._added:
            self._register.keys.add_unsaved_author(person.id)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
