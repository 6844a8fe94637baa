"""Finding people by what others write for them: an id, an e-mail address or a name."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from okr_events.domain.errors import Refused
from okr_events.domain.names import name_key


class Findable(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...


class AmbiguousName(Refused):
    code = "ambiguous-name"
    title = "Several people have this name. Use the person's id."


class PersonLookup:
    def __init__(self, people: Iterable[Findable]) -> None:
        self._people: dict[str, list[Findable]] = defaultdict(list)
        for person in people:
            self.add(person)

    def add(self, person: Findable) -> None:
        for key in {str(person.id), name_key(person.name), name_key(person.email or "")} - {""}:
            self._people[key].append(person)

    def find(self, text: str) -> UUID | None:
        """The person with this id, e-mail address or name. Raises `AmbiguousName`, which lists those to choose from."""
        people = self._people.get(name_key(text), [])
        if len(people) > 1:
            choices = ", ".join(f"{person.id} ({person.email or person.name})" for person in people)
            raise AmbiguousName(f"{len(people)} people are called {text}. Use an id or an e-mail address: {choices}.")
        return people[0].id if people else None
