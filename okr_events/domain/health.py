"""Health of goals, derived from reported status, pace and overdue check-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okr_events.domain.decimals import ZERO, divide, reaches_share
from okr_events.json_types import JsonObject

WORST_FIRST = ("off_track", "outdated", "at_risk", "pending", "on_track", "closed")


@dataclass(frozen=True, slots=True)
class Health:
    """Reported, computed and effective status; `mismatch` is true when the report and the pace disagree."""

    reported: str | None
    computed: str
    effective: str
    mismatch: bool

    def as_dict(self) -> JsonObject:
        return {"reported": self.reported, "computed": self.computed, "effective": self.effective, "mismatch": self.mismatch}


def elapsed_share(*, starts_on: date, ends_on: date, day: date) -> Decimal:
    """`(day - starts_on) / (ends_on - starts_on)` in whole days, clamped to [0, 1]; 1 for a one-day cycle."""
    length = (ends_on - starts_on).days
    if length == 0:
        return Decimal(1)
    return divide(Decimal(min(max((day - starts_on).days, 0), length)), Decimal(length))


def pace_status(progress: Decimal | None, share: Decimal, *, on_track: Decimal, at_risk: Decimal) -> str:
    """On track from `on_track * share` up, at risk from `at_risk * share` up, else off track; pending without progress."""
    if progress is None or share == ZERO:
        return "pending"
    if reaches_share(progress, on_track, share):
        return "on_track"
    return "at_risk" if reaches_share(progress, at_risk, share) else "off_track"


def key_result_health(*, closed: bool, outdated: bool, reported: str | None, computed: str) -> Health:
    """The effective status is, by precedence: closed, outdated, the last reported status, the computed pace."""
    effective = "closed" if closed else "outdated" if outdated else reported or computed
    return Health(reported, computed, effective, reported is not None and computed not in {"pending", reported})


def objective_health(parts: Sequence[Health]) -> Health:
    """The worst health of the parts, which are key results or else child objectives; closed parts count only when all are."""
    open_parts = [part for part in parts if part.effective != "closed"] or parts
    reported = [part.reported for part in open_parts if part.reported]
    return Health(
        worst_status(reported) if reported else None,
        worst_status([part.computed for part in open_parts]),
        worst_status([part.effective for part in open_parts]),
        any(part.mismatch for part in open_parts),
    )


def worst_status(statuses: Sequence[str]) -> str:
    """The worst status; `pending` for an empty list."""
    return min(statuses, key=WORST_FIRST.index) if statuses else "pending"
