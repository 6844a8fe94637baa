"""A row is recorded once, whichever journals contain it, and the import counts the new rows and those recorded before."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from okr_events.commands.application import OKRApplication
from okr_events.event_log.constraint_tables import rebuild_if_outdated
from okr_events.event_log.integrity_check import LogVerifier
from tests.conftest import _on_sqlite
from tests.okr_events.journal.conftest import Journals

PLACES = [("2020-Q1", "O1", "K1"), ("2020-Q1", "O1", "K2"), ("2020-Q1", "O2", "K1"), ("2020-Q2", "O1", "K1")]
TIMES = ["2020-06-01T09:00:00Z", "2020-06-01T09:00:00+02:00", "2020-06-02T09:00:00Z"]


@st.composite
def journal_rows(draw: st.DrawFn) -> list[str]:
    """Rows that are valid in their order, some of them equal."""
    rows, defined, scored = list[str](), set[tuple[str, str, str]](), set[tuple[str, str, str]]()
    names: dict[tuple[str, str, str], tuple[str, str]] = {}
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=12)):
        when, cells = draw(st.sampled_from(TIMES)), ",".join(place[1:])
        title, owner = draw(st.sampled_from("AB")), draw(st.sampled_from(["Bea", "Cy"]))
        kinds = ["check_in", "correct_score" if place in scored else "score"]
        kinds += ["rename_key_result"] if names.get(place, ("",))[0] != title else []
        kinds += ["reassign_key_result"] if names.get(place, ("", ""))[1] != owner else []
        kind = draw(st.sampled_from(kinds)) if place in defined else "define_key_result"
        title, owner = _names_after(kind, names.get(place, ("", "")), title, owner)
        written = {"define_key_result": f"{title},{owner},,", "rename_key_result": f"{title},,,", "check_in": ",,0.5,0.75"}
        rest = written.get(kind, f",{owner},," if kind == "reassign_key_result" else ",,0.5,")
        rows.append(f"{when},{place[0]},{kind},{cells},{rest}")
        defined.add(place)
        names[place] = (title, owner)
        scored |= {place} if kind == "score" else set()
    return rows


def _names_after(kind: str, before: tuple[str, str], title: str, owner: str) -> tuple[str, str]:
    if kind == "define_key_result":
        return title, owner
    return (title if kind == "rename_key_result" else before[0]), (owner if kind == "reassign_key_result" else before[1])


@contextmanager
def empty_log() -> Iterator[Journals]:
    with TemporaryDirectory() as folder:
        store = _on_sqlite(Path(folder))
        okrs = OKRApplication(store.log, store.register)
        rebuild_if_outdated(store.log, okrs.mapper)  # as whoever opens a log does
        yield Journals(okrs, Path(folder))
        store.close()


def recorded_facts(journals: Journals) -> Counter[str]:
    """What the log holds by the names of the journal: kind of event, place, time."""
    envelopes = [(event.topic, json.loads(event.envelope)["imported"]) for event in journals.events()]
    names = ("cycle", "objective", "key_result", "recorded_at")
    named = ((topic, *(source[name] for name in names)) for topic, source in envelopes)
    return Counter("/".join(parts) for parts in named)


@settings(max_examples=30, deadline=None)
@given(rows=journal_rows(), cut=st.integers(0, 12))
def test_journals_that_overlap_record_each_fact_once(rows: list[str], cut: int) -> None:
    cut = min(cut, len(rows))
    with empty_log() as once:
        assert once.run(*rows).row_errors == []
        expected = recorded_facts(once)
        again = once.run(*rows)
        assert (again.new_rows, again.recorded_before) == (0, len(rows))
        part = once.run(*rows[:cut])
        assert (part.new_rows, part.recorded_before) == (0, cut)
        assert recorded_facts(once) == expected
    with empty_log() as grown:
        grown.run(*rows[:cut])
        whole = grown.run(*rows)
        assert (whole.row_errors, whole.new_rows, whole.recorded_before) == ([], len(rows) - cut, cut)
        assert recorded_facts(grown) == expected
        assert list(LogVerifier(grown.okrs.log_recorder, grown.okrs.mapper).find_faults()) == []


ROWS = (
    "2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,Bea,,",
    "2020-02-03T09:00:00Z,2020-Q1,check_in,O1,K1,,,0.5,",
    "2020-02-10T09:00:00Z,2020-Q1,check_in,O1,K1,,,0.6,",
)


def test_the_new_row_alone_is_recorded_too(journals: Journals) -> None:
    journals.run(*ROWS[:2])
    alone = journals.run(ROWS[2])
    assert (alone.row_errors, alone.new_rows, alone.recorded_before) == ([], 1, 0)
    assert [event.topic for event in journals.events()].count("KeyResult.Defined") == 1
    assert [event.topic for event in journals.events()].count("KeyResult.CheckedIn") == 2


def test_a_row_is_recognised_in_another_form_of_the_file(journals: Journals) -> None:
    journals.run(*ROWS)
    header = "recorded_at;cycle;action;objective;key_result;title;owner;value;projected"
    excel = ["2020-02-10T10:00:00+01:00;2020-Q1;check_in;O1;K1;;;0,60;", ";;;;;;;;"]
    other = journals.run_file("\r\n".join([header, *excel]).encode("utf-16"))
    assert (other.row_errors, other.new_rows, other.recorded_before) == ([], 0, 1)


def test_a_row_that_is_changed_is_not_taken_for_the_recorded_one(journals: Journals) -> None:
    journals.run(*ROWS)
    changed = journals.run(ROWS[0].replace("First", "Another"))
    assert changed.row_errors == ["line 2: 2020-Q1 O1 K1 is already defined by an earlier row"]


def test_a_dropped_key_result_stays_known(journals: Journals) -> None:
    dropped = "2020-03-02T09:00:00Z,2020-Q1,drop_key_result,O1,K1,,,,"
    journals.run(*ROWS, dropped)
    later = journals.run(*ROWS, dropped, "2020-03-03T09:00:00Z,2020-Q1,check_in,O1,K1,,,0.7,")
    assert len(later.row_errors) == 1
    assert "cancelled or closed" in later.row_errors[0]


def test_the_digests_of_rows_do_not_depend_on_what_an_auditor_can_guess(journals: Journals) -> None:
    """Names of people are in the digests: without the key of the register no guess can be checked."""
    journals.run(*ROWS)
    with empty_log() as other:
        other.run(*ROWS)
        digests = [{json.loads(e.envelope)["imported"]["row"] for e in log.events()} for log in (journals, other)]
    assert len(digests[0]) == len(digests[1]) == 3
    assert not digests[0] & digests[1]


def test_an_erased_person_is_not_added_again_by_rows_that_are_recorded(journals: Journals) -> None:
    journals.run(*ROWS)
    bea = journals.okrs.register.people.find("Bea")
    assert bea
    journals.okrs.register.erase([bea])
    assert journals.run(*ROWS).recorded_before == 3
    assert journals.okrs.register.people.find("Bea") is None
