"""Changes of any graph between any two positions: effects are those of two whole readings, and the net difference leads from
one to the other.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from okr_events.domain.decimals import format_decimal_or_null
from projections.changes.row_diff import flatten_row
from projections.changes.subject import SUBJECT_TYPES
from projections.store.tables import TABLE_BY_AGGREGATE, facts, valid_at
from tests.projections.event_recorder import id_of
from tests.projections.graph_strategies import graphs

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("store", ["sqlite"], indirect=True)]
few_examples = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
orders = st.integers(0, 10**6)
shares = st.floats(0, 1)


@pytest.fixture
def record_random_graph(record_graph, okrs):
    """Record a graph; give its name and the positions around its facts."""

    def record(drawn, order):
        first = okrs.log_recorder.head().position
        return record_graph(drawn, order), first, okrs.log_recorder.head().position

    return record


@few_examples
@given(drawn=graphs(), order=orders)
def test_an_effect_is_all_that_differs_between_right_before_and_right_after(record_random_graph, page, reader, drawn, order):
    name, first, last = record_random_graph(drawn, order)
    for change in page(first, last).items:
        before, after = (values(reader.graph(position, cycle=name)) for position in (change.position - 1, change.position))
        expected = {id: (before.get(id), after.get(id)) for id in after if before.get(id) != after.get(id)}
        assert {each.objective_id: (each.before, each.after) for each in change.effects} == expected, change.kind


def values(graph):
    return {id: format_decimal_or_null(each.progress.value) if each.progress else None for id, each in graph.objectives.items()}


@few_examples
@given(drawn=graphs(), order=orders, where=st.tuples(shares, shares))
def test_the_net_difference_makes_the_later_rows_of_the_earlier_ones(record_random_graph, changes, views, drawn, order, where):
    _, first, last = record_random_graph(drawn, order)
    earlier, later = sorted(first + round(share * (last - first)) for share in where)
    net = changes(earlier, later)["net"]
    assert all(each["fields"] for each in net)
    with views.connect() as connection:
        for table in (table for table in TABLE_BY_AGGREGATE.values() if table.name in SUBJECT_TYPES):
            rows = [_rows(connection, table, position) for position in (earlier, later)]
            assert _apply_net_changes(rows[0], net, table.name) == rows[1]


def _rows(connection, table, position):
    found = connection.execute(select(table).where(valid_at(table, position))).mappings()
    return {row["id"]: {name: value for name, value in flatten_row(row).items() if value is not None} for row in found}


def _apply_net_changes(rows, net, name):
    """The rows with each net change of their table done to them, which have what it has before."""
    done = {id: dict(row) for id, row in rows.items()}
    for each in net:
        if each["subject"]["type"] == SUBJECT_TYPES[name]:
            row = done.setdefault(each["subject"]["id"], {})
            for field, turn in each["fields"].items():
                assert row.get(field) == turn["before"]
                row |= {field: turn["after"]}
            done[each["subject"]["id"]] = {field: value for field, value in row.items() if value is not None}
    return done


@few_examples
@given(drawn=graphs(), order=orders, limit=st.integers(3, 20))
def test_pages_tell_every_change_and_every_net_difference_once(record_random_graph, changes, drawn, order, limit):
    _, first, last = record_random_graph(drawn, order)
    whole, after, items, net = changes(first, last), 0, [], []
    while True:
        part = changes(first, last, after=after, limit=limit)
        assert part["summary"] == whole["summary"]
        items, net = items + part["items"], net + part["net"]
        if part["next"] is None:
            break
        after = int(part["next"])
    assert (items, net) == (whole["items"], whole["net"])


@few_examples
@given(drawn=graphs(), order=orders)
def test_every_fact_is_told_or_counted_as_left_out_and_a_scope_holds_what_is_its_own(
    record_random_graph, changes, views, drawn, order
):
    name, first, last = record_random_graph(drawn, order)
    told_all = changes(first, last)["summary"]
    with views.connect() as connection:
        between = (facts.c.position > first) & (facts.c.position <= last)
        count = len(connection.execute(select(facts.c.position).where(between)).all())
    assert told_all["changes"] + sum(told_all["left_out"].values()) == count
    assert changes(first, last, cycle_id=str(id_of(name)), units=frozenset([str(id_of(name))]))["summary"] == told_all
    of_cycle = changes(first, last, cycle_id=str(id_of(name)))["summary"]["kinds"]
    assert Counter(told_all["kinds"]) - Counter(of_cycle) == Counter(unit_added=1)
    assert changes(first, last, cycle_id=str(id_of("quarter")))["summary"]["changes"] == 0
