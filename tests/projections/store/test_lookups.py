"""Lookups of rows as they stood at a position."""

from datetime import date
from uuid import uuid4

import pytest

from okr_events.domain.errors import NotFound
from projections.store import lookups
from projections.store.tables import ObjectiveRow, UnitRow, objectives
from tests.projections.event_recorder import id_of


@pytest.fixture
def look_up(record, views):
    """Looks something up in a company with a team, a team below that, and an objective."""
    record.unit("team", below="tech")
    record.unit("crew", below="team")
    record.objective("lead")
    head = views.catch_up(60).position

    def found(lookup, *values, position=head, **how):
        with views.connect() as connection:
            return lookup(connection, *values, position, **how)

    return found


def test_a_row_is_found_by_its_id_once_it_is_there(look_up):
    row = look_up(lookups.fetch_row, ObjectiveRow, id_of("lead"))
    assert (row.id, row.unit_id) == (str(id_of("lead")), str(id_of("tech")))
    with pytest.raises(NotFound):
        look_up(lookups.fetch_row, ObjectiveRow, uuid4())
    with pytest.raises(NotFound):
        look_up(lookups.fetch_row, ObjectiveRow, id_of("lead"), position=row.created - 1)


def test_a_cycle_is_found_by_id_and_by_name_in_any_case(look_up):
    row = look_up(lookups.find_cycle, str(id_of("quarter")))
    assert look_up(lookups.find_cycle, row.name.upper()).id == row.id
    with pytest.raises(NotFound, match=r"^No cycle called 2026-Q5\.$"):
        look_up(lookups.find_cycle, "2026-Q5")


@pytest.mark.usefixtures("record")
def test_before_the_first_cycle_no_cycle_is_current(views):
    head = views.catch_up(60).position
    with views.connect() as connection, pytest.raises(NotFound, match="No cycle has begun yet"):
        lookups.find_current_cycle(connection, head, date(2000, 1, 1))


def test_a_subtree_holds_the_unit_and_all_below_it(look_up):
    below = {name: set(look_up(lookups.fetch_unit_subtree, id_of(name))) for name in ("tech", "team", "crew")}
    assert below["tech"] == {*below["team"], str(id_of("tech"))}
    assert below["team"] == {*below["crew"], str(id_of("team"))}


@pytest.mark.usefixtures("look_up")
def test_rows_are_read_in_batches_of_ids(views, monkeypatch):
    monkeypatch.setattr("projections.store.batching.BATCH_SIZE", 2)
    ids = [str(id_of(name)) for name in ("tech", "team", "crew")]
    with views.connect() as connection:
        rows = lookups.fetch_rows_in(connection, UnitRow, views.tracked_head().position, UnitRow.table.c.id, ids)
        goals = lookups.fetch_rows_in(connection, ObjectiveRow, views.tracked_head().position, objectives.c.unit_id, ids)
    assert {row.id for row in rows} == set(ids)
    assert [row.id for row in goals] == [str(id_of("lead"))]
