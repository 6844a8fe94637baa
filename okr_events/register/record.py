"""The base of the records that the API returns as JSON."""

from dataclasses import Field, fields
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID


class Record:
    """A dataclass with a JSON form."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, with ids and enum members as strings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, UUID | StrEnum) else value for name, value in values.items()}
