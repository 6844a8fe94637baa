"""Catching up: the same rows whatever the way, each event once, and never past an event that cannot be taken in."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.event_log.sqlite import SQLiteLog
from projections.store.views_store import ViewsBehind
from tests.projections.event_recorder import EventRecorder
from tests.projections.log_prefix import LogPrefix
from tests.projections.view_reader import all_rows

FOREVER = 60

pytestmark = pytest.mark.usefixtures("sample_history")


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_batches_of_any_size_give_the_same_rows(open_views, read_all_rows, batch):
    whole, by_batches = open_views("whole"), open_views("by_batches", chunk=batch)
    whole.catch_up(FOREVER)
    by_batches.catch_up(FOREVER)
    assert read_all_rows(by_batches) == read_all_rows(whole)


def test_so_does_catching_up_event_by_event(store, open_views, read_all_rows):
    whole, growing = open_views("whole"), LogPrefix(store.log, 0)
    step_by_step = open_views("step_by_step", growing)
    for growing.position in range(store.log.head().position + 1):
        assert step_by_step.catch_up(FOREVER).position == growing.position
    whole.catch_up(FOREVER)
    assert read_all_rows(step_by_step) == read_all_rows(whole)


def test_and_building_the_views_anew(store, views, read_all_rows):
    views.catch_up(FOREVER)
    before, counts = read_all_rows(views), []
    views.rebuild(counts.append)
    assert read_all_rows(views) == before
    assert sum(counts) == store.log.head().position == len(before["facts"])


def test_views_that_are_at_the_head_write_nothing(views, monkeypatch):
    head = views.catch_up(FOREVER)
    monkeypatch.setattr(views, "_advance", None)
    assert views.catch_up() == head


def test_a_log_restored_to_an_older_copy_takes_the_views_with_it(store, open_views, read_all_rows):
    restored = LogPrefix(store.log, store.log.head().position)
    views, fresh = open_views("views", restored), open_views("fresh", restored)
    views.catch_up(FOREVER)
    restored.position = 20
    assert views.catch_up(FOREVER).position == fresh.catch_up(FOREVER).position == 20
    assert read_all_rows(views) == read_all_rows(fresh)


@pytest.mark.parametrize("events", [2, 40, 600])
def test_another_log_gets_views_of_its_own(open_views, read_all_rows, store, intent, tmp_path, events):
    """Shorter, as long, or longer than the log that the views were built from."""
    other = SQLiteLog(tmp_path / "other.sqlite")
    teller = EventRecorder(OKRApplication(other, store.register), intent)
    for number in range(events):
        teller.cycle(f"cycle {number}")
    views, fresh = open_views(), open_views("fresh", other)
    views.catch_up(FOREVER)
    views.log = other
    assert views.catch_up(FOREVER) == fresh.catch_up(FOREVER)
    assert read_all_rows(views) == read_all_rows(fresh)
    other.close()


def test_a_log_restored_and_gone_on_differently_is_noticed(open_views, read_all_rows):
    views = open_views()
    head = views.catch_up(FOREVER)
    with views.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE tracking SET chain = '{'ab' * 32}'")
    before = read_all_rows(views)
    assert views.catch_up(FOREVER) == head
    assert read_all_rows(views) != before
    assert views.tracked_head().chain == head.chain


def test_views_that_cannot_keep_up_say_so_and_keep_what_they_have(open_views):
    views = open_views(chunk=5)
    with pytest.raises(ViewsBehind):
        views.catch_up(timeout=0)
    assert 0 <= views.tracked_head().position < views.log.head().position
    assert views.catch_up(FOREVER) == views.log.head()


def test_a_store_that_somebody_else_holds_makes_the_views_late(views, store):
    with views.store.write_transaction() as other:
        assert other
        with pytest.raises(ViewsBehind):
            views.catch_up(timeout=0.1)
    assert views.catch_up(FOREVER) == store.log.head()


def test_threads_that_catch_up_at_once_take_every_event_in_once(store, open_views, read_all_rows):
    shared, alone = open_views("shared", chunk=4), open_views("alone")
    with ThreadPoolExecutor(6) as threads:
        heads = list(threads.map(lambda _: shared.catch_up(FOREVER), range(12)))
    assert set(heads) == {store.log.head()} == {alone.catch_up(FOREVER)}
    assert read_all_rows(shared) == read_all_rows(alone)


def test_processes_that_catch_up_at_once_take_every_event_in_once(sample_history, store, open_views, read_all_rows):
    for number in range(700):
        sample_history.cycle(f"cycle {number}")
    shared, alone = open_views("shared"), open_views("alone")
    at = [str(store.folder)] if store.engine == "sqlite" else [_url(store)]
    processes = [
        subprocess.Popen([sys.executable, "-m", "tests.projections.catch_up_process", *at, "shared"]) for _ in range(3)
    ]
    try:
        assert [process.wait(FOREVER) for process in processes] == [0, 0, 0]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert shared.tracked_head().position == alone.catch_up(FOREVER).position
    assert read_all_rows(shared) == read_all_rows(alone)


def _url(store):
    return store.register.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_snapshot_does_not_change_while_it_is_read(views, record, read_all_rows):
    """On each engine, whatever is caught up meanwhile."""
    with views.snapshot(views.log.head()) as connection:
        before = all_rows(connection)
        record.cycle("later")
        views.catch_up(FOREVER)
        assert all_rows(connection) == before != read_all_rows(views)
