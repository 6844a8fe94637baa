"""What the log alone gives is what the views give: the events of a cycle, its report, and suggested scores."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from api.operations.sealed_reports import make_report, read_report
from api.operations.stores import Stores
from api.operations.suggested_score import suggest_score
from okr_events.commands.intent import Intent
from okr_events.event_log.cycle_events import find_cycle_positions
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.queries.event_filters import iterate_cycle_positions
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow, KeyResultRow
from tests.okr_events.event_log.all_commands import AllCommands


@pytest.fixture
def everything(stores: Stores, tmp_path: Path) -> None:
    """The installation after every command."""
    with stores.register.write_transaction() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    AllCommands(stores.okrs, Intent(ada, reason="It has to be")).run_all(tmp_path)
    stores.views.catch_up(60)


@pytest.mark.usefixtures("everything")
def test_a_replay_of_the_log_gives_what_the_views_give(stores: Stores) -> None:
    head, zone = stores.log.head(), stores.okrs.time_zone()
    now = moment.moment_at_head(head, zone, datetime.now(UTC))
    with stores.views.connect() as connection:
        cycles = fetch_rows_at(connection, CycleRow, head.position)
        parts = fetch_rows_at(connection, KeyResultRow, head.position)
        chosen = {row.id: list(iterate_cycle_positions(connection, row.id, upto=head.position)) for row in cycles}
        graph = GoalGraph.for_key_results(connection, now, parts)
    assert len(cycles) > 1 < len(parts)
    for cycle in cycles:
        id = UUID(cycle.id)
        assert find_cycle_positions(stores.log, stores.okrs.mapper, id, head.position) == chosen[cycle.id]
        for position in (head.position, (cycle.created + head.position) // 2):
            assert make_report(stores, id, position) == read_report(stores, id, position)
    for part in parts:
        progress = graph.key_results[part.id].progress
        assert suggest_score(stores, UUID(part.id)) == (progress and progress.value, head.position)


@pytest.mark.usefixtures("everything")
def test_comments_reviews_links_and_initiatives_belong_to_the_events_of_a_cycle(stores: Stores) -> None:
    head = stores.log.head().position
    found = set[str]()
    for name in stores.log.claimed_names("cycle"):
        cycle = stores.log.claim_holder("cycle", name)
        assert cycle
        positions = find_cycle_positions(stores.log, stores.okrs.mapper, cycle, head)
        found |= {event.topic for at in positions for event in stores.log.events_at([at])}
    assert {topic.partition(".")[0] for topic in found} == {
        *("Cycle", "Objective", "KeyResult", "Initiative", "Alignment", "Conversation", "Review")
    }
