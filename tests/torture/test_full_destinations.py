"""A backup or an export whose destination is full is refused in a line and leaves nothing behind."""

import subprocess
import sys
from contextlib import closing, contextmanager
from secrets import token_hex

import pytest

from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from tests.torture.full_disks import mounted
from tests.torture.processes import ROOT
from tests.torture.served import Served

LIMIT = 400_000
"""More than any file of the installation, less than a backup."""


@pytest.fixture(params=["sqlite", "postgres"])
def installation(request, tmp_path):
    """An installation whose log has a megabyte of random text."""
    served = Served(tmp_path / "data", request.getfixturevalue("postgres_url") if request.param == "postgres" else None)
    with closing(served.open_stores()) as stores:
        with stores.register.write_transaction() as connection:
            ada = stores.register.people.add(connection, name="Ada").id
        company = stores.okrs.create_unit(Intent(ada, "A beginning"), name="Tech", level=Level.COMPANY).id
        for number in range(40):
            name = f"Team {number}"
            stores.okrs.create_unit(Intent(ada, token_hex(4_500)), name=name, level=Level.TEAM, parent_id=company)
    return served


@contextmanager
def limited_files(tmp_path):
    yield tmp_path, ["prlimit", f"--fsize={LIMIT}"]


@contextmanager
def small_disk(_):
    with mounted(1) as folder:
        (folder / "ballast").write_bytes(bytes(900_000))
        yield folder, []


@pytest.mark.parametrize("full", [limited_files, small_disk])
@pytest.mark.parametrize("command", ["backup", "export"])
def test_a_destination_that_is_full_is_told_in_a_line_and_left_as_it_was(installation, tmp_path, full, command):
    with full(tmp_path) as (folder, by):
        before = sorted(path.name for path in folder.iterdir())
        arguments = [*by, sys.executable, "-c", "from api.cli import okr; okr()", command, "-o", str(folder / "copy")]
        done = subprocess.run(arguments, cwd=ROOT, env=installation.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        assert done.stderr.splitlines()[-1].startswith(f"Error: {folder / 'copy'} cannot be written: ")
        assert sorted(path.name for path in folder.iterdir()) == before
    with closing(installation.open_stores()) as stores:
        assert stores.log.head().position == 41
