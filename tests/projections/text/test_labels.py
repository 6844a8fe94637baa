"""Single lines without invisible characters, and short descriptions of metrics and progress."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.text import labels
from tests.projections.okr_map.graph_answers import increasing_metric, progress


@given(st.text(st.characters(codec=None)))
def test_plain_text_is_one_line_of_characters_that_xml_allows(text):
    found = labels.single_line(text)
    assert found == labels.single_line(found)
    assert not [each for each in found if each < " " or "\x7f" <= each <= "\x9f" or "\ud800" <= each <= "\udfff"]
    assert not set(found) & set("\u2028\u2029\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\ufffe\uffff\n")


@pytest.mark.parametrize("none", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_noncharacters_are_removed(none):
    assert labels.single_line(f"a{none}b") == "a b"


def test_joined_letters_and_pictures_stay_joined():
    assert (
        labels.single_line("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )
    assert labels.single_line("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"


def test_combining_marks_are_limited():
    assert labels.single_line("Z" + "\u0337" * 50) == "Z" + "\u0337" * labels.MAX_COMBINING_MARKS


def test_a_missing_title_is_untitled():
    assert labels.display_title({"title": " \u200b\u200d\n"}) == "Untitled"
    assert labels.display_title({"name": "Sales"}) == "Sales"


@pytest.mark.parametrize(
    ("metric", "description"),
    [
        (increasing_metric("0", "3", "products"), "from 0 to 3 products"),
        ({"kind": "increase", "relative": "0.15", "measure": "EUR"}, "up by 15 % in EUR"),
        ({"kind": "decrease", "target": "3", "measure": None}, "to 3"),
        ({"kind": "at_least", "target": "90", "measure": "%"}, "at least 90 %"),
        ({"kind": "at_most", "target": "2"}, "at most 2"),
        ({"kind": "between", "low": "5", "high": "8", "measure": "days"}, "between 5 and 8 days"),
        ({"kind": "milestones", "steps": [{"name": "Concept"}, {"name": "Launch"}]}, "2 milestones"),
        ({"kind": "binary"}, "done or not"),
    ],
)
def test_a_metric_is_described_in_a_few_words(metric, description):
    assert labels.describe_metric(metric) == description


def test_progress_out_of_range_is_described():
    assert (
        labels.describe_out_of_range({"progress": progress("0", raw="-0.6", flags=["below_baseline"])})
        == "Below the baseline: -60%"
    )
    assert labels.describe_out_of_range({"progress": None}) is None
    assert labels.describe_unstarted({"progress": progress("0.5", drivers=3, not_started=1)}) == "1 of 3 not started"
    assert labels.describe_unstarted({"progress": progress("0.5", drivers=3, not_started=0)}) is None


def test_the_first_letter_with_a_direction_decides():
    assert labels.is_right_to_left("20% \u05e2\u05d3 A")
    assert not labels.is_right_to_left("20% A \u05e2\u05d3")
    assert not labels.is_right_to_left("12")
