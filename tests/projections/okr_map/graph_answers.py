"""Sample alignment graphs: small ones, a complete one, and large organisations."""

from itertools import count
from random import Random
from typing import Any

JsonObject = dict[str, Any]
HEALTH_STATES = ("on_track", "at_risk", "off_track", "outdated", "pending", "closed")


def build_answer(**parts: Any) -> JsonObject:
    moment = {"as_of": None, "position": 128, "evaluated_at": "2026-11-23T00:00:00Z", "final": False}
    empty: JsonObject = {"units": [], "priorities": [], "objectives": [], "alignments": []}
    return {**moment, "effective_on": "2026-11-23", **empty, **parts}


def unit(id: str, name: str, level: str = "team", parent: str | None = None, **more: Any) -> JsonObject:
    return {"id": id, "name": name, "level": level, "parent_id": parent, "vision": None, "mission": None, **more}


def progress(value: str | None, **more: Any) -> JsonObject | None:
    return value and {"value": value, "raw": value, "flags": [], "drivers": None, "not_started": None, **more}


def health(effective: str, reported: str | None = None, computed: str | None = None) -> JsonObject:
    mismatch = reported is not None and computed not in {None, "pending", reported}
    return {"reported": reported, "computed": computed or effective, "effective": effective, "mismatch": mismatch}


def increasing_metric(baseline: str, target: str, measure: str) -> JsonObject:
    return {"kind": "increase", "baseline": baseline, "target": target, "measure": measure}


def key_result(id: str, title: str, share: str | None = None, judged: str | JsonObject = "on_track", **more: Any) -> JsonObject:
    own = {
        "metric": increasing_metric("0", "3", "products"),
        "weight": "1",
        "owner": "ada",
        "due_on": "2027-06-30",
        "state": "open",
    }
    judged = health(judged) if isinstance(judged, str) else judged
    return {"id": id, "title": title, **own, "progress": progress(share), "health": judged, "score": None, **more}


def objective(id: str, title: str, unit_id: str, share: str | None = None, *parts: JsonObject, **more: Any) -> JsonObject:
    own = {"cycle_id": "year", "owner": "ada", "commitment": "aspirational", "focus": "could_do", "state": "agreed"}
    judged = {"progress": progress(share), "health": health("on_track"), "score": None, "key_results": list(parts)}
    return {"id": id, "title": title, "unit_id": unit_id, **own, **judged, **more}


def priority(id: str, title: str, perspective: str, **more: Any) -> JsonObject:
    horizon = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    own = {"description": None, "perspective": perspective, "horizon": horizon, "owner": "ada", "state": "active"}
    return {"id": id, "title": title, **own, **more}


def link(child: str, parent: str, kind: str = "vertical", **more: Any) -> JsonObject:
    to = "objective"
    own = {"weight": "1" if kind in {"vertical", "explicit"} else None, "state": "active", "parent_type": to}
    return {"id": f"{child}-{kind}-{parent}", "child_id": child, "parent_id": parent, "kind": kind, **own, **more}


def single_objective() -> JsonObject:
    return build_answer(
        units=[unit("tech", "Tech Innovations", "company")],
        objectives=[objective("lead", "Lead the market", "tech", "0.25", key_result("kr", "Products launched", "0.25"))],
    )


def worked_example() -> JsonObject:
    """Tech Innovations with all five kinds, every state of a dependency, weights, a draft and every health."""
    return build_answer(
        units=[
            unit("tech", "Tech Innovations", "company", vision="Lead the market in advanced technology"),
            unit("product", "Product development", "team", "tech"),
            unit("sales", "Sales and partnerships", "team", "tech"),
            unit("ben", "Ben Ito", "individual", "product"),
            unit("mia", "Mia Roth", "individual", "product"),
        ],
        priorities=[
            priority("growth", "Grow in new markets", "financial", description="New revenue from what we cannot sell today."),
            priority("delight", "Customers recommend us", "customer"),
            priority("learn", "A place where people learn", "learning_growth"),
        ],
        objectives=[
            _lead_objective(),
            _build_objective(),
            _sell_objective(),
            _personal_objective("ben", "0.5", "at_risk"),
            _personal_objective("mia", "0.25", "outdated"),
            *_side_links(),
        ],
        alignments=[
            link("lead", "growth", "strategic"),
            link("build", "delight", "strategic"),
            link("trends", "learn", "strategic"),
            link("build", "lead", weight="2"),
            link("sell", "lead"),
            link("ben-product", "build-launch", "explicit"),
            link("mia-product", "build-launch", "explicit", weight="0"),
            link("efficiency", "build", weight="0.5"),
            link("sell", "build", "horizontal", state="confirmed"),
            link("trends", "sell", "horizontal", state="proposed"),
            link("efficiency", "sell", "horizontal", state="declined"),
            link("trends", "lead-share", "directional"),
            link("efficiency", "trends", "directional"),
            link("efficiency", "elsewhere"),
        ],
    )


