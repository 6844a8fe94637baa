"""Fields of requests and responses: exact numbers, titles, texts, choices."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from okr_events.domain.decimals import ONE, ZERO, parse_decimal
from okr_events.domain.names import parse_line
from okr_events.domain.values import MAX_TEXT_LENGTH, MAX_TITLE_LENGTH

MAX_ITEMS = 50


class Number(fields.Field[Decimal]):
    """An exact decimal, in responses always a string."""


class NumberInput(Number):
    """An exact decimal in a request, a string or a number, between `low` and `high` where they are given."""

    def __init__(self, *, low: Decimal | None = None, high: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low = low
        self.high = high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
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


class OneLine(fields.String):
    """A title or a name: one line that shows something, with white space collapsed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=Length(1, MAX_TITLE_LENGTH), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return parse_line(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError(f"{self.name} {error}.") from None


class Instant(fields.AwareDateTime):
    """An instant with a UTC offset, converted to UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError:
            raise ValidationError(f"{self.name} must lie in the years 1 to 9999.") from None


class ById(fields.Dict):
    """An object with ids as names; the errors of a member are those of its id."""

    def __init__(self, values: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(keys=fields.UUID(), values=values, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            read: Any = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            pairs: Any = error.messages
            if isinstance(pairs, list):
                raise
            raise ValidationError(
                {id: [*wrong.get("key", ()), *wrong.get("value", ())] for id, wrong in pairs.items()}
            ) from None
        if len(read) < len(value):
            raise ValidationError(f"{self.name} has the same id twice.")
        return read


def text(**kwargs: Any) -> fields.String:
    """Free text, several lines allowed."""
    return fields.String(validate=Length(1, MAX_TEXT_LENGTH), **kwargs)


def texts() -> fields.List[str]:
    return fields.List(text(), validate=Length(max=MAX_ITEMS))


def fraction(**kwargs: Any) -> NumberInput:
    """A number from 0 to 1."""
    return NumberInput(low=ZERO, high=ONE, **kwargs)


def weight(**kwargs: Any) -> NumberInput:
    return NumberInput(low=ZERO, **kwargs)


def capacity() -> NumberInput:
    return NumberInput(low=ZERO, metadata={"description": "What the dependency needs from the other side, in person-days."})


def choice(words: type[StrEnum], **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(words, by_value=True, **kwargs)


def flag(**kwargs: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, **kwargs)


def one_of(*words: str, **kwargs: Any) -> fields.String:
    return fields.String(validate=OneOf(words), **kwargs)


class CommandSchema(Schema):
    """The body of a command. Every command takes a reason; some require it."""

    reason = text(metadata={"description": "The reason for the change. Stored encrypted."})
