"""Rehearsals: the views as they would be after events that nobody recorded."""

from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.objective import Objective
from okr_events.event_log.appending import DryRunCompleted
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from tests.projections.event_recorder import id_of

FOREVER = 60

pytestmark = pytest.mark.usefixtures("sample_history")


class ResponseFailed(Exception):
    """The answer could not be made."""


@pytest.fixture
def dry_run_events(okrs, intent):
    """The change of an objective's title, rehearsed."""
    objective = okrs.load(Objective, id_of("lead"))
    objective.change(title="Follow", urgent=True)
    with pytest.raises(DryRunCompleted) as rehearsal:
        okrs.append(objective.collect_events(), envelopes=[intent.envelope] * 2, rehearse=True)
    return rehearsal.value.recorded_events


def test_a_rehearsal_shows_what_would_be_and_leaves_no_trace(store, views, read_all_rows, reader, dry_run_events):
    head = views.catch_up(FOREVER)
    before = read_all_rows(views)
    with views.dry_run(dry_run_events) as (connection, position):
        assert position == head.position + 2
        graph = GoalGraph.for_cycle(connection, moment.dry_run_moment(position, head.recorded_at, ZoneInfo("UTC")), None)
        assert graph.objectives[str(id_of("lead"))].row.title == "Follow"
    assert (read_all_rows(views), store.log.head()) == (before, head)
    assert reader.objective("lead").row.title == "lead"


def test_a_rehearsal_first_takes_in_what_the_views_have_not_seen(store, views, read_all_rows, dry_run_events):
    with views.dry_run(dry_run_events) as (_, position):
        pass
    assert views.tracked_head().position == position - 2 == store.log.head().position
    assert len(read_all_rows(views)["facts"]) == position - 2


def test_a_rehearsal_forgets_itself_when_showing_it_fails(views, read_all_rows, dry_run_events):
    views.catch_up(FOREVER)
    before = read_all_rows(views)
    with pytest.raises(ResponseFailed), views.dry_run(dry_run_events):
        raise ResponseFailed
    assert read_all_rows(views) == before


def test_a_rehearsal_moves_behind_what_was_recorded_since(sample_history, views, store, dry_run_events):
    sample_history.check_in("lead it", value=9)
    with views.dry_run(dry_run_events) as (_, position):
        assert position == store.log.head().position + 2


def test_nobody_waits_for_a_rehearsal_that_is_shown(store, views, sample_history, read_all_rows, dry_run_events):
    """Not the views, which take in what is recorded meanwhile, and not another rehearsal."""
    views.catch_up(FOREVER)
    with views.dry_run(dry_run_events) as (connection, position):
        sample_history.check_in("lead it", value=9)
        assert views.catch_up().position == store.log.head().position
        with views.dry_run(dry_run_events) as (_, later):
            assert later > position
        graph = GoalGraph.for_cycle(connection, moment.dry_run_moment(position, 0, ZoneInfo("UTC")), None)
        assert graph.objectives[str(id_of("lead"))].row.title == "Follow"
    assert len(read_all_rows(views)["facts"]) == store.log.head().position
