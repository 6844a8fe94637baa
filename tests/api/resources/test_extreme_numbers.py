"""Every number that the API accepts can be read in every picture, report and list: no value spoils what others read."""

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.api.conftest import list_read_paths
from tests.api.malformed_input import run_examples

pytestmark = pytest.mark.slow
MAP_FORMS = ("json", "svg", "dot", "mermaid")
REPORT_FORMS = ("json", "html", "markdown", "csv", "xlsx", "text")
EXTREMES = ("1e26", "-1e26", "1e28", "-1e28", "1e-28", "-1e-28", "0", "0.01", "1", "9999999999999999999999999999", "1e27")
NUMBERS = st.sampled_from(EXTREMES) | st.builds("{}e{}".format, st.integers(-(10**20), 10**20), st.integers(-28, 7))
SHARES = st.sampled_from(["0", "1", "1e-28", "0.9999999999999999999999999999", "0.996", "0.5"])
Goal = tuple[dict[str, Any], str, dict[str, Any]]
FIXED_GOALS: tuple[Goal, ...] = (
    ({"kind": "increase", "baseline": 0, "target": "0.01"}, "1", {"value": "1e26"}),
    ({"kind": "increase", "baseline": 0, "target": "1e-28"}, "1e28", {"value": "1e28", "confidence": "1e-28"}),
    ({"kind": "increase", "baseline": "1e28", "relative": "1e26"}, "1e-28", {"value": "-1e28", "confidence": "0.9999"}),
    ({"kind": "increase", "relative": "1e26"}, "1", {"value": "1e28"}),
    ({"kind": "decrease", "baseline": "1e28", "target": "-1e28"}, "0", {"value": "1e-28"}),
    ({"kind": "at_least", "target": "1e28"}, "1", {"value": "1e28"}),
    ({"kind": "between", "low": "-1e28", "high": "1e-28"}, "1", {"value": "1e28"}),
)


@st.composite
def goals(draw: st.DrawFn) -> Goal:
    """A metric, a weight and a check-in; the API refuses some of them."""
    kind = draw(st.sampled_from(["increase", "decrease", "relative", "at_least", "at_most"]))
    weight = draw(NUMBERS).lstrip("-")
    check_in = {"value": draw(NUMBERS), "confidence": draw(SHARES)}
    match kind:
        case "relative":
            return {"kind": "increase", "relative": draw(NUMBERS).lstrip("-")}, weight, check_in
        case "at_least" | "at_most":
            return {"kind": kind, "target": draw(NUMBERS)}, weight, check_in
    return {"kind": kind, "baseline": draw(NUMBERS), "target": draw(NUMBERS)}, weight, check_in


def record(world: Any, *chosen: Goal) -> str:
    """A cycle of two linked objectives with those of the goals that the API takes, scored with their own suggestions."""
    cycle = world.create_active_cycle()
    top, low = (world.objective(unit, cycle_id=cycle, progress_driver="both") for unit in ("company", "team"))
    world.create("alignments", child_id=low, parent_id=top, kind="vertical", weight=chosen[0][1])
    for metric, weight, check_in in chosen:
        body = {"title": "Grow", "metric": metric, "weight": weight}
        made = world.admin.post(f"/v1/objectives/{low}/key-results", body)
        assert made.status_code in {201, 422}, made.text
        if made.status_code == 201:
            path = f"/v1/key-results/{made.json['id']}"
            assert world.admin.post(f"{path}/check-ins", check_in).status_code in {201, 422}
            assert world.admin.post(f"{path}/score", {"root_cause": "A number"}).status_code in {200, 422}
    return cycle


def read_everything(world: Any, cycle: str, report_forms: tuple[str, ...]) -> None:
    for form in MAP_FORMS:
        tree = world.admin.get("/v1/alignment-tree", {"cycle": cycle, "format": form, "shape": "graph"})
        assert tree.status_code == 200, (form, tree.text[:500])
    for kind in ("retrospective", "monthly", "weekly"):
        for form in report_forms:
            report = world.admin.get(f"/v1/reports/{kind}", {"cycle": cycle, "format": form})
            assert report.status_code == 200, (kind, form, report.text[:500])
    for form in ("json", "csv", "markdown"):
        changes = world.admin.get("/v1/changes", {"from": "position:1", "cycle": cycle, "format": form})
        assert changes.status_code == 200, (form, changes.text[:500])


def test_extreme_numbers_are_drawn_in_every_form(module_world):
    cycle = record(module_world, *FIXED_GOALS)
    read_everything(module_world, cycle, (*REPORT_FORMS, "pdf"))
    for path in list_read_paths(module_world):
        assert module_world.admin.get(path).status_code == 200, path


@pytest.mark.parametrize("module_world", ["sqlite"], indirect=True)  # what draws it knows no engine
def test_a_cycle_of_extreme_numbers_is_closed_and_drawn(module_world):
    cycle = record(module_world, *FIXED_GOALS)
    closed = module_world.admin.post(f"/v1/cycles/{cycle}/closing", {"allow_unscored": True, "reason": "The end"})
    assert closed.status_code == 200, closed.text
    read_everything(module_world, cycle, REPORT_FORMS)


@pytest.mark.parametrize(
    ("examples", "module_world"),
    [
        pytest.param(2, "sqlite", id="some"),
        pytest.param(40, "sqlite", marks=pytest.mark.torture, id="many-sqlite"),
        pytest.param(40, "postgres", marks=pytest.mark.torture, id="many-postgres"),
    ],
    indirect=["module_world"],
)
def test_any_numbers_are_drawn_in_every_form(module_world, examples):
    def everything_is_read(chosen: list[Goal]) -> None:
        read_everything(module_world, record(module_world, *chosen), REPORT_FORMS)

    run_examples(st.lists(goals(), min_size=2, max_size=5), everything_is_read, examples=examples)
