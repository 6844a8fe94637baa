"""An auditor on another machine has only an export, a kept checkpoint and public keys."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from api.cli import okr as command_line
from api.cli import verify as command
from api.operations.checkpoints import DEMAND, create_checkpoint, public_keys
from api.operations.cycle_sealing import seal_closed_cycles
from api.operations.stores import Stores
from okr_events.audit.export import export_all
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, sign_checkpoint
from okr_events.event_log.merkle import EMPTY_ROOT
from okr_events.register.tables import people
from tests.app_factory import create_app_over
from tests.stories.conftest import TOKEN

Okr = Callable[..., Any]
ROOT = Path(__file__).parents[2]
FORBIDDEN = {"sqlalchemy", "flask", "psycopg", "eventsourcing", "marshmallow", "environs", "sqlite3", "api.operations.settings"}


@pytest.fixture
def intent(stores: Stores) -> Intent:
    with stores.register.write_transaction() as connection:
        return Intent(stores.register.people.add(connection, name="Ada").id)


@pytest.fixture
def auditor_folder(stores: Stores, intent: Intent, tmp_path: Path) -> Path:
    """The folder of an auditor: keys, and a checkpoint over six events, three of them of the cycle 2026."""
    okrs = stores.okrs
    unit = okrs.create_unit(intent, level=Level.COMPANY, name="Tech", vision="Größe").id
    cycle = okrs.create_cycle(intent, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).id
    okrs.create_cycle(intent, name="2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    goal = okrs.create_objective(intent, cycle_id=cycle, unit_id=unit, title="Grow", owner=intent.actor).id
    okrs.change_objective(intent, goal, title="Grow more")
    okrs.change_unit(intent, unit, name="Technology")
    folder = tmp_path / "auditor"
    folder.mkdir()
    (folder / "kept").write_text(create_checkpoint(stores, stores.settings, DEMAND))
    (folder / "keys").write_text("".join(f"{key.verifier.text}\n" for key in public_keys(stores, stores.settings)))
    return folder


def run_verify(folder: Path, export: str = "export", checkpoint: str = "kept", keys: str = "keys") -> Any:
    """Run `okr verify` in an environment and a folder without the installation."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from api.cli import okr; okr()"
    arguments = ["verify", export, "--checkpoint", checkpoint, "--key", keys]
    command = [sys.executable, "-c", code, *arguments]
    before = sorted(folder.iterdir())
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert sorted(folder.iterdir()) == before
    return done


def test_an_export_is_valid_now_and_against_what_was_kept_earlier(
    okr: Okr, auditor_folder: Path, stores: Stores, intent: Intent
) -> None:
    stores.okrs.create_cycle(intent, name="2028", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31))
    assert okr("export", "-o", str(auditor_folder / "export")).returncode == 0
    assert (auditor_folder / "export").stat().st_mode & 0o777 == 0o600
    done = run_verify(auditor_folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "vouches for the first 6, only today's signer for the 1 after them.\n" in done.stdout
    assert [entry.what for entry in stores.register.access_log.page(after=0, limit=9)] == ["export"]


def test_a_cycle_is_valid_by_its_proofs(okr: Okr, auditor_folder: Path, stores: Stores, intent: Intent) -> None:
    assert okr("export", "-o", str(auditor_folder / "export"), "--cycle", "2026").returncode == 0
    assert run_verify(auditor_folder).stdout.startswith("valid: These are 3 of the ")
    stores.okrs.create_cycle(intent, name="2028", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31))
    assert okr("export", "-o", str(auditor_folder / "export"), "--cycle", "2026").returncode == 0
    alone = run_verify(auditor_folder)
    assert (alone.returncode, "Export it with --since" in alone.stdout) == (1, True)
    assert (
        okr(
            "export", "-o", str(auditor_folder / "export"), "--cycle", "2026", "--since", str(auditor_folder / "kept")
        ).returncode
        == 0
    )
    assert run_verify(auditor_folder).stdout.startswith("valid: These are 3 of the ")


