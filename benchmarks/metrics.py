"""Generated metrics, mostly increases and decreases, and the values of check-ins on them."""

from decimal import Decimal
from random import Random

from okr_events.domain.metrics.completion import BinaryMetric, MilestonesMetric
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.metrics.metric import Metric
from okr_events.json_types import JsonObject

KINDS = (*["increase"] * 12, *["decrease"] * 4, "at_least", "at_least", "milestones", "binary")
STEPS = [{"name": name} for name in ("asked", "designed", "built", "tried", "sold")]


def random_metric(random: Random) -> JsonObject:
    kind, low, span = random.choice(KINDS), random.randrange(500), random.randrange(1, 500)
    match kind:
        case "increase":
            return {"kind": kind, "baseline": str(low), "target": str(low + span), "measure": "%"}
        case "decrease":
            return {"kind": kind, "baseline": str(low + span), "target": str(low), "measure": "days"}
        case "at_least":
            return {"kind": kind, "target": str(low + span), "measure": "points"}
        case "milestones":
            return {"kind": kind, "steps": STEPS}
        case _:
            return {"kind": kind}


def check_in_values(metric: Metric, share: float) -> JsonObject:
    """Return the value of a check-in when this share of the target is reached."""
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
