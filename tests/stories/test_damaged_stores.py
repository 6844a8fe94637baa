"""Damaged files: views are put aside and built anew, the log's tools never open them, and a damaged log is named in a line."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from projections.store.views_place import SQLiteViews

pytestmark = pytest.mark.parametrize("environment", ["sqlite"], indirect=True)
Okr = Callable[..., Any]
Damage = Callable[[Path], object]
WITHIN_PERMISSIONS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
"""Starts a command without root's leave to write everywhere."""


def zero_header(file: Path) -> None:
    file.write_bytes(bytes(100) + file.read_bytes()[100:])


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scramble_pages(file: Path) -> None:
    """Keep the first pages, so that the file opens."""
    data = file.read_bytes()
    file.write_bytes(data[: 4096 * 8] + b"\xff" * (len(data) - 4096 * 8))


def become_garbage(file: Path) -> None:
    file.write_bytes(b"garbage" * 1000)


def become_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.fixture
def data(stores: Stores, environment: dict[str, str]) -> Path:
    """The data folder of an installation with an event and its views, which nobody has open."""
    with stores.register.write_transaction() as connection:
        actor = stores.register.people.add(connection, name="Ada").id
    stores.okrs.create_unit(Intent(actor), level=Level.COMPANY, name="Tech")
    stores.views.catch_up()
    stores.close()
    return Path(environment["OKR_DATA_DIR"])


@pytest.mark.parametrize("damage", [zero_header, truncate, scramble_pages, become_garbage, become_folder])
def test_views_that_cannot_be_read_are_put_aside_and_built_anew(data: Path, okr: Okr, damage: Damage, tmp_path: Path) -> None:
    views = SQLiteViews(data).path
    damage(views)
    before = views.read_bytes() if views.is_file() else b""
    assert okr("doctor").returncode == 0
    assert okr("backup", "-o", str(tmp_path / "backup")).returncode == 0
    assert okr("export", "-o", str(tmp_path / "export")).returncode == 0
    assert not views.is_file() or views.read_bytes() == before, "the log's tools do not open them"
    found = okr("doctor", "--views")
    assert (found.returncode, f"The views in {views} cannot be read" in found.stdout) == (1, True)
    rebuilt = okr("rebuild")
    assert (rebuilt.returncode, "The views are at position 1." in rebuilt.stdout) == (0, True)
    [said] = [json.loads(line) for line in rebuilt.stderr.splitlines() if line.startswith("{")]
    assert (said["views"], "put aside and are built anew" in said["event"]) == (str(views), True)
    aside = Path(said["kept_as"])
    assert aside.is_dir() if damage is become_folder else aside.read_bytes() == before
    assert okr("doctor", "--views").returncode == 0


@pytest.mark.parametrize("damage", [zero_header, truncate, become_garbage, become_folder])
@pytest.mark.parametrize("name", ["log", "register"])
def test_a_store_that_cannot_be_read_is_named_in_a_line(
    data: Path, okr: Okr, damage: Damage, name: str, tmp_path: Path
) -> None:
    damage(data / f"{name}.sqlite")
    for command in (["doctor"], ["backup", "-o", str(tmp_path / "backup")], ["export", "-o", str(tmp_path / "export")]):
        done = okr(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert f"The {name} " in done.stdout + done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_read_only_is_named_in_a_line(data: Path, okr_process: Okr) -> None:
    data.chmod(0o500)
    done = okr_process("doctor", by=WITHIN_PERMISSIONS)
    data.chmod(0o700)
    assert (done.returncode, done.stderr.count("\n"), str(data) in done.stderr) == (1, 1, True)
