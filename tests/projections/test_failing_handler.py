"""Views that meet an event which they cannot take in stop right before it, say so, and go on once that is mended."""

from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.domain.errors import Unavailable
from projections.event_processing import ViewsStopped
from projections.store.row_buffer import handlers
from projections.store.tables import tracking
from tests.projections.log_prefix import LogPrefix

FOREVER = 60
RETRACTED = "KeyResult.CheckInRetracted"

pytestmark = pytest.mark.usefixtures("sample_history")


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_an_event_that_fails_stops_the_views_right_before_it(store, open_views, read_all_rows, fail_at, batch):
    position = store.log.head().position - 3
    fail_at(RETRACTED, position)
    stopped, before = open_views("stopped", chunk=batch), open_views("before", LogPrefix(store.log, position - 1))
    for _ in range(2):
        with pytest.raises(ViewsStopped) as stopping:
            stopped.catch_up(FOREVER)
        assert stopping.value.position == position
        assert str(position) in stopping.value.detail
        assert isinstance(stopping.value, Unavailable)
    assert stopped.tracked_head().position == position - 1
    before.catch_up(FOREVER)
    assert read_all_rows(stopped) == read_all_rows(before)


def test_rows_that_the_store_refuses_stop_the_views_right_before_their_event(store, views, monkeypatch):
    position = store.log.head().position - 3

    def spoil(_event, fact, rows):
        if fact.events_after.position == position:
            rows.add(tracking, one=1, position=0, chain="")

    monkeypatch.setitem(handlers, RETRACTED, [*handlers[RETRACTED], spoil])
    with pytest.raises(ViewsStopped) as stopping:
        views.catch_up(FOREVER)
    assert stopping.value.position == position
    assert views.tracked_head().position == position - 1


def test_an_event_of_an_unknown_name_cannot_be_taken_in(store, okrs, views, monkeypatch):
    names = {name: event for name, event in okrs.mapper.names.items() if name != "Objective.Cancelled"}
    monkeypatch.setattr(okrs.mapper, "names", names)
    with pytest.raises(ViewsStopped) as stopping:
        views.catch_up(FOREVER)
    assert stopping.value.position == store.log.head().position


def test_nor_can_one_of_a_kind_of_thing_that_this_version_lacks(store, intent, views):
    held = StoredEvent(uuid4(), 1, "Retreat.Held", b"{}")
    (position,) = store.log.insert_events([held], envelope=[intent.envelope])
    with pytest.raises(ViewsStopped) as stopping:
        views.catch_up(FOREVER)
    assert stopping.value.position == position == views.tracked_head().position + 1


def test_stopped_views_let_the_log_take_commands_and_go_on_once_they_are_mended(
    sample_history, store, views, open_views, read_all_rows, fail_at
):
    position = store.log.head().position - 3
    mend = fail_at(RETRACTED, position)
    with pytest.raises(ViewsStopped):
        views.catch_up(FOREVER)
    sample_history.check_in("lead it", value=9)
    with pytest.raises(ViewsStopped):
        views.catch_up(FOREVER)
    mend()
    fresh = open_views("fresh")
    assert views.catch_up(FOREVER) == fresh.catch_up(FOREVER) == store.log.head()
    assert read_all_rows(views) == read_all_rows(fresh)


def test_views_of_another_log_stop_right_before_the_event_that_fails(store, open_views, read_all_rows, fail_at):
    """Nothing of the other log is left, though it was longer."""
    views, position = open_views(), 10
    views.catch_up(FOREVER)
    with views.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE tracking SET chain = '{'ab' * 32}'")
    topic = store.log.events_after(after=position - 1, limit=1)[0].topic
    fail_at(topic, position)
    with pytest.raises(ViewsStopped):
        views.catch_up(FOREVER)
    before = open_views("before", LogPrefix(store.log, position - 1))
    before.catch_up(FOREVER)
    assert read_all_rows(views) == read_all_rows(before)


def test_a_rebuild_that_fails_leaves_the_views_as_they_were(store, views, read_all_rows, fail_at):
    views.catch_up(FOREVER)
    before = read_all_rows(views)
    fail_at(RETRACTED, store.log.head().position - 3)
    with pytest.raises(ViewsStopped):
        views.rebuild()
    assert read_all_rows(views) == before
