"""What commands are drawn from: few values, so that they meet."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

D = Decimal


def scale(kind: str, baseline: Any, target: Any, relative: Any = None) -> dict[str, Any]:
    numbers = {"baseline": baseline, "target": target, "relative": relative}
    return {"kind": kind, **{name: None if n is None else D(n) for name, n in numbers.items()}}


METRICS: list[dict[str, Any]] = [
    scale("increase", 0, 10),
    scale("increase", -2, "2.5"),
    scale("decrease", 10, 2),
    scale("increase", 4, None, "0.2"),
    scale("increase", None, None, "0.5"),
    scale("decrease", None, None, "-0.5"),
    {"kind": "at_least", "target": D(4)},
    {"kind": "at_most", "target": D(4)},
    {"kind": "between", "low": D(2), "high": D(7)},
    {"kind": "milestones", "steps": {"a": D(1), "b": D(3), "c": D(0)}},
    {"kind": "binary"},
]
LIMITS = {"most_objectives": "objectives_per_unit", "most_key_results": "key_results_per_objective"}
INVALID_METRICS = [
    scale("increase", 4, 4),
    scale("decrease", 0, 1),
    scale("increase", 0, None, "0.2"),
    scale("increase", 1, None, "-0.2"),
    scale("increase", 1, 2, "0.2"),
]
POLICIES = [
    {},
    {"weekday": "monday", "grace": 0},
    {"every": "biweekly", "grace": 1},
    {"every": "monthly"},
    {"on_track": D("0.9"), "at_risk": D("0.2"), "most_objectives": 3},
    {"most_key_results": 4},
    {"most_objectives": 1},
    {"most_objectives": None, "most_key_results": 2},
    {"most_key_results": None},
    {"at_risk": D("0.8")},
]


@dataclass(frozen=True)
class CommandOptions:
    """How a command comes: with a reason or none, at a version, twice under one key, rehearsed before."""

    with_reason: bool = True
    expected: str | None = None
    repeated: bool = False
    dry_run_first: bool = False


DEFAULT_OPTIONS = CommandOptions()
command_options = st.sampled_from(
    [
        *[DEFAULT_OPTIONS] * 12,
        *[CommandOptions(with_reason=False)] * 4,
        CommandOptions(expected="right"),
        CommandOptions(expected="stale"),
        CommandOptions(repeated=True),
        CommandOptions(dry_run_first=True),
    ]
)
picks = st.integers(0, 60)
metrics = st.sampled_from([*METRICS * 3, *INVALID_METRICS])
policies = st.sampled_from(POLICIES)
valid_policies = st.sampled_from(POLICIES[:6])
values = st.sampled_from([D(n) for n in (0, 1, -2, 3, 4, "2.5", 7, 10, 12)])
weights = st.sampled_from([D(n) for n in (1, 0, 2, "0.5", 3)])
names = st.sampled_from(["A", "a", "B", "C", "D"])
kinds = st.sampled_from(["vertical", "explicit"] * 3 + ["horizontal"] * 2 + ["strategic", "directional"] * 2)
capacities = st.sampled_from([None, D(0), D(5), D("7.5")])
perspectives = st.sampled_from(["customer", "financial"])
horizons = st.sampled_from([(0, 900), (0, 900), (-5, -5), (3, 1)])
roles = st.sampled_from(["lead", "support"])
people = st.sampled_from([[], [], [0], [1, 0], [1, 1], [2]])
drivers = st.sampled_from(["key_results", "alignments", "both"])
targets = st.one_of(
    *[st.fixed_dictionaries(dict.fromkeys(named, values)) for named in (["target"], ["target"], ["low"], ["low", "high"])]
)
steps = st.sampled_from([[], ["a"], ["b", "a"], ["c"], ["x"]])
days = st.sampled_from([None, None, 0, -1, -3, -8, -20, 1])
confidences = st.sampled_from([None, None, D(0), D("0.5"), D(1)])
statuses = st.sampled_from([None, None, "on_track", "at_risk", "off_track"])
rarely = st.sampled_from([False] * 9 + [True])
seldom = st.sampled_from([False] * 3 + [True])


def as_request_metric(metric: dict[str, Any]) -> dict[str, Any]:
    """A metric as clients state it."""
    if metric["kind"] == "milestones":
        return {"kind": "milestones", "steps": [{"name": name, "weight": str(w)} for name, w in metric["steps"].items()]}
    return {name: str(part) for name, part in metric.items() if part is not None}


def as_request_policy(policy: dict[str, Any]) -> dict[str, Any]:
    """Parts of a policy as clients state them."""
    cadence = {"every": "every", "weekday": "weekday", "grace": "grace_days"}
    parts = {
        "cadence": {cadence[name]: part for name, part in policy.items() if name in cadence},
        "pace": {name: str(part) for name, part in policy.items() if name in {"on_track", "at_risk"}},
        "limits": {LIMITS[name]: _as_request_limit(part) for name, part in policy.items() if name in LIMITS},
    }
    return {name: part for name, part in parts.items() if part}


def _as_request_limit(most: int | None) -> dict[str, Any]:
    """At most so many, or any number."""
    return {"enforce": "warn"} if most is None else {"enforce": "refuse", "max": most}


def without_nulls(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are given: the model's null means left out, a command's clears."""
    return {name: value for name, value in fields.items() if value is not None}
