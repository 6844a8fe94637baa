"""The journal of a real team over three quarters, imported with its own times and read as of any later day."""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.operations.stores import Stores

Get = Callable[[str], Any]
Okr = Callable[..., Any]
JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"
HEADER = "recorded_at,cycle,action,objective,key_result,title,owner,value,projected"


@pytest.fixture
def imported_journal(okr: Okr) -> None:
    done = okr("import", str(JOURNAL), "--trust-times")
    assert done.returncode == 0, done.stderr
    assert "114 events from 98 rows: 98 new, 0 recorded before" in done.stdout


def fetch_key_results(get: Get, cycle: str, as_of: str = "2020-01-01") -> dict[str, Any]:
    tree = get(f"/v1/alignment-tree?cycle={cycle}&as_of={as_of}")
    return {kr["title"]: kr for objective in iterate_nodes(tree["roots"]) for kr in objective["key_results"]}


def iterate_nodes(roots: list[Any]) -> Iterator[Any]:
    for node in roots:
        yield node
        yield from iterate_nodes(node["children"])


def scores_of(found: dict[str, Any]) -> list[Decimal]:
    return [Decimal(kr["score"]) for kr in found.values() if kr["score"] is not None]


def mean(found: dict[str, Any]) -> Decimal:
    return sum(scores_of(found), Decimal(0)) / len(scores_of(found))


@pytest.mark.usefixtures("imported_journal")
def test_at_the_end_of_march_2_of_11_key_results_had_a_score(get_json: Get) -> None:
    found = fetch_key_results(get_json, "2019-Q1", "2019-03-31")
    assert (len(found), len(scores_of(found))) == (11, 2)


@pytest.mark.usefixtures("imported_journal")
def test_on_12_april_all_11_had_one_and_their_mean_was_945(get_json: Get) -> None:
    found = fetch_key_results(get_json, "2019-Q1", "2019-04-12")
    assert (len(found), len(scores_of(found))) == (11, 11)
    assert round(mean(found), 3) == Decimal("0.945")


@pytest.mark.usefixtures("imported_journal")
def test_the_key_result_dropped_on_22_january_is_in_the_tree_of_the_21st_and_not_of_the_23rd(get_json: Get) -> None:
    before, after = fetch_key_results(get_json, "2019-Q1", "2019-01-21"), fetch_key_results(get_json, "2019-Q1", "2019-01-23")
    assert (len(before), len(after)) == (8, 11)
    assert "2019-Q1 O3-KR1" in before
    assert "2019-Q1 O3-KR1" not in after


@pytest.mark.usefixtures("imported_journal")
def test_the_score_corrected_on_11_april_shows_both_with_their_times(get_json: Get) -> None:
    id = fetch_key_results(get_json, "2019-Q1")["2019-Q1 O2-KR2"]["id"]
    facts = get_json(f"/v1/key-results/{id}/history")["items"]
    scores = [(f["type"], f["fields"]["score"], f["recorded_at"][:19]) for f in facts if "Score" in f["type"]]
    assert scores == [
        ("KeyResult.Scored", "0.4", "2019-04-11T17:44:45"),
        ("KeyResult.ScoreCorrected", "1", "2019-04-11T17:47:34"),
    ]


@pytest.mark.usefixtures("imported_journal")
def test_the_second_quarters_mean_is_55_and_the_third_has_5_scored_of_8_with_42(get_json: Get) -> None:
    second, third = fetch_key_results(get_json, "2019-Q2"), fetch_key_results(get_json, "2019-Q3")
    assert (len(scores_of(second)), round(mean(second), 2)) == (12, Decimal("0.55"))
    assert (len(third), len(scores_of(third)), round(mean(third), 2)) == (8, 5, Decimal("0.42"))


@pytest.mark.usefixtures("imported_journal")
def test_every_envelope_says_which_file_claimed_its_time(get_json: Get) -> None:
    id = fetch_key_results(get_json, "2019-Q1")["2019-Q1 O4-KR1"]["id"]
    for fact in get_json(f"/v1/key-results/{id}/history")["items"]:
        assert fact["imported"]["file"] == JOURNAL.name
        assert fact["imported"]["sha256"] == sha256(JOURNAL.read_bytes()).hexdigest()
        assert fact["imported"]["times"] == "claimed"
        assert fact["imported"]["imported_at"] > "2026"
        assert fact["actor_name"] == "operator"


@pytest.mark.usefixtures("imported_journal")
def test_a_blank_value_and_a_blank_projection_stay_null(get_json: Get) -> None:
    found = fetch_key_results(get_json, "2019-Q3", "2019-08-27")
    assert found["2019-Q3 O1-KR1"]["latest_check_in"]["value"] is None
    assert found["2019-Q3 O1-KR1"]["latest_check_in"]["confidence"] == "1"


@pytest.mark.usefixtures("imported_journal")
def test_of_a_journal_that_grew_by_a_row_only_that_row_is_recorded(okr: Okr, get_json: Get, tmp_path: Path) -> None:
    again = okr("import", str(JOURNAL))
    assert (again.returncode, "Recorded 0 events from 98 rows: 0 new, 98 recorded before." in again.stdout) == (0, True)
    grown = tmp_path / "grown.csv"
    grown.write_text(JOURNAL.read_text() + "2019-09-30T10:00:00-07:00,2019-Q3,check_in,O1,O1-KR1,,,0.9,\n")
    rehearsed = okr("import", str(grown), "--dry-run")
    assert "Dry run: 1 event would be recorded from 99 rows: 1 new, 98 recorded before." in rehearsed.stdout
    recorded = okr("import", str(grown))
    assert "Recorded 1 event from 99 rows: 1 new, 98 recorded before." in recorded.stdout
    found = fetch_key_results(get_json, "2019-Q3")
    assert (len(found), found["2019-Q3 O1-KR1"]["latest_check_in"]["value"]) == (8, "0.9")


