"""Fields of requests and responses: exact numbers, titles, texts, choices."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeVar
from uuid import UUID

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from okr_events.domain.decimals import DECIMAL_PATTERN, ONE, ZERO, parse_decimal, parse_integer
from okr_events.domain.instants import parse_instant
from okr_events.domain.names import parse_line
from okr_events.domain.schedule.days import DAY_PATTERN, parse_day
from okr_events.domain.values import MAX_TEXT_LENGTH, MAX_TITLE_LENGTH
from okr_events.json_types import Json

MAX_ITEMS = 50
REASON = "The reason for the change. Stored encrypted."
Metadata = Mapping[str, str] | None
E = TypeVar("E", bound=StrEnum)


def with_pattern(pattern: str, metadata: Metadata) -> Metadata:
    """The metadata of a field with the pattern that the OpenAPI document states."""
    return {"pattern": f"^{pattern}$", **(metadata or {})}


class Number(fields.Field[Decimal]):
    """An exact decimal, in responses always a string."""


class NumberInput(Number):
    """An exact decimal in a request, a string or a number, between `low` and `high` where they are given."""

    def __init__(
        self, *, low: Decimal | None = None, high: Decimal | None = None, allow_none: bool = False, metadata: Metadata = None
    ) -> None:
        super().__init__(allow_none=allow_none, metadata=with_pattern(DECIMAL_PATTERN, metadata))
        self.low = low
        self.high = high

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise ValidationError(f"{self.name} must be a decimal number.")
        try:
            return self._check_range(parse_decimal(value))
        except ValueError as error:
            raise ValidationError(f"{self.name} {error}.") from None

    def _check_range(self, number: Decimal) -> Decimal:
        if self.low is not None and number < self.low:
            raise ValueError(f"must be at least {self.low}")
        if self.high is not None and number > self.high:
            raise ValueError(f"must be at most {self.high}")
        return number


class IntegerParameter(fields.Integer):
    """An integer in the query, in plain ASCII digits."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> int:
        try:
            return parse_integer(str(value))
        except ValueError as error:
            raise ValidationError(f"{self.name} {error}.") from None


class Day(fields.Date):
    """A day in a request, written as `2026-06-30` alone."""

    def __init__(self, *, required: bool = False, metadata: Metadata = None) -> None:
        super().__init__(required=required, metadata=with_pattern(DAY_PATTERN, metadata))

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> date:
        try:
            return parse_day(value if isinstance(value, str) else "")
        except ValueError as error:
            raise ValidationError(f"{self.name} {error}.") from None


class OneLine(fields.String):
    """A title or a name: one line that shows something, with white space collapsed."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(validate=Length(1, MAX_TITLE_LENGTH), required=required)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        try:
            return parse_line(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError(f"{self.name} {error}.") from None


class Instant(fields.AwareDateTime):
    """An instant with a UTC offset, converted to UTC."""

    def __init__(self) -> None:
        super().__init__(format="iso")

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> datetime:
        try:
            return parse_instant(str(value)).astimezone(UTC)
        except ValueError:
            raise ValidationError(f"{self.name} must be an instant with its offset, such as 2026-07-01T12:00:00Z.") from None
        except OverflowError:
            raise ValidationError(f"{self.name} must lie in the years 1 to 9999.") from None


class ById(fields.Dict):
    """An object with ids as names; the errors of a member are those of its id."""

    def __init__(self, values: NumberInput) -> None:
        super().__init__(keys=fields.UUID(), values=values)

    def _deserialize(self, value: Json, attr: str | None, data: object, **kwargs: object) -> dict[UUID, Decimal]:
        try:
            read: dict[UUID, Decimal] = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            if isinstance(error.messages, list):
                raise
            raise ValidationError(
                {id: [*wrong.get("key", ()), *wrong.get("value", ())] for id, wrong in error.messages.items()}
            ) from None
        if len(read) < len(value):
            raise ValidationError(f"{self.name} has the same id twice.")
        return read


def text(*, required: bool = False, allow_none: bool = False, metadata: Metadata = None) -> fields.String:
    """Free text, several lines allowed."""
    return fields.String(validate=Length(1, MAX_TEXT_LENGTH), required=required, allow_none=allow_none, metadata=metadata)


def texts() -> fields.List[str]:
    return fields.List(text(), validate=Length(max=MAX_ITEMS))


def fraction(*, allow_none: bool = False) -> NumberInput:
    """A number from 0 to 1."""
    return NumberInput(low=ZERO, high=ONE, allow_none=allow_none)


def weight(metadata: Metadata = None) -> NumberInput:
    return NumberInput(low=ZERO, metadata=metadata)


def capacity(*, allow_none: bool = False) -> NumberInput:
    metadata = {"description": "What the dependency needs from the other side, in person-days."}
    return NumberInput(low=ZERO, allow_none=allow_none, metadata=metadata)


def deadline() -> Day:
    """A deadline in a request."""
    return Day(metadata={"description": "The deadline."})


def stated_deadline(*, allow_none: bool = False) -> fields.Date:
    """A deadline in a response."""
    return fields.Date(allow_none=allow_none, metadata={"description": "The deadline."})


def choice(words: type[E], *, required: bool = False, metadata: Metadata = None) -> fields.Enum[E]:
    return fields.Enum(words, by_value=True, required=required, metadata=metadata)


def flag() -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False})


def one_of(*words: str, required: bool = False, metadata: Metadata = None) -> fields.String:
    return fields.String(validate=OneOf(words), required=required, metadata=metadata)


class CommandSchema(Schema):
    """The body of a command, in which null means left out. Every command takes a reason; some require it."""

    keeps_nulls: ClassVar[bool] = False
    reason = text(metadata={"description": REASON})


class ChangeSchema(CommandSchema):
    """A JSON Merge Patch: null clears the fields that allow it, and is an error elsewhere."""

    keeps_nulls = True
    reason = text(allow_none=True, metadata={"description": REASON})
