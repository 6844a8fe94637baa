"""How often a request talks to PostgreSQL: each statement, begin and commit is a round trip."""

from collections import Counter
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.pq import TransactionStatus

pytestmark = pytest.mark.parametrize("installation", ["postgres"], indirect=True)


def speaks(step, status):
    """Whether a step of the driver sends something: settings of the connection object and an idle rollback do not."""
    return step in {"_execute_gen", "_enter_gen", "_exit_gen"} or (step == "_rollback_gen" and status != TransactionStatus.IDLE)


@contextmanager
def counted_statements(monkeypatch):
    """Count what connections wait for, and the transactions that end with a commit."""
    counts, wait = Counter(), psycopg.Connection.wait

    def waited(self, generator, *args, **kwargs):
        before = self.pgconn.transaction_status
        counts["statements"] += speaks(generator.__name__, before)
        result = wait(self, generator, *args, **kwargs)
        ended = before == TransactionStatus.INTRANS and self.pgconn.transaction_status == TransactionStatus.IDLE
        counts["transactions"] += ended
        return result

    with monkeypatch.context() as counting:
        counting.setattr(psycopg.Connection, "wait", waited)
        yield counts


def test_a_check_in_takes_seven_statements_and_one_commit(monkeypatch, world, admin):
    path = f"/v1/key-results/{world.key_result()}/check-ins"
    assert admin.post(path, {"value": 1, "note": "On our way"}).status_code == 201
    with counted_statements(monkeypatch) as counts:
        assert admin.post(path, {"value": 2, "note": "On our way"}).status_code == 201
    assert counts["statements"] <= 7
    assert counts["transactions"] == 1


def test_an_unchanged_answer_takes_two_statements(monkeypatch, world, reader):
    for path in ("/v1/alignment-tree", f"/v1/reports/retrospective?cycle={world['cycle']}"):
        tag = reader.get(path).headers["ETag"]
        with counted_statements(monkeypatch) as counts:
            assert reader.get(path, If_None_Match=tag).status_code == 304
        assert counts["statements"] <= 2


def test_a_tree_takes_ten_statements_whatever_its_size(monkeypatch, world, reader):
    cycle = world.create_active_cycle()
    for _ in range(3):
        world.key_result(objective=world.objective(cycle_id=cycle))
        assert reader.get("/v1/units").status_code == 200  # catches the views up, and keeps no graph
        with counted_statements(monkeypatch) as counts:
            assert reader.get("/v1/alignment-tree", {"cycle": cycle}).status_code == 200
        assert counts["statements"] <= 10, counts
