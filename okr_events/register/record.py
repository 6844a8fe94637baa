"""The base of the records that the API returns as JSON."""

from dataclasses import Field, fields
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from okr_events.json_types import Json, JsonObject


class Record:
    """A dataclass with a JSON form."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Json]]]

    def as_dict(self) -> JsonObject:
        """Return the fields by name, with ids and enum members as strings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, UUID | StrEnum) else value for name, value in values.items()}
