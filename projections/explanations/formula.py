"""Formulas: an expression over named inputs, the same expression with their values, and the events behind each input."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okr_events.domain.decimals import format_decimal

Input = dict[str, Any]
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

    def as_dict(self) -> dict[str, Any]:
        return {
            "formula": self.text,
            "with_numbers": self.with_numbers,
            "inputs": dict(self.inputs),
            "positions": self.positions,
            "because": self.because,
        }

    def _format_value(self, name: str) -> str:
        if name not in self.inputs:
            return name
        value = str(self.inputs[name]["value"])
        return f"({value})" if value.startswith("-") else value


def build_input(value: Decimal | str | None, positions: Collection[int], **details: Any) -> Input:
    """A value with the positions of the events that stated it."""
    return {
        "value": format_decimal(value) if isinstance(value, Decimal) else value,
        "positions": merge_positions(positions),
        **details,
    }


def merge_positions(*positions: Collection[int]) -> list[int]:
    """The distinct positions in ascending order."""
    return sorted(set().union(*positions))
