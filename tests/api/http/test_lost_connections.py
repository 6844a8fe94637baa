"""PostgreSQL connections that died or became read-only: they are replaced, and the answer says what happened."""

from contextlib import closing, contextmanager

import pytest

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from okr_events.event_log import postgres_pool
from okr_events.register.tokens import Role
from tests.api.installation import Installation
from tests.api.problem_assertions import assert_problem
from tests.torture.processes import wait_until

READS = ("/v1/units", "/v1/people", "/v1/alignment-tree", "/health/ready", "/v1/events", "/v1/ledger/checkpoint")
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def at(postgres_url, tmp_path):
    with closing(Installation.create("postgres", Settings(tmp_path, postgres_url, None, None, DEFAULT_MAX_BODY, 1, 4))) as at:
        yield at


@pytest.fixture
def admin(at):
    return at.caller(Role.ADMIN)


@pytest.fixture
def server(at):
    """A connection of the database's administrator."""
    psycopg = pytest.importorskip("psycopg")
    with closing(psycopg.connect(at.settings.database_url, autocommit=True)) as connection:
        yield connection


def cut_connections(server):
    """Close every other connection, as a restart does."""
    server.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
    wait_until(lambda: server.execute(f"SELECT count(*) {OTHERS}").fetchone() == (0,))


@contextmanager
def pooled_connections(at, count):
    """So many connections of every pool at once."""
    pools = (at.stores.log.datastore.connections, at.stores.register.engine.pool, at.stores.views.engine.pool)
    connections = [pool.connect() for pool in pools for _ in range(count)]
    yield [connection.dbapi_connection for connection in connections]
    for connection in connections:
        connection.close()


def company(admin, name="Tech"):
    return admin.post("/v1/units", {"name": name, "level": "company"})


def test_dead_connections_are_replaced_within_the_request(at, admin, server):
    assert company(admin).status_code == 201
    for path in READS:
        with pooled_connections(at, 3):
            pass
        cut_connections(server)
        assert admin.get(path).status_code == 200, path


def test_a_connection_that_rested_is_replaced_also_when_its_socket_shows_nothing(at, admin, server, monkeypatch):
    """As after the loss of a host, which closes nothing."""
    monkeypatch.setattr(postgres_pool, "_has_news", lambda _: False)
    monkeypatch.setattr(postgres_pool, "REST_SECONDS", 0.0)
    with pooled_connections(at, 3):
        pass
    cut_connections(server)
    for path in READS:
        assert admin.get(path).status_code == 200, path


def test_a_command_after_a_restart_is_recorded_at_once(at, admin, server):
    with pooled_connections(at, 3):
        pass
    cut_connections(server)
    assert company(admin).status_code == 201
    cut_connections(server)
    assert admin.post("/v1/people", {"name": "Ada"}).status_code == 201


def test_a_changed_setting_of_the_server_replaces_no_connection(at, admin, server):
    with pooled_connections(at, 1) as before:
        backends = {connection.info.backend_pid for connection in before}
    server.execute("SELECT pg_reload_conf()")
    assert admin.get("/v1/units").status_code == 200
    with pooled_connections(at, 1) as after:
        assert {connection.info.backend_pid for connection in after} == backends


def test_a_session_that_became_read_only_is_dropped_and_the_next_request_records(at, admin):
    """As after a failover: the server is a standby now, and the address leads to another one."""
    writes = (lambda: company(admin), lambda: admin.post("/v1/people", {"name": "Ada"}), lambda: admin.get("/health/ready"))
    for write in writes:
        with pooled_connections(at, 8) as connections:
            for connection in connections:
                connection.execute("SET default_transaction_read_only = on")
                connection.commit()
        assert_problem(write(), 503, "store-read-only")
        answer = write()
        assert answer.status_code in {200, 201, 409}, answer.text


def test_readiness_tells_that_a_store_takes_no_writes(admin, server):
    database = server.info.dbname
    server.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    cut_connections(server)
    assert_problem(admin.get("/health/ready"), 503, "store-read-only")
    assert admin.get("/health/live").status_code == 200
    server.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only")
    assert admin.get("/health/ready").status_code == 200


@pytest.mark.parametrize("number", range(3), ids=["log", "register", "views"])
def test_readiness_tells_of_one_store_that_became_read_only(at, admin, number):
    with pooled_connections(at, 8) as connections:
        for connection in connections[number * 8 : number * 8 + 8]:
            connection.execute("SET default_transaction_read_only = on")
            connection.commit()
    assert_problem(admin.get("/health/ready"), 503, "store-read-only")
    assert admin.get("/health/ready").status_code == 200


def test_views_that_became_read_only_are_not_told_as_a_damaged_event(at, admin):
    parent = company(admin).json["id"]
    with pooled_connections(at, 8) as connections:
        for connection in connections[16:]:
            connection.execute("SET default_transaction_read_only = on")
            connection.commit()
    recorded = admin.post("/v1/units", {"name": "Team", "level": "team", "parent_id": parent})
    assert (recorded.status_code, recorded.json.keys()) == (201, {"id", "version", "position"})
    assert [unit["name"] for unit in admin.get("/v1/units").json["items"]] == ["Tech", "Team"]


def test_connections_do_not_grow_old(at):
    pools = (at.stores.log.datastore.connections, at.stores.register.engine.pool, at.stores.views.engine.pool)
    assert all(0 < pool._recycle <= 300 for pool in pools)  # noqa: SLF001 - nothing else tells