def test_one_changed_letter_is_named_by_its_position(okr: Okr, auditor_folder: Path) -> None:
    okr("export", "-o", str(auditor_folder / "export"))
    changed = (auditor_folder / "export").read_text("utf-8").replace("Grow more", "Grow less")
    (auditor_folder / "export").write_text(changed, "utf-8")
    done = run_verify(auditor_folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("not valid, position 5: The event, its envelope or its chain link was changed.")


@pytest.mark.parametrize(
    ("option", "file", "status"),
    [
        *((option, file, 2) for option in ("export", "checkpoint", "keys") for file in ("none", ".")),
        *(
            (option, file, 2)
            for option, file in (("keys", "kept"), ("keys", "empty"), ("keys", "bytes"), ("checkpoint", "bytes"))
        ),
        *((option, file, 1) for option in ("export", "checkpoint") for file in ("empty", "keys")),
        ("export", "bytes", 1),
    ],
)
def test_the_status_is_2_where_a_file_cannot_be_used_and_1_where_it_is_not_valid(
    folder: Path, option: str, file: str, status: int
) -> None:
    chosen = {"export": "export", "checkpoint": "kept", "keys": "keys"} | {option: file}
    paths = {name: str(folder / path) for name, path in chosen.items()}
    done = CliRunner().invoke(
        command_line, ["verify", paths["export"], "--checkpoint", paths["checkpoint"], "--key", paths["keys"]]
    )
    assert done.exit_code == status
    assert (done.stdout == "") == (status == 2)
    assert status == 1 or f"{paths[option]} cannot be used: " in done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty export, and paths that are not files."""
    key = SigningKey.generate("okr.example/log")
    note = sign_checkpoint(Checkpoint(key.name, 0, EMPTY_ROOT), [key])
    written = {"export": b"".join(export_all(None, note, 0)), "kept": note.encode(), "keys": f"{key.verifier.text}\n".encode()}
    for name, data in (written | {"empty": b"", "bytes": b"\xff\xfe"}).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_progress_is_shown_once_it_takes_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PROGRESS_DELAY", -1)
    options = ["--checkpoint", str(folder / "kept"), "--key", str(folder / "keys")]
    done = CliRunner().invoke(command_line, ["verify", str(folder / "export"), *options])
    assert (done.exit_code, done.stdout[:7]) == (0, "valid: ")
    assert "Verifying" in done.stderr


def test_verifying_imports_no_store_and_no_framework() -> None:
    code = "import sys, api.cli.verify; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert not FORBIDDEN & {*output.split()}


def test_nothing_is_left_of_an_export_that_failed(okr: Okr, auditor_folder: Path) -> None:
    (auditor_folder / "export").write_text("an older one")
    refused = okr("export", "-o", str(auditor_folder / "export"), "--cycle", "none such")
    assert (refused.returncode, "No cycle called" in refused.stderr) == (1, True)
    refused = okr("export", "-o", str(auditor_folder / "export"), "--since", str(auditor_folder / "kept"))
    assert (refused.returncode, "--since requires --cycle" in refused.stderr) == (2, True)
    refused = okr("export", "-o", str(auditor_folder / "export"), "--cycle", "2026", "--since", str(auditor_folder / "keys"))
    assert (refused.returncode, "is not a checkpoint" in refused.stderr) == (2, True)
    refused = okr("export", "-o", str(auditor_folder / "nowhere" / "export"))
    assert (refused.returncode, "cannot be written" in refused.stderr) == (1, True)
    assert (auditor_folder / "export").read_text() == "an older one"
    assert sorted(path.name for path in auditor_folder.iterdir()) == ["export", "kept", "keys"]


def test_a_log_that_was_changed_is_exported_as_far_as_it_is_text(okr: Okr, auditor_folder: Path, stores: Stores) -> None:
    with stores.log.append_transaction() as run:
        if stores.log.engine == "sqlite":
            run("DROP TRIGGER events_UPDATE", ())
        else:
            run("SET LOCAL session_replication_role = replica", ())
        run("UPDATE events SET state = %s WHERE position = 5", (b"\xff",))
    stores.log.create_table()
    refused = okr("export", "-o", str(auditor_folder / "export"))
    assert (refused.returncode, "Position 5: the stored bytes are not UTF-8" in refused.stderr) == (1, True)
    assert sorted(path.name for path in auditor_folder.iterdir()) == ["kept", "keys"]


def run_freely(stores: Stores, *statements: str) -> None:
    """Change the log as somebody with full rights on the database would."""
    with stores.log.append_transaction() as run:
        if stores.log.engine == "sqlite":
            for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'", ()):
                run(f"DROP TRIGGER {name}", ())
        else:
            run("SET LOCAL session_replication_role = replica", ())
        for statement in statements:
            run(statement, ())
    stores.log.create_table()


def test_an_export_without_a_part_of_its_tree_says_so(okr: Okr, auditor_folder: Path, stores: Stores) -> None:
    run_freely(stores, "DELETE FROM tree WHERE position = 4")
    for options in ((), ("--cycle", "2026")):
        refused = okr("export", "-o", str(auditor_folder / "export"), *options)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "The Merkle tree lacks a node" in refused.stderr


def test_a_name_that_does_not_decrypt_stops_no_export_and_is_no_false_accusation(
    okr: Okr, auditor_folder: Path, stores: Stores, intent: Intent
) -> None:
    with stores.register.write_transaction() as connection:
        gone = stores.register.people.add(connection, name="Ben").id
    stores.okrs.create_cycle(Intent(gone), name="2030", starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31))
    stores.okrs.erase_person(replace(intent, reason="They asked"), gone)
    stores.okrs.finish_erasures()
    with stores.register.write_transaction() as connection:
        connection.execute(update(people).where(people.c.id == intent.actor.hex).values(name="QUJD" * 12))
    assert okr("export", "-o", str(auditor_folder / "export")).returncode == 0
    found = okr("doctor").stdout
    assert f"The register's name or address of {intent.actor} does not decrypt" in found
    assert "was erased" not in found


def test_a_proof_from_a_checkpoint_of_another_past_is_not_made(okr: Okr, auditor_folder: Path) -> None:
    kept, other = (auditor_folder / "kept").read_text(), auditor_folder / "other"
    size, root = kept.splitlines()[1:3]
    for changed in (("3", root), (size, b64encode(bytes(32)).decode())):
        other.write_text(kept.replace(f"{size}\n{root}", "\n".join(changed)))
        refused = okr("export", "-o", str(auditor_folder / "export"), "--cycle", "2026", "--since", str(other))
        assert (refused.returncode, "The log does not continue this checkpoint" in refused.stderr) == (1, True)
    assert not (auditor_folder / "export").exists()


def test_a_sealed_report_is_verified_against_an_export(
    okr: Okr, auditor_folder: Path, stores: Stores, intent: Intent, get_json: Callable[[str], Any]
) -> None:
    cycle = stores.okrs.create_cycle(intent, name="2030", starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31)).id
    stores.okrs.activate_cycle(intent, cycle)
    stores.okrs.close_cycle(replace(intent, reason="It is over"), cycle)
    seal_closed_cycles(stores)
    seal = get_json(f"/v1/cycles/{cycle}/seal")
    files = {name: auditor_folder / name for name in ("export", "kept", "keys", "seal")}
    assert okr("export", "-o", str(files["export"])).returncode == 0
    checked = ["verify", str(files["export"]), "--checkpoint", str(files["kept"]), "--key", str(files["keys"])]
    files["seal"].write_text(json.dumps(seal))
    done = okr(*checked, "--seal", str(files["seal"]))
    assert (done.returncode, "\nseal valid, position 10: The report is the one that was sealed" in done.stdout) == (0, True)
    files["seal"].write_text(json.dumps(seal).replace('"2030"', '"2031"'))
    done = okr(*checked, "--seal", str(files["seal"]))
    assert (done.returncode, "\nseal not valid, position 10: " in done.stdout) == (1, True)
    assert okr(*checked, "--seal", str(files["keys"])).returncode == 2


def test_a_stored_report_that_was_changed_is_not_served(stores: Stores, intent: Intent) -> None:
    cycle = stores.okrs.create_cycle(intent, name="2030", starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31)).id
    stores.okrs.activate_cycle(intent, cycle)
    stores.okrs.close_cycle(replace(intent, reason="It is over"), cycle)
    seal_closed_cycles(stores)
    client = create_app_over(stores).test_client()
    kind = "BLOB" if stores.log.engine == "sqlite" else "BYTEA"
    for statement in (f"UPDATE sealed_reports SET report = CAST(digest AS {kind})", "DELETE FROM sealed_reports"):
        run_freely(stores, statement)
        refused = client.get(f"/v1/cycles/{cycle}/seal", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (refused.status_code, refused.json["type"]) == (503, "urn:okr-events:problem:log-damaged")
        assert "does not match the digest" in refused.json["detail"]
