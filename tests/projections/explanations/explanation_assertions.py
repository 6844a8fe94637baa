"""Assertions that hold for every explanation."""

from decimal import Context, Decimal

from sqlalchemy import select

from projections.store.tables import facts
from tests.projections.explanations.formula_calculator import calculate, clamp
from tests.projections.explanations.input_assertions import assert_input_fits

TWENTY_DIGITS = Context(prec=20)
NUMBERS = ("value", "raw", "flags", "drivers", "not_started")
EVENT_PREFIXES = ("KeyResult.", "Objective.", "Alignment.", "Cycle.", "Unit.CadenceSet", "Unit.Moved")


def formulas(part):
    """Every formula inside."""
    if isinstance(part, dict):
        if "with_numbers" in part:
            yield part
        for inner in part.values():
            yield from formulas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from formulas(inner)


def positions_in(part):
    """Every list of positions inside, with what it belongs to."""
    if isinstance(part, dict):
        if "positions" in part:
            yield part
        for inner in part.values():
            yield from positions_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from positions_in(inner)


def assert_explanation_holds(explained, progress, health, score=None):
    """It has the numbers of the tree, its formula gives them, and every input has an event behind it."""
    told = explained["progress"]
    if progress is None:
        assert (told["value"], told["raw"], told["with_numbers"]) == (None, None, None)
        assert told["because"].endswith(".")
    else:
        assert {name: told[name] for name in NUMBERS} == progress
        assert told["because"] is None
        raw = calculate(told["with_numbers"])
        assert (raw, clamp(raw)) == (Decimal(told["raw"]), Decimal(told["value"]))
    assert {name: explained["health"][name] for name in health} == health
    assert explained["score"]["value"] == score
    for formula in formulas(explained):
        assert_formula_holds(formula)
    behind = {place for each in positions_in(explained) for place in each["positions"]}
    assert all(isinstance(place, int) and 0 < place <= explained["position"] for place in behind)
    assert_pace_holds(explained["health"])
    return behind


def assert_formula_holds(formula):
    """With its inputs' values for their names the text gives what `with_numbers` gives: the value beside it."""
    if formula["with_numbers"] is None:
        return
    if "inputs" in formula:
        names = {name: each["value"] for name, each in formula["inputs"].items()}
        assert calculate(formula["formula"], names) == calculate(formula["with_numbers"])
    if formula.get("value") is not None and "raw" not in formula:
        assert calculate(formula["with_numbers"]) == Decimal(formula["value"])
    for each in formula.get("inputs", {}).values():
        assert each["positions"], formula
        assert set(each["positions"]) <= set(formula["positions"])


def assert_pace_holds(health):
    """Thresholds and elapsed share lead to the computed pace, to 20 digits."""
    pace = health.get("pace")
    if pace is None or pace["progress"] is None or Decimal(pace["elapsed"]) == 0:
        assert pace is None or health["computed"] == "pending"
        return
    to_twenty = [
        TWENTY_DIGITS.plus(Decimal(each)) for each in (pace["progress"], pace["on_track"]["value"], pace["at_risk"]["value"])
    ]
    expected = "on_track" if to_twenty[0] >= to_twenty[1] else "at_risk" if to_twenty[0] >= to_twenty[2] else "off_track"
    assert health["computed"] == expected


def subjects_of(graph):
    """The ids of all rows that a number of the graph can depend on."""
    parts = graph.key_results.values()
    units = {id for part in parts for id in graph.cadences.ancestor_ids(part.unit_id)}
    above = {part.row.objective_id for part in parts}
    return {*graph.objectives, *graph.key_results, *graph.links, *graph.rules, *above, *units}


def assert_facts_fit(connection, explained, behind, subjects, mapper):
    """Every position holds a fact of a kind that numbers rest on, about one of these things, and fit for what it is behind."""
    rows = {row.position: row for row in connection.execute(select(facts).where(facts.c.position.in_(behind)))}
    assert rows.keys() == behind
    for row in rows.values():
        assert row.type.startswith(EVENT_PREFIXES)
        assert row.stream_id in subjects, row
    for formula in formulas(explained):
        for name, given in formula.get("inputs", {}).items():
            assert_input_fits(name, given, rows, mapper)
