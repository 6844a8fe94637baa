"""Formulas: an expression over named inputs, the same expression with their values, and the events behind each input."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from okr_events.domain.decimals import ZERO, format_decimal
from okr_events.json_types import JsonObject

Input = JsonObject
NAME = re.compile(r"\b[a-z]+[0-9]*\b")


@dataclass(frozen=True, slots=True)
class Formula:
    """`text` is an expression over the names of `inputs`: `+ - * / ( )`, `abs`, `min`, `max`, comparisons, `x if y else z`.

    Sums and products are exact, a quotient keeps 28 significant digits, half even. Without a number,
    `because` gives the reason.
    """

    text: str | None
    inputs: Mapping[str, Input]
    because: str | None = None

    @property
    def with_numbers(self) -> str | None:
        """The text with the values of the inputs; null where there is no number."""
        if self.text is None or self.because or any(used["value"] is None for used in self._used_inputs()):
            return None
        return NAME.sub(lambda name: self._format_value(name[0]), self.text)

    def _used_inputs(self) -> list[Input]:
        return [self.inputs[name] for name in NAME.findall(self.text or "") if name in self.inputs]

    @property
    def positions(self) -> list[int]:
        """The events behind all inputs."""
        return merge_positions(*(part["positions"] for part in self.inputs.values()))

    def as_dict(self) -> JsonObject:
        parts = {"formula": self.text, "with_numbers": self.with_numbers, "inputs": dict(self.inputs)}
        return {**parts, "positions": self.positions, "because": self.because}

    def _format_value(self, name: str) -> str:
        if name not in self.inputs:
            return name
        value = str(self.inputs[name]["value"])
        return f"({value})" if value.startswith("-") else value


def build_input(value: Decimal | str | None, positions: Collection[int], **details: object) -> Input:
    """A value with the positions of the events that stated it."""
    return {
        "value": format_decimal(value) if isinstance(value, Decimal) else value,
        "positions": merge_positions(positions),
        **details,
    }


def merge_positions(*positions: Collection[int]) -> list[int]:
    """The distinct positions in ascending order."""
    return sorted(set().union(*positions))


@dataclass(frozen=True, slots=True)
class MeanPart:
    """A weighted number of a goal (null counts as 0), with the positions of the events behind the weight and the number."""

    type: str
    id: str
    weight: Decimal
    weight_positions: Collection[int]
    number: Decimal | None
    positions: Collection[int]


def mean_formula(parts: Sequence[MeanPart], *, name: str, empty_reason: str) -> Formula:
    """`(w1 * p1 + w2 * p2) / (w1 + w2)`, where `p` is the `name`; `empty_reason` explains a mean without parts."""
    inputs: dict[str, Input] = {}
    for n, part in enumerate(parts, start=1):
        inputs[f"w{n}"] = build_input(part.weight, part.weight_positions, type=part.type, id=part.id)
        started = {"not_started": part.number is None}
        inputs[f"{name}{n}"] = build_input(part.number or ZERO, part.positions, type=part.type, id=part.id, **started)
    if not parts:
        return Formula(None, inputs, empty_reason)
    numbers = range(1, len(parts) + 1)
    products, weights = (f"w{n} * {name}{n}" for n in numbers), (f"w{n}" for n in numbers)
    because = None if any(part.weight for part in parts) else "All weights are 0."
    return Formula(f"({' + '.join(products)}) / ({' + '.join(weights)})", inputs, because)
