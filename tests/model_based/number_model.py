"""The numbers of OKRs worked out in fractions from plain dictionaries, apart from how the backend does it."""

from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

World = dict[str, dict[Any, dict[str, Any]]]
WEEK = timedelta(days=7)


class Progress(NamedTuple):
    """`drivers` is how many count in a roll-up, `not_started` how many of these have no progress yet."""

    value: Decimal
    raw: Decimal
    flags: list[str]
    drivers: int = 0
    not_started: int = 0


def rounded(exact: Fraction) -> Decimal:
    """28 significant digits, half even."""
    return Context(prec=28).divide(Decimal(exact.numerator), Decimal(exact.denominator))


def is_live(world: World, key_result: Any) -> bool:
    found = world["key_results"][key_result]
    return found["state"] == "open" and world["objectives"][found["objective"]]["state"] != "cancelled"


def accepts_changes(world: World, key_result: Any) -> bool:
    """Whether it takes changes: what was closed is live and takes none."""
    found = world["key_results"][key_result]
    return is_live(world, key_result) and world["objectives"][found["objective"]]["state"] != "closed"


def objective_of_parent(world: World, parent: Any) -> Any:
    """The objective that a link to an objective, or to a key result of it, leads to."""
    found = world["key_results"].get(parent)
    return found["objective"] if found else parent


def live_children(world: World, parent: Any, kind: str) -> list[tuple[Decimal, Any]]:
    """The live children of that kind with the weights of their links."""
    links = [a for a in world["links"].values() if (a["parent"], a["kind"], a["state"]) == (parent, kind, "active")]
    return [(a["weight"], a["child"]) for a in links if world["objectives"][a["child"]]["state"] != "cancelled"]


def inheriting_objectives(world: World, key_result: Any) -> list[tuple[Decimal, Any]]:
    """The objectives that inherit a key result."""
    return live_children(world, key_result, "explicit") if is_live(world, key_result) else []


def effective_check_ins(world: World, key_result: Any) -> list[dict[str, Any]]:
    """The check-ins that count, the last one last."""
    mine = [c for c in world["check_ins"].values() if c["key_result"] == key_result and not c["retracted"]]
    return sorted(mine, key=lambda c: (c["day"], c["order"]))


def latest_value(world: World, key_result: Any, name: str) -> Any:
    said = [c[name] for c in effective_check_ins(world, key_result) if c[name] is not None]
    return said[-1] if said else None


@cache
def due_days(starts: date, ends: date, every: str, weekday: str) -> list[date]:
    span = (starts + timedelta(days=n) for n in range((ends - starts).days + 1))
    days = [day for day in span if day.strftime("%A").lower() == weekday]
    if every == "biweekly":
        return [day for day in days if (day - days[0]).days % 14 == 0]
    return days if every == "weekly" else [day for day in days if (day + WEEK).month != day.month]


def own_due_days(world: World, key_result: Any) -> list[date]:
    found, cycle = world["key_results"][key_result], cycle_of(world, key_result)
    days = due_days(cycle["starts"], cycle["ends"], cycle["policy"]["every"], cycle["policy"]["weekday"])
    return [day for day in days if day > found["defined"]]


def cycle_of(world: World, key_result: Any) -> dict[str, Any]:
    return world["cycles"][cycle_id_of(world, key_result)]


def cycle_id_of(world: World, key_result: Any) -> Any:
    return world["objectives"][world["key_results"][key_result]["objective"]]["cycle"]


def measure_progress(world: World, key_result: Any) -> tuple[Decimal, Decimal, list[str]] | None:
    """The value, the raw number and the flags of a key result's progress."""
    metric = world["key_results"][key_result]["metric"]
    value = latest_value(world, key_result, "value")
    match metric["kind"]:
        case "milestones":
            done = latest_value(world, key_result, "milestones")
            if done is None:
                return None
            weights = sum(Fraction(weight) for weight in metric["steps"].values())
            share = rounded(sum((Fraction(metric["steps"][name]) for name in done), Fraction(0)) / weights)
            return share, share, []
        case "at_least" | "at_most" | "between":
            return period_share(world, key_result)
        case "binary":
            return None if value is None else (value, value, [])
    return None if value is None else scale_progress(metric, value)