def _lead_objective() -> JsonObject:
    return objective(
        "lead",
        "Lead the market in advanced technology",
        "tech",
        "0.3333",
        key_result("lead-launch", "Products launched", "0.3333", health("on_track", "on_track", "at_risk")),
        key_result("lead-share", "Market share", "0.5", "at_risk", metric=increasing_metric("10", "12", "%"), weight="2"),
        key_result(
            "lead-partners", "Partnerships with large players", None, "pending", metric=increasing_metric("0", "2", "partners")
        ),
        focus="must_do",
        commitment="committed",
        health=health("at_risk", "on_track", "at_risk"),
        progress=progress("0.3333", drivers=5, not_started=1),
    )


def _build_objective() -> JsonObject:
    satisfied = {"kind": "at_least", "target": "90", "measure": "%"}
    revenue = {"kind": "increase", "relative": "0.15", "measure": "EUR"}
    return objective(
        "build",
        "Build products for needs that are only emerging",
        "product",
        "0.62",
        key_result(
            "build-launch", "The team's products launched", "0.375", "at_risk", metric=increasing_metric("0", "2", "products")
        ),
        key_result("build-happy", "Customer satisfaction", "1", progress=progress("1"), metric=satisfied),
        key_result("build-revenue", "Revenue from new products", "0", "off_track", metric=revenue, weight="0"),
        focus="should_do",
        health=health("off_track"),
    )


def _sell_objective() -> JsonObject:
    gone = {"state": "cancelled", "metric": {"kind": "between", "low": "5", "high": "8", "measure": "days"}}
    beyond = progress("1", raw="1.4", flags=["beyond_target"])
    return objective(
        "sell",
        "Win partners who open doors that stay closed to us",
        "sales",
        "1",
        key_result("sell-partners", "Partners who signed", progress=beyond, metric=increasing_metric("30", "25", "days")),
        key_result("sell-time", "Days from first talk to signature", "0.1", "closed", **gone),
        state="draft",
        commitment="learning",
        owner=None,
    )


def _personal_objective(person: str, share: str, judged: str) -> JsonObject:
    steps = {"kind": "milestones", "steps": [{"name": name, "weight": "1"} for name in ("Concept", "Trial", "Launch", "Sale")]}
    part = key_result(f"{person}-steps", "From concept to launch", share, judged, metric=steps)
    title = "Take one product from concept to launch"
    return objective(f"{person}-product", title, person, share, part, health=health(judged), focus="must_do")


def _side_links() -> list[JsonObject]:
    reports = key_result("trends-reports", "Reports on emerging trends", "0.75", metric=increasing_metric("0", "4", "reports"))
    built = key_result(
        "efficiency-build", "The build is green all day", "1", "closed", metric={"kind": "binary"}, state="closed"
    )
    return [
        objective("trends", "Research emerging trends", "ben", "0.75", reports),
        objective(
            "efficiency", "Code more efficiently", "mia", "1", built, state="closed", health=health("closed"), score="0.7"
        ),
        objective("fair", "Show ourselves at the spring fair", "sales", None, state="cancelled", health=health("pending")),
    ]


