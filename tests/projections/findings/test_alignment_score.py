"""The alignment score: what findings take away, and that no code takes everything."""

from hypothesis import given
from hypothesis import strategies as st

from projections.findings.alignment_score import BEST, scores
from projections.findings.finding import CODES, Finding

PLACE = ("Builders", "Q1")
FOUND = st.lists(st.sampled_from(list(CODES)))


def of(*codes, place=PLACE):
    return [Finding(code, "objective", f"{number}", *place, "", (), number) for number, code in enumerate(codes)]


def score(*codes):
    [only] = scores([PLACE], of(*codes))
    return only.as_dict()


def test_nothing_found_is_100():
    assert score() == {"unit_id": "Builders", "cycle_id": "Q1", "score": 100, "deductions": []}


def test_each_severity_has_its_points_and_three_of_a_code_count():
    told = score("orphan", "too_safe", "orphan", *["stale"] * 4)
    assert told["score"] == 100 - 20 - 15 - 2
    assert told["deductions"] == [
        {"code": "orphan", "count": 2, "points": 20},
        {"code": "stale", "count": 4, "points": 15},
        {"code": "too_safe", "count": 1, "points": 2},
    ]


def test_findings_elsewhere_take_nothing_away():
    elsewhere = of("orphan", place=("Sellers", "Q1")) + of("orphan", place=("Builders", "Q2"))
    assert [each.value for each in scores([PLACE, ("Sellers", "Q1")], elsewhere)] == [100, 90]


@given(FOUND)
def test_a_score_is_what_its_deductions_leave_and_never_below_0(codes):
    told = score(*codes)
    assert told["score"] == max(100 - sum(each["points"] for each in told["deductions"]), 0)
    assert {each["code"]: each["count"] for each in told["deductions"]} == {code: codes.count(code) for code in codes}


@given(FOUND, st.sampled_from(list(CODES)))
def test_one_more_finding_never_raises_it(codes, one):
    assert score(*codes, one)["score"] <= score(*codes)["score"]


@given(st.sampled_from(list(CODES)), st.integers(0, 10_000))
def test_no_code_takes_everything(code, count):
    assert score(*[code] * count)["score"] >= BEST - 30
