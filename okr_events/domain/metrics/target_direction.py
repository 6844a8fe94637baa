"""Easing: whether a revised metric asks for less than before."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LOWER_IS_EASIER = {"increase", "at_least"}
HIGHER_IS_EASIER = {"decrease", "at_most"}


def classify_revision(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """`easier`, `harder` or `other`, from two stored metrics.

    An `increase` or `at_least` is easier with a lower target, a `decrease` or `at_most` with a higher one, a `between` when it
    is wider: nowhere narrower. Another kind, no target yet, the same one, or a band that moved is `other`.
    """
    kind = before["kind"]
    if kind != after["kind"]:
        return "other"
    if kind == "between":
        return _classify_range(*(Decimal(metric[end]) for metric in (before, after) for end in ("low", "high")))
    if kind not in LOWER_IS_EASIER | HIGHER_IS_EASIER or None in (before.get("target"), after.get("target")):
        return "other"
    step = Decimal(after["target"]) - Decimal(before["target"])
    return _classify_step(-step if kind in LOWER_IS_EASIER else step)


def _classify_step(towards_easier: Decimal) -> str:
    if not towards_easier:
        return "other"
    return "easier" if towards_easier > 0 else "harder"


def _classify_range(low: Decimal, high: Decimal, new_low: Decimal, new_high: Decimal) -> str:
    if (low, high) == (new_low, new_high):
        return "other"
    if new_low <= low and high <= new_high:
        return "easier"
    return "harder" if low <= new_low and new_high <= high else "other"