def random_organisation(size: int = 200, seed: int = 7) -> JsonObject:
    """A graph of objectives of departments, teams and individuals, linked upwards and across."""
    random, numbers = Random(seed), count()  # noqa: S311 - made-up organisations keep no secrets
    units = [unit("c", "Meridian Instruments", "company", mission="Measure what others only guess")]
    departments = [unit(f"d{n}", f"{name}", "department", "c") for n, name in enumerate(DEPARTMENTS)]
    teams = [unit(f"t{n}", f"{random.choice(AREAS)} {n}", "team", f"d{n % len(departments)}") for n in range(size // 10)]
    people = [unit(f"p{n}", f"Person {n}", "individual", f"t{n % len(teams)}") for n in range(size // 3)]
    units += [*departments, *teams, *people]
    shares = {"company": 3, "department": 3 * len(departments), "team": size * 2 // 5}
    priorities = [priority(f"s{n}", title, perspective) for n, (title, perspective) in enumerate(PRIORITIES)]
    made: dict[str, list[JsonObject]] = {level: [] for level in ("company", "department", "team", "individual")}
    for level, found in made.items():
        places = [each for each in units if each["level"] == level]
        wanted = shares.get(level, size - sum(len(others) for others in made.values()))
        found += [_random_objective(random, next(numbers), places[n % len(places)]["id"]) for n in range(wanted)]
    return build_answer(
        units=units,
        priorities=priorities,
        objectives=[each for found in made.values() for each in found],
        alignments=_random_links(random, units, priorities, made),
    )


def _random_objective(random: Random, number: int, unit_id: str) -> JsonObject:
    parts = [
        key_result(f"k{number}-{n}", _random_title(random, 4), f"{random.random():.4f}", random.choice(HEALTH_STATES[:5]))
        for n in range(random.choice((1, 2, 2, 3, 3)))
    ]
    judged = health(random.choice(HEALTH_STATES[:5]))
    focus = random.choice(("must_do", "should_do", "could_do"))
    share = f"{random.random():.4f}"
    return objective(f"o{number}", _random_title(random, 6), unit_id, share, *parts, health=judged, focus=focus)


def _random_title(random: Random, longest: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(2, longest))).capitalize()


def _random_links(
    random: Random, units: list[JsonObject], priorities: list[JsonObject], made: dict[str, list[JsonObject]]
) -> list[JsonObject]:
    above = {each["id"]: each["parent_id"] for each in units}
    levels = list(made)
    links = [link(each["id"], random.choice(priorities)["id"], "strategic") for each in made["company"]]
    for level, higher in zip(levels[1:], levels, strict=False):
        for each in made[level]:
            near = [other for other in made[higher] if other["unit_id"] == above[each["unit_id"]]] or made[higher]
            parent = random.choice(near)
            if random.random() < 0.15:
                links.append(link(each["id"], random.choice(parent["key_results"])["id"], "explicit"))
            else:
                links.append(link(each["id"], parent["id"], weight=random.choice(("1", "1", "1", "2"))))
    for _ in range(len(made["team"]) // 4):
        child, parent = random.sample(made["team"], 2)
        links.append(link(child["id"], parent["id"], "horizontal", state=random.choice(("proposed", "confirmed", "declined"))))
    for _ in range(len(made["team"]) // 10):
        child, parent = random.choice(made["individual"]), random.choice(made["department"])
        links.append(link(child["id"], parent["id"], "directional"))
    return list({each["id"]: each for each in links}.values())


DEPARTMENTS = ("Engineering", "Customer care", "Sales", "Finance and people", "Manufacturing")
AREAS = ("Platform", "Sensors", "Field support", "Accounts", "Calibration", "Tooling", "Cloud", "Assembly")
PRIORITIES = (
    ("Grow where we are small", "financial"),
    ("Be the first whom customers call", "customer"),
    ("Build with fewer errors and less waste", "internal_process"),
    ("Learn faster than the market changes", "learning_growth"),
    ("Make every instrument pay for itself", "financial"),
)
WORDS = (
    *("reduce", "time", "to", "the", "first", "calibration", "for", "customers", "in", "all", "regions", "and", "build"),
    *("trust", "with", "partners", "faster", "onboarding", "quality", "of", "sensors", "fewer", "returns", "infrastructure"),
)


def random_tangle(size: int, links: int, seed: int) -> JsonObject:
    """A graph of objectives of any level with random links of any kind."""
    random = Random(seed)  # noqa: S311 - made-up organisations keep no secrets
    units = [unit(f"u{n}", f"Unit {n}", random.choice(("company", "department", "team", "individual"))) for n in range(size)]
    objectives = [_random_objective(random, n, random.choice(units)["id"]) for n in range(size)]
    priorities = [priority(f"s{n}", title, perspective) for n, (title, perspective) in enumerate(PRIORITIES)]
    made = [_random_link(random, objectives, priorities) for _ in range(links)]
    return build_answer(
        units=units,
        priorities=priorities,
        objectives=objectives,
        alignments=list({each["id"]: each for each in made}.values()),
    )


def _random_link(random: Random, objectives: list[JsonObject], priorities: list[JsonObject]) -> JsonObject:
    child, parent = random.choice(objectives)["id"], random.choice(objectives)
    match random.choice(("vertical", "explicit", "horizontal", "strategic", "directional")):
        case "strategic":
            return link(child, random.choice(priorities)["id"], "strategic")
        case "explicit":
            return link(child, random.choice(parent["key_results"])["id"], "explicit", weight=random.choice(("0", "1", "2.5")))
        case "horizontal":
            state = random.choice(("proposed", "confirmed", "declined", "ended"))
            return link(child, parent["id"], "horizontal", state=state)
        case kind:
            return link(child, parent["id"], kind)