@pytest.mark.usefixtures("imported_journal")
def test_times_are_not_trusted_into_a_log_with_events(okr: Okr, tmp_path: Path) -> None:
    grown = tmp_path / "grown.csv"
    grown.write_text(JOURNAL.read_text() + "2019-09-30T10:00:00-07:00,2019-Q3,check_in,O1,O1-KR1,,,0.9,\n")
    trusted = okr("import", str(grown), "--trust-times")
    assert trusted.returncode == 1
    assert "only while the log is empty" in trusted.stderr


def test_without_trust_the_log_witnesses_its_own_times(okr: Okr, get_json: Get) -> None:
    assert okr("import", str(JOURNAL)).returncode == 0
    id = next(iter(get_json("/v1/key-results?cycle=2019-Q1&limit=1")["items"]))["id"]
    first = get_json(f"/v1/key-results/{id}/history")["items"][0]
    assert first["recorded_at"] > "2026"
    assert (first["imported"]["times"], first["imported"]["recorded_at"][:4]) == ("witnessed", "2018")


def test_a_dry_run_says_what_it_would_record_and_records_nothing(okr: Okr, get_json: Get, stores: Stores) -> None:
    rehearsed = okr("import", str(JOURNAL), "--dry-run", "--trust-times")
    assert (rehearsed.returncode, "114 events would be recorded" in rehearsed.stdout) == (0, True)
    assert get_json("/health/ready")["position"] == 0
    assert [person["name"] for person in get_json("/v1/people")["items"]] == ["Administrator"]
    assert len(stores.register.keys.authors()) == 1


@pytest.mark.usefixtures("imported_journal")
def test_a_dry_run_of_what_is_recorded_already_says_that_it_is_a_dry_run(okr: Okr) -> None:
    rehearsed = okr("import", str(JOURNAL), "--dry-run")
    assert "Dry run: 0 events would be recorded from 98 rows: 0 new, 98 recorded before." in rehearsed.stdout
    assert "Recorded" not in rehearsed.stdout


def test_what_is_wrong_is_said_line_by_line_and_nothing_is_recorded(okr: Okr, get_json: Get, tmp_path: Path) -> None:
    journal = tmp_path / "wrong.csv"
    wrong = [
        "2019-01-07T10:00:00+01:00,2019-Q1,define_key_result,O1,O1-KR1,One,person-1,,",
        "2019-01-07,2019-Q1,define_key_result,O1,O1-KR2,Two,person-1,,",
        "2019-01-07T10:00:00+01:00,2019-Q5,define_key_result,O1,O1-KR3,Three,person-1,,",
        "2019-01-08T10:00:00+01:00,2019-Q1,check_in,O1,O1-KR9,,,0.5,",
        "2019-01-08T10:00:00+01:00,2019-Q1,check_in,O1,O1-KR1,,,1.5,",
        "2019-01-08T10:00:00+01:00,2019-Q1,check_in,O1,O1-KR1,,,,",
        "2019-01-08T10:00:00+01:00,2019-Q1,correct_score,O1,O1-KR1,,,0.5,",
        "2019-01-06T10:00:00+01:00,2019-Q1,drop_key_result,O1,O1-KR1,,,,",
        "2019-01-08T10:00:00+01:00,2019-Q1,burn,O1,O1-KR1,,,,",
        "2019-01-08T10:00:00+01:00,2019-Q1,define_key_result,O1,O1-KR4,nul\0,person-1,,",
    ]
    journal.write_text("\n".join([HEADER, *wrong]) + "\n")
    done = okr("import", str(journal), "--trust-times")
    assert done.returncode == 1
    line_numbers = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("line ")]
    assert line_numbers == [f"line {number}" for number in range(3, 12)]
    assert "nothing was recorded" in done.stderr
    assert get_json("/health/ready")["position"] == 0


def test_a_file_that_is_no_journal_is_refused(okr: Okr, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "the columns must be recorded_at" in okr("import", str(other)).stderr


@pytest.mark.usefixtures("imported_journal")
def test_it_tells_milestones_from_check_ins_alone(get_json: Get) -> None:
    """A journal has no milestones: they are derived from its values, at the times that it gives."""

    def milestones(cycle: str, as_of: str = "2020-01-01") -> list[tuple[str, str, str]]:
        found = []
        for title, key_result in fetch_key_results(get_json, cycle, as_of).items():
            facts = get_json(f"/v1/key-results/{key_result['id']}/history?as_of={as_of}")["items"]
            crossed = [fact for fact in facts if fact["type"] == "Milestone.Crossed"]
            found += [(title, fact["recorded_at"][:10], fact["fields"]["share"]) for fact in crossed]
        return found

    third = [("O1-KR1", "0.7"), ("O1-KR2", "0.7"), ("O2-KR4", "0.5")]
    assert milestones("2019-Q3") == [(f"2019-Q3 {name}", "2019-08-28", share) for name, share in third]
    assert milestones("2019-Q3", "2019-08-27") == []
    assert Counter(share for _, _, share in milestones("2019-Q1")) == {"0.5": 6, "1": 3}
