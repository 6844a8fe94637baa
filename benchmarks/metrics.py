"""Made-up metrics, most of them increases and decreases, and what is reported on them as a quarter goes by."""

from decimal import Decimal
from random import Random
from typing import Any

from okr_events.domain.metrics.completion import BinaryMetric, MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric

KINDS = (*["increase"] * 12, *["decrease"] * 4, "at_least", "at_least", "milestones", "binary")
STEPS = [{"name": name} for name in ("asked", "designed", "built", "tried", "sold")]


def random_metric(random: Random) -> dict[str, Any]:
    """A new one, its numbers unlike others' in nearly all cases."""
    kind, low, way = random.choice(KINDS), random.randrange(500), random.randrange(1, 500)
    match kind:
        case "increase":
            return {"kind": kind, "baseline": str(low), "target": str(low + way), "measure": "%"}
        case "decrease":
            return {"kind": kind, "baseline": str(low + way), "target": str(low), "measure": "days"}
        case "at_least":
            return {"kind": kind, "target": str(low + way), "measure": "points"}
        case "milestones":
            return {"kind": kind, "steps": STEPS}
        case _:
            return {"kind": kind}


def check_in_values(metric: Metric, share: float) -> dict[str, Any]:
    """What a check-in says when about such a share of the way lies behind."""
    match metric:
        case MilestonesMetric():
            names = [name for name, _ in metric.steps]
            return {"milestones": names[: int(share * (len(names) + 1))]}
        case BinaryMetric():
            return {"value": Decimal(int(share > 0.9))}  # noqa: PLR2004 - done near the end
        case DirectionalMetric(baseline=Decimal() as baseline, target=Decimal() as target):
            return {"value": round(baseline + (target - baseline) * Decimal(share), 1)}
        case _:
            return {"value": round(Decimal(500 * share), 1)}
