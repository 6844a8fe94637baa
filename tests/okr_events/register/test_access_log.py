"""The access log keeps entries in order of commits, with no personal data but the opaque id."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest

from okr_events.register.access_log import COMMAND_LINE
from okr_events.register.tokens import Role

ADA = UUID(int=30)


@pytest.fixture
def log(store):
    return store.register.access_log


def test_an_entry_says_who_asked_what_when_and_where_the_log_stood(log):
    before = datetime.now(UTC)
    assert log.append_entry("feed", position=7, asked={"type": "Unit."}, person_id=ADA, role=Role.AUDITOR) == 1
    (entry,) = log.page(after=0, limit=10)
    assert (entry.number, entry.person_id, entry.role, entry.via) == (1, ADA, Role.AUDITOR, "http")
    assert (entry.what, entry.asked, entry.position) == ("feed", {"type": "Unit."}, 7)
    assert entry.at.endswith("Z")
    assert before <= datetime.fromisoformat(entry.at) <= datetime.now(UTC)


def test_nobody_known_is_null(log):
    log.append_entry("replay", position=0, asked={}, via=COMMAND_LINE)
    (entry,) = log.page(after=0, limit=10)
    assert (entry.person_id, entry.role, entry.via) == (None, None, "command line")


def test_numbers_rise_without_gaps_also_when_many_note_at_once(log):
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda n: log.append_entry("feed", position=n, asked={"after": n}), range(20)))
    assert sorted(given) == list(range(1, 21))
    entries = log.page(after=0, limit=100)
    assert [entry.number for entry in entries] == list(range(1, 21))
    assert {entry.asked["after"] for entry in entries} == set(range(20))


def test_entries_are_read_a_page_at_a_time_and_stay_when_the_store_is_opened_again(store, log):
    for n in range(5):
        log.append_entry("export", position=n, asked={})
    again = store.reopen()
    assert [entry.number for entry in again.register.access_log.page(after=2, limit=2)] == [3, 4]
    again.close()
