"""The application on each engine, and somebody for every role."""

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
"""Reads of what is not in the log: they take no `as_of`."""
RANGE_PATHS = ("/v1/changes",)
"""Reads of what lies between two moments: they take `from` and `to` instead of `as_of`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `command` runs once for each of them; one that takes `change`, for each on something that is there."""
    if "command" in metafunc.fixturenames:
        metafunc.parametrize("command", COMMANDS)
    if "change" in metafunc.fixturenames:
        metafunc.parametrize("change", [command for command in COMMANDS if "<" in command])


HERE = Path(__file__).parent
POSTGRES_STRIDE = 6


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is refused, rehearsed and repeated is decided above the engine: there PostgreSQL is asked with every sixth command,
    and with all of them in the long runs. What each command records and answers is tried with all of them on both.
    """
    left_out = {command for number, command in enumerate(COMMANDS) if number % POSTGRES_STRIDE}
    for item in items:
        tried: Any = getattr(item, "callspec", None)
        if tried is None or HERE not in item.path.parents or item.path.stem == "test_commands":
            continue
        said = tried.params
        if "postgres" in said.values() and {said.get("command"), said.get("change")} & left_out:
            item.add_marker(pytest.mark.torture)


def _open_installation(engine: str, folder: Path, url: str | None) -> Any:
    return closing(Installation.create(engine, Settings(folder, url, None, None, DEFAULT_MAX_BODY, 1, 4)))


def _database_url(request: pytest.FixtureRequest) -> AbstractContextManager[str | None]:
    """The address of a new database on PostgreSQL, nothing on SQLite."""
    if request.param == "sqlite":
        return nullcontext()
    made: AbstractContextManager[str] = request.getfixturevalue("new_database")()
    return made


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that most tests share: each works on new things of its own."""
    with _database_url(request) as url, _open_installation(request.param, tmp_path_factory.mktemp("data"), url) as installation:
        yield installation


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """One of the test's own, empty."""
    url = request.getfixturevalue("emptied_postgres_url") if request.param == "postgres" else None
    with _open_installation(request.param, tmp_path, url) as installation:
        yield installation


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def module_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """An organisation that may be turned upside down."""
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
    """The address of every read about OKRs, each of something that is there."""
    return list_read_paths(world)


@pytest.fixture
def fresh_read_paths(fresh_world: Organisation) -> list[str]:
    return list_read_paths(fresh_world)


def list_read_paths(world: Organisation) -> list[str]:
    rules = [rule.rule for rule in world.installation.app.url_map.iter_rules() if "GET" in rule.methods]
    return [
        re.sub(
            r"<uuid:(\w+)>", lambda found, rule=rule: world[READ_ARGUMENTS.get(rule, READ_ARGUMENTS.get(found[1], ""))], rule
        )
        for rule in rules
        if rule.startswith("/v1/") and rule not in (*REGISTER_PATHS, *RANGE_PATHS)
    ]
