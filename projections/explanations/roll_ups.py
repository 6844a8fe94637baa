"""The formula of a weighted mean: progress of an objective or an inherited key result, or score of an objective."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from okr_events.domain.decimals import ZERO
from projections.explanations.formula import Formula, Input, build_input


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
