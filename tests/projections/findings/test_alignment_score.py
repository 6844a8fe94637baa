"""The alignment score: the points of findings and their limit for each code."""

from hypothesis import given
from hypothesis import strategies as st

from projections.findings.alignment_score import MAX_SCORE, alignment_scores
from projections.findings.finding import CODES, Finding

UNIT_AND_CYCLE = ("Builders", "Q1")
FINDING_CODES = st.lists(st.sampled_from(list(CODES)))


def create_findings(*codes, place=UNIT_AND_CYCLE):
    return [Finding(code, "objective", f"{number}", *place, "", (), number) for number, code in enumerate(codes)]


def score_of(*codes):
    [only] = alignment_scores([UNIT_AND_CYCLE], create_findings(*codes))
    return only.as_dict()


def test_without_findings_the_score_is_100():
    assert score_of() == {"unit_id": "Builders", "cycle_id": "Q1", "score": 100, "deductions": []}


def test_each_severity_has_its_points_and_three_of_a_code_count():
    told = score_of("orphan", "too_safe", "orphan", *["stale"] * 4)
    assert told["score"] == 100 - 20 - 15 - 2
    assert told["deductions"] == [
        {"code": "orphan", "count": 2, "points": 20},
        {"code": "stale", "count": 4, "points": 15},
        {"code": "too_safe", "count": 1, "points": 2},
    ]


def test_findings_of_other_units_do_not_count():
    elsewhere = create_findings("orphan", place=("Sellers", "Q1")) + create_findings("orphan", place=("Builders", "Q2"))
    assert [each.value for each in alignment_scores([UNIT_AND_CYCLE, ("Sellers", "Q1")], elsewhere)] == [100, 90]


@given(FINDING_CODES)
def test_a_score_is_what_its_deductions_leave_and_never_below_0(codes):
    told = score_of(*codes)
    assert told["score"] == max(100 - sum(each["points"] for each in told["deductions"]), 0)
    assert {each["code"]: each["count"] for each in told["deductions"]} == {code: codes.count(code) for code in codes}


@given(FINDING_CODES, st.sampled_from(list(CODES)))
def test_one_more_finding_never_raises_it(codes, one):
    assert score_of(*codes, one)["score"] <= score_of(*codes)["score"]


@given(st.sampled_from(list(CODES)), st.integers(0, 10_000))
def test_no_single_code_uses_up_the_score(code, count):
    assert score_of(*[code] * count)["score"] >= MAX_SCORE - 30
