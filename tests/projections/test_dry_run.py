"""Rehearsals: the views as they would be after events that nobody recorded."""

from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.objective import Objective
from okr_events.event_log.recorder import Rehearsed
from projections import moment
from projections.evaluation.goal_graph import Graph
from projections.projector import ViewsBehind
from tests.projections.event_recorder import id_of

FOREVER = 60

pytestmark = pytest.mark.usefixtures("told")


class NotShown(Exception):
    """The answer could not be made."""


@pytest.fixture
def not_recorded(okrs, intent):
    """The change of an objective's title, rehearsed."""
    objective = okrs.load(Objective, id_of("lead"))
    objective.change(title="Follow", urgent=True)
    with pytest.raises(Rehearsed) as rehearsal:
        okrs.append(objective.collect_events(), envelopes=[intent.envelope] * 2, rehearse=True)
    return rehearsal.value.recorded


def test_a_rehearsal_shows_what_would_be_and_leaves_no_trace(store, views, everything, look, not_recorded):
    head = views.catch_up(FOREVER)
    before = everything(views)
    with views.rehearsing(not_recorded) as (connection, position):
        assert position == head.position + 2
        graph = Graph.of_cycle(connection, moment.rehearsed(position, head.recorded_at, ZoneInfo("UTC")), None)
        assert graph.objectives[str(id_of("lead"))].row.title == "Follow"
    assert (everything(views), store.log.head()) == (before, head)
    assert look.objective("lead").row.title == "lead"


def test_a_rehearsal_first_takes_in_what_the_views_have_not_seen(store, views, everything, not_recorded):
    with views.rehearsing(not_recorded) as (_, position):
        pass
    assert views.tracked().position == position - 2 == store.log.head().position
    assert len(everything(views)["facts"]) == position - 2


def test_a_rehearsal_forgets_itself_when_showing_it_fails(views, everything, not_recorded):
    views.catch_up(FOREVER)
    before = everything(views)
    with pytest.raises(NotShown), views.rehearsing(not_recorded):
        raise NotShown
    assert everything(views) == before


def test_a_rehearsal_moves_behind_what_was_recorded_since(told, views, store, not_recorded):
    told.check_in("lead it", value=9)
    with views.rehearsing(not_recorded) as (_, position):
        assert position == store.log.head().position + 2


def test_a_rehearsal_waits_for_the_store_only_so_long(views, not_recorded):
    views.catch_up(FOREVER)
    with views.rehearsing(not_recorded), pytest.raises(ViewsBehind), views.rehearsing(not_recorded):
        pass
