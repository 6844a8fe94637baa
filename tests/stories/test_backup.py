"""`okr backup` and `okr restore` move an installation to another place and another engine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.operations.stores import Stores
from okr_events.backup.manifest import WORD_KEYS
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from tests.stories.conftest import ROOT


@pytest.fixture
def stores_in_use(stores: Stores) -> Stores:
    with stores.register.write_transaction() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    company = stores.okrs.create_unit(Intent(ada, "A beginning"), name="Tech", level=Level.COMPANY, vision="Lead")
    stores.okrs.create_unit(Intent(ada), name="Team", level=Level.TEAM, parent_id=company.id)
    return stores


@pytest.fixture(params=["sqlite", "postgres"])
def okr_elsewhere(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> Iterator[Any]:
    """The command line with the settings of an empty target."""

    def run(*arguments: str) -> Any:
        command = [sys.executable, "-c", "from api.cli import okr; okr()", *arguments]
        return subprocess.run(command, cwd=ROOT, env=other, capture_output=True, text=True, timeout=120, check=False)

    other = environment | {"OKR_DATA_DIR": str(tmp_path / "elsewhere")}
    other.pop("OKR_DATABASE_URL", None)
    if request.param == "sqlite":
        yield run
        return
    with request.getfixturevalue("new_database")() as url:
        other["OKR_DATABASE_URL"] = url
        yield run


def test_an_installation_moves_by_two_commands(stores_in_use: Stores, okr: Any, okr_elsewhere: Any, tmp_path: Path) -> None:
    folder, safe = tmp_path / "backup", tmp_path / "safe"
    written = okr("backup", "-o", str(folder))
    assert written.returncode == 0, written.stderr
    assert "Backed up 2 events" in written.stdout
    (folder / WORD_KEYS).rename(safe)
    assert "missing" in okr_elsewhere("restore", str(folder)).stderr
    restored = okr_elsewhere("restore", str(folder), "--word-keys", str(safe))
    assert restored.returncode == 0, restored.stderr
    head = stores_in_use.log.head()
    noted = f"2:{head.chain.hex()}"
    assert f"okr doctor --expect {noted}" in restored.stdout
    healthy = okr_elsewhere("doctor", "--expect", noted)
    assert healthy.returncode == 0, healthy.stdout
    assert "Restore into an empty place." in okr_elsewhere("restore", str(folder), "--word-keys", str(safe)).stderr
    [access] = [each for each in stores_in_use.register.access_log.page(after=0, limit=10) if each.what == "backup"]
    assert (access.via, access.position) == ("command line", 2)


def test_a_folder_that_holds_something_is_not_written_into(stores_in_use: Stores, okr: Any, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "mine").write_text("mine")
    refused = okr("backup", "-o", str(folder))
    assert (refused.returncode, "exists already" in refused.stderr) == (1, True)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    (folder / "mine").unlink()
    assert okr("backup", "-o", str(folder)).returncode == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert stores_in_use.log.head().position == 2


def test_what_is_no_backup_is_said(okr_elsewhere: Any, tmp_path: Path) -> None:
    refused = okr_elsewhere("restore", str(tmp_path))
    assert (refused.returncode, "is not a complete backup" in refused.stderr) == (1, True)
    assert not (tmp_path / "elsewhere").exists()
