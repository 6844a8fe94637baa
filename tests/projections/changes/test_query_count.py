"""A page of changes reads what it needs at once: the number of queries grows with the depth of links, not with the changes."""

from decimal import Decimal

import pytest
from sqlalchemy import event, select

from projections.store.tables import facts
from projections.text.names import Naming


@pytest.fixture
def counted(changes, views):
    """How many statements a page takes."""

    def count(*places, **how):
        statements = []
        event.listen(views.engine, "before_cursor_execute", listener := lambda *said: statements.append(said[2]))
        found = changes(*places, **how)
        event.remove(views.engine, "before_cursor_execute", listener)
        return len(statements), len(found["items"])

    return count


def test_as_many_queries_for_one_change_as_for_many(tell, counted):
    for name in ("lead", "build"):
        tell.objective(name)
    tell.link("build", "lead")
    tell.key_result("it", of="build")
    start = tell.check_in("it", value=5)
    for weight in range(2, 42):
        tell("KeyResult.Reweighted", "it", weight=Decimal(weight))
        tell.check_in("it", value=weight % 10)
    views_ready, _ = counted(start, limit=1)
    few, one = counted(start, limit=1)
    many, forty = counted(start, limit=100)
    assert (one, forty, many) == (1, 40, few)
    assert views_ready >= few


@pytest.mark.usefixtures("told")
def test_what_is_read_at_once_is_called_as_what_is_read_one_by_one(views):
    head = views.catch_up(60)
    with views.reading() as connection:
        ids = set(connection.scalars(select(facts.c.stream_id))) | {"nobody"}
        alone, together = Naming(connection, {}), Naming(connection, {})
        together.learn(ids)
        for position in range(head.position + 1):
            assert [together.at(position)(id) for id in sorted(ids)] == [alone.at(position)(id) for id in sorted(ids)]
