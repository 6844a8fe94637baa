"""Fixtures: the application on each engine, with a caller for each role."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from okr_events.register.tokens import Role
from tests.api.command_catalog import COMMANDS
from tests.api.installation import Caller, Installation
from tests.api.organisation import READ_ARGUMENTS, Organisation

REGISTER_PATHS = (
    *("/v1/people", "/v1/people/<uuid:person_id>", "/v1/tokens", "/v1/tokens/<uuid:token_id>"),
    *("/v1/calendars", "/v1/calendars/<uuid:calendar_id>", "/v1/calendars/<string:secret>.ics"),
    *("/v1/access-log", "/v1/events"),
    *("/v1/ledger/checkpoint", "/v1/ledger/proofs/inclusion", "/v1/ledger/proofs/consistency"),
    "/v1/ledger/export",
)
"""Queries of data outside the event log, and of the log itself: they take no `as_of`."""
RANGE_PATHS = ("/v1/changes",)
"""Queries over a range: they take `from` and `to` instead of `as_of`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `command` with every command, and `change` with every command on an existing resource."""
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", COMMANDS)
    if "change" in metafunc.fixturenames:
        metafunc.parametrize("change", [command for command in COMMANDS if "<" in command])


def _open_installation(engine: str, folder: Path, url: str | None) -> Any:
    return closing(Installation.create(engine, Settings(folder, url, None, None, DEFAULT_MAX_BODY, 1, 4)))


def _database_url(request: pytest.FixtureRequest) -> AbstractContextManager[str | None]:
    """The URL of a new database on PostgreSQL, `None` on SQLite."""
    if request.param == "sqlite":
        return nullcontext()
    database: AbstractContextManager[str] = request.getfixturevalue("new_database")()
    return database


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation that most tests share; each test creates its own resources."""
    with _database_url(request) as url, _open_installation(request.param, tmp_path_factory.mktemp("data"), url) as installation:
        yield installation


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An empty installation for one test."""
    url = request.getfixturevalue("emptied_postgres_url") if request.param == "postgres" else None
    with _open_installation(request.param, tmp_path, url) as installation:
        yield installation


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def module_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """An organisation for one module, which its tests may change in any way."""
    with _database_url(request) as url, _open_installation(request.param, tmp_path_factory.mktemp("data"), url) as at:
        yield Organisation(at, at.caller(Role.ADMIN), at.caller(Role.MEMBER))


@pytest.fixture
def fresh_admin(fresh_installation: Installation) -> Caller:
    return fresh_installation.caller(Role.ADMIN)


@pytest.fixture
def fresh_world(fresh_installation: Installation, fresh_admin: Caller) -> Organisation:
    return Organisation(fresh_installation, fresh_admin, fresh_installation.caller(Role.MEMBER))


@pytest.fixture(scope="session")
def admin(installation: Installation) -> Caller:
    return installation.caller(Role.ADMIN)


@pytest.fixture(scope="session")
def member(installation: Installation) -> Caller:
    return installation.caller(Role.MEMBER)


@pytest.fixture(scope="session")
def reader(installation: Installation) -> Caller:
    return installation.caller(Role.READER)


@pytest.fixture(scope="session")
def auditor(installation: Installation) -> Caller:
    return installation.caller(Role.AUDITOR)


@pytest.fixture(scope="session")
def world(installation: Installation, admin: Caller, member: Caller) -> Organisation:
    return Organisation(installation, admin, member)


@pytest.fixture(scope="session")
def read_paths(world: Organisation) -> list[str]:
    """The path of every query about OKRs, with ids of existing resources; on PostgreSQL of every third."""
    return list_read_paths(world)[:: 3 if world.installation.engine == "postgres" else 1]


@pytest.fixture
def fresh_read_paths(fresh_world: Organisation) -> list[str]:
    return list_read_paths(fresh_world)


def list_read_paths(world: Organisation) -> list[str]:
    rules = [rule.rule for rule in world.installation.app.url_map.iter_rules() if "GET" in rule.methods]
    return [
        re.sub(
            r"<uuid:(\w+)>", lambda match, rule=rule: world[READ_ARGUMENTS.get(rule, READ_ARGUMENTS.get(match[1], ""))], rule
        )
        for rule in rules
        if rule.startswith("/v1/") and rule not in (*REGISTER_PATHS, *RANGE_PATHS)
    ]
