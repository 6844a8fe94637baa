"""Fixtures of the end-to-end tests: a data folder or database, the command line and the server."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from traceback import print_exception
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import okr as command_line
from api.operations.admin_token import ensure_admin_token
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from tests.app_factory import create_app_over

TOKEN = "a-token-of-the-stories-only"
ROOT = Path(__file__).parents[2]
Okr = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of a fresh installation on either engine, isolated from this shell."""
    url = request.getfixturevalue("emptied_postgres_url") if request.param == "postgres" else None
    own = {"OKR_DATA_DIR": str(tmp_path / "data"), "OKR_ADMIN_TOKEN": TOKEN, "USER": "operator", "LOGNAME": "operator"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | own | ({"OKR_DATABASE_URL": url} if url else {})


@pytest.fixture
def okr(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Okr:
    """The command line with an operator's environment, in this process, which is a second faster than starting another."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as shell:
            shell.setattr(os, "environ", environment.copy())
            done = CliRunner().invoke(command_line, arguments, prog_name="okr")
        if done.exc_info and not isinstance(done.exception, SystemExit | None):
            print_exception(*done.exc_info)
        return subprocess.CompletedProcess(["okr", *arguments], done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def okr_process(environment: dict[str, str]) -> Okr:
    """The command line in a process of its own, started by the command `by` if there is one."""

    def run(*arguments: str, by: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        command = [*by, sys.executable, "-c", "from api.cli import okr; okr()", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def stores(environment: dict[str, str]) -> Iterator[Stores]:
    settings = Settings(
        Path(environment["OKR_DATA_DIR"]), environment.get("OKR_DATABASE_URL"), None, TOKEN, DEFAULT_MAX_BODY, 1, 4
    )
    opened = open_stores(settings)
    ensure_admin_token(opened, settings)
    yield opened
    opened.close()


@pytest.fixture
def get_json(stores: Stores) -> Callable[[str], Any]:
    """Return the JSON response of a path to an admin."""
    client = create_app_over(stores).test_client()

    def answer(address: str) -> Any:
        response = client.get(address, headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200, response.text
        return response.json

    return answer
