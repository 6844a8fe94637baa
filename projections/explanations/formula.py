"""Formulae: a number in names, the same with its numbers in their places, and the events behind each of them."""

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

    Sums and products are exact, a quotient keeps 28 significant digits, half even. Where the rules give no number,
    `because` says why.
    """

    text: str | None
    inputs: Mapping[str, Input]
    because: str | None = None

    @property
    def with_numbers(self) -> str | None:
        """The text with the inputs' values in their places; null where there is no number."""
        if self.text is None or self.because or any(each["value"] is None for each in self._used_inputs()):
            return None
        return NAME.sub(lambda name: self._format_value(name[0]), self.text)

    def _used_inputs(self) -> list[Input]:
        return [self.inputs[name] for name in NAME.findall(self.text or "") if name in self.inputs]

    @property
    def positions(self) -> list[int]:
        """The events behind all inputs."""
        return merge_positions(*(each["positions"] for each in self.inputs.values()))

    def as_dict(self) -> dict[str, Any]:
        told = {"formula": self.text, "with_numbers": self.with_numbers, "inputs": dict(self.inputs)}
        return {**told, "positions": self.positions, "because": self.because}

    def _format_value(self, name: str) -> str:
        if name not in self.inputs:
            return name
        value = str(self.inputs[name]["value"])
        return f"({value})" if value.startswith("-") else value


def build_input(value: Decimal | str | None, positions: Collection[int], **more: Any) -> Input:
    """A value, and the events that said it."""
    return {
        "value": format_decimal(value) if isinstance(value, Decimal) else value,
        "positions": merge_positions(positions),
        **more,
    }


def merge_positions(*positions: Collection[int]) -> list[int]:
    """Each position once, rising."""
    return sorted(set().union(*positions))
