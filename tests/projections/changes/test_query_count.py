"""The number of queries of a page grows with the depth of links, not with the number of changes."""

from decimal import Decimal

import pytest
from sqlalchemy import event, select

from projections.store.tables import facts
from projections.text.names import NameHistory


@pytest.fixture
def count_statements(changes, views):
    """The number of statements of a page."""

    def count(*places, **how):
        statements = []
        event.listen(views.engine, "before_cursor_execute", listener := lambda *said: statements.append(said[2]))
        found = changes(*places, **how)
        event.remove(views.engine, "before_cursor_execute", listener)
        return len(statements), len(found["items"])

    return count


def test_as_many_queries_for_one_change_as_for_many(record, count_statements):
    for name in ("lead", "build"):
        record.objective(name)
    record.link("build", "lead")
    record.key_result("it", of="build")
    start = record.check_in("it", value=5)
    for weight in range(2, 42):
        record("KeyResult.Reweighted", "it", weight=Decimal(weight))
        record.check_in("it", value=weight % 10)
    views_ready, _ = count_statements(start, limit=1)
    few, one = count_statements(start, limit=1)
    many, forty = count_statements(start, limit=100)
    assert (one, forty, many) == (1, 40, few)
    assert views_ready >= few


@pytest.mark.usefixtures("sample_history")
def test_preloaded_names_are_those_read_one_by_one(views):
    head = views.catch_up(60)
    with views.connect() as connection:
        ids = set(connection.scalars(select(facts.c.stream_id))) | {"nobody"}
        alone, together = NameHistory(connection, {}), NameHistory(connection, {})
        together.preload(ids)
        for position in range(head.position + 1):
            assert [together.names_at(position)(id) for id in sorted(ids)] == [
                alone.names_at(position)(id) for id in sorted(ids)
            ]
