"""The changes of a few days in the journal of a real team: removals, replacements and corrections."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Get = Callable[[str], Any]
Okr = Callable[..., Any]
JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"


@pytest.fixture
def changes(okr: Okr, get_json: Get) -> Callable[[str, str], Any]:
    done = okr("import", str(JOURNAL), "--trust-times")
    assert done.returncode == 0, done.stderr
    return lambda earlier, later: get_json(f"/v1/changes?from={earlier}&to={later}&limit=200")


def test_in_three_days_of_january_one_key_result_was_dropped_and_four_came_in_its_place(changes: Any) -> None:
    changed = changes("2019-01-20", "2019-01-23")
    assert changed["summary"] == {
        "changes": 6,
        "kinds": {"key_result_added": 4, "key_result_dropped": 1, "objective_added": 1},
        "left_out": {"blockers": 0, "check_ins": 0, "comments": 0, "markers": 0, "reviews": 0},
    }
    added = [item["subject"]["title"] for item in changed["items"] if item["kind"] == "key_result_added"]
    assert added == [f"2019-Q1 O5-KR{number}" for number in range(1, 5)]
    [dropped] = [item for item in changed["items"] if item["kind"] == "key_result_dropped"]
    assert dropped["sentence"] == 'operator cancelled the key result "2019-Q1 O3-KR1".'
    assert (dropped["reason"], dropped["recorded_at"][:19]) == (f"imported from {JOURNAL.name}", "2019-01-22T19:51:02")
    assert dropped["effects"] == [
        {"objective_id": dropped["subject"]["objective_id"], "title": "O3", "before": "0", "after": None}
    ]
    assert (dropped["imported"]["file"], dropped["fields"]) == (
        JOURNAL.name,
        {"state": {"before": "open", "after": "cancelled"}},
    )
    states = {each["subject"]["title"]: each["fields"].get("state") for each in changed["net"]}
    assert states["2019-Q1 O3-KR1"] == {"before": "open", "after": "cancelled"}
    assert [title for title, state in states.items() if state == {"before": None, "after": "open"}] == added


def test_the_score_corrected_in_april_is_told_with_both_and_is_net_the_last(changes: Any) -> None:
    changed = changes("2019-04-10", "2019-04-12")
    [corrected] = [item for item in changed["items"] if item["kind"] == "score_corrected"]
    assert (corrected["subject"]["title"], corrected["fields"]) == (
        "2019-Q1 O2-KR2",
        {"score": {"before": "0.4", "after": "1"}},
    )
    [net] = [each for each in changed["net"] if each["subject"]["id"] == corrected["subject"]["id"]]
    assert net["fields"] == {"score": {"before": None, "after": "1"}}


def test_what_was_reported_after_the_quarter_had_ended_is_after_its_end(changes: Any) -> None:
    """Three events on 10 July and six on the 15th, all of the second quarter."""
    changed = changes("2019-06-30", "2019-07-31")
    after_end = [item for item in changed["items"] if item["kind"] == "check_in_after_end"]
    assert [item["check_in"]["days_after_cycle"] for item in after_end] == [10] * 3 + [15] * 6
    assert {item["check_in"]["measured_on"] for item in after_end} == {"2019-06-30"}
    assert {item["subject"]["title"][:7] for item in after_end} == {"2019-Q2"}
    assert after_end[0]["sentence"].endswith(", for 2019-06-30, 10 days after the end of its cycle.")


def test_plain_check_ins_are_counted_and_left_out(changes: Any) -> None:
    changed = changes("2019-03-10", "2019-03-12")
    assert changed["summary"]["kinds"] == {"key_result_renamed": 1, "scored": 2}
    assert changed["summary"]["left_out"]["check_ins"] == 11