def scale_progress(metric: dict[str, Any], value: Decimal) -> tuple[Decimal, Decimal, list[str]] | None:
    b, t, up = metric["baseline"], metric["target"], metric["kind"] == "increase"
    if b is None or t is None:
        return None
    flags = ["below_baseline"] * ((value < b) if up else (value > b))
    flags += ["beyond_target"] * ((value > t) if up else (value < t))
    if (t > b) if up else (t < b):
        raw = rounded((Fraction(value) - Fraction(b)) / (Fraction(t) - Fraction(b)))
    else:
        raw = Decimal((value >= t) if up else (value <= t))
    return max(Decimal(0), min(Decimal(1), raw)), raw, flags


def period_share(world: World, key_result: Any) -> tuple[Decimal, Decimal, list[str]] | None:
    """The share of periods met, up to the last reported one."""
    found, metric = world["key_results"][key_result], world["key_results"][key_result]["metric"]
    begins = max(cycle_of(world, key_result)["starts"], found["defined"])
    met: list[bool | None] = []
    for due in own_due_days(world, key_result):
        said = [
            c["value"] for c in effective_check_ins(world, key_result) if begins <= c["day"] <= due and c["value"] is not None
        ]
        met.append(meets_threshold(metric, said[-1]) if said else None)
        begins = due + timedelta(days=1)
    while met and met[-1] is None:
        met.pop()
    share = rounded(Fraction(sum(m is True for m in met), len(met))) if met else None
    return None if share is None else (share, share, [])


def meets_threshold(metric: dict[str, Any], value: Decimal) -> bool:
    match metric["kind"]:
        case "at_least":
            return bool(value >= metric["target"])
        case "at_most":
            return bool(value <= metric["target"])
    return bool(metric["low"] <= value <= metric["high"])


def mean(weighted: list[tuple[Decimal, Decimal]]) -> Decimal | None:
    weights = sum(Fraction(w) for w, _ in weighted)
    return rounded(sum((Fraction(w) * Fraction(n) for w, n in weighted), Fraction(0)) / weights) if weights else None


def drivers_of(world: World, objective: Any) -> tuple[list[Any], list[tuple[Decimal, Any]]]:
    """Its live key results, and its live children with the weights of their links."""
    own = [id for id, k in world["key_results"].items() if k["objective"] == objective and is_live(world, id)]
    return own, live_children(world, objective, "vertical")


def objective_progress(world: World, objective: Any) -> Progress | None:
    """An objective's progress."""
    own, children = drivers_of(world, objective)
    driver = world["objectives"][objective]["driver"] if own else "alignments"
    found = [(world["key_results"][k]["weight"], key_result_progress(world, k)) for k in own if driver != "alignments"]
    found += [(weight, objective_progress(world, child)) for weight, child in children if driver != "key_results"]
    return roll_up(found)


def key_result_progress(world: World, key_result: Any) -> Progress | None:
    """A key result's progress: that of the objectives which inherit it, or its own."""
    inheriting = inheriting_objectives(world, key_result)
    if inheriting:
        return roll_up([(weight, objective_progress(world, child)) for weight, child in inheriting])
    own = measure_progress(world, key_result)
    return own and Progress(*own)


def roll_up(found: list[tuple[Decimal, Progress | None]]) -> Progress | None:
    counted = [(weight, part) for weight, part in found if weight]
    value = mean([(weight, part.value if part else Decimal(0)) for weight, part in counted])
    return None if value is None else Progress(value, value, [], len(counted), sum(part is None for _, part in counted))


def score(world: World, objective: Any) -> Decimal | None:
    own, _ = drivers_of(world, objective)
    scores = [(world["key_results"][k]["weight"], world["key_results"][k]["score"]) for k in own]
    return None if any(number is None for _, number in scores) else mean(scores)
