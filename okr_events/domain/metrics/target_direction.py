"""Whether a revised target is easier or harder than the one before."""

from collections.abc import Mapping
from decimal import Decimal

from okr_events.json_types import Json

LOWER_IS_EASIER = {"increase", "at_least"}
HIGHER_IS_EASIER = {"decrease", "at_most"}


def classify_revision(before: Mapping[str, Json], after: Mapping[str, Json]) -> str:
    """`easier`, `harder` or `other`, from two stored metrics.

    A lower target makes `increase` and `at_least` easier, a higher one `decrease` and `at_most`, a wider range `between`.
    Another kind, a missing or unchanged target and a shifted range are `other`.
    """
    kind = before["kind"]
    if kind != after["kind"]:
        return "other"
    if kind == "between":
        return _classify_range(*(Decimal(metric[end]) for metric in (before, after) for end in ("low", "high")))
    if kind not in LOWER_IS_EASIER | HIGHER_IS_EASIER or None in (before.get("target"), after.get("target")):
        return "other"
    old, new = Decimal(before["target"]), Decimal(after["target"])
    if old == new:
        return "other"
    return "easier" if (new < old) == (kind in LOWER_IS_EASIER) else "harder"


def _classify_range(low: Decimal, high: Decimal, new_low: Decimal, new_high: Decimal) -> str:
    if (low, high) == (new_low, new_high):
        return "other"
    if new_low <= low and high <= new_high:
        return "easier"
    return "harder" if low <= new_low and new_high <= high else "other"
