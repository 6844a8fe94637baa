"""`okr doctor` finds every changed byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.operations.checkpoints import DEMAND, create_checkpoint, public_keys
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.event_log.integrity_check import LogVerifier
from projections.store.tables import units

BYTES = ("events.state", "ledger.envelope", "ledger.chain")
OTHER_VALUES = {
    "events.topic": "Unit.Moved",
    "events.originator_version": 7,
    "events.originator_id": "00000000000000000000000000000001",
    "ledger.recorded_at": 1,
}


@pytest.fixture
def log(stores: Stores) -> Any:
    """Three events, the second with free text and a reason."""
    with stores.register.write_transaction() as connection:
        actor = stores.register.people.add(connection, name="Ada").id
    company = stores.okrs.create_unit(Intent(actor), level=Level.COMPANY, name="Tech", vision="Lead")
    stores.okrs.change_unit(Intent(actor, reason="A better word"), company.id, name="Technology")
    stores.okrs.create_unit(Intent(actor), level=Level.TEAM, name="Team", parent_id=company.id)
    stores.views.catch_up()
    return stores.log


@contextmanager
def overwrite_cell(log: Any, column: str, value: Any, position: int = 2) -> Iterator[None]:
    """Overwrite one cell of the log with full rights on the database."""
    table, name = column.split(".")
    with without_triggers(log, table) as run:
        before = run(f"SELECT {name} FROM {table} WHERE position = %s", (position,))[0][0]
        run(f"UPDATE {table} SET {name} = %s WHERE position = %s", (value, position))
    yield
    with without_triggers(log, table) as run:
        run(f"UPDATE {table} SET {name} = %s WHERE position = %s", (before, position))


@contextmanager
def without_triggers(log: Any, table: str) -> Iterator[Any]:
    with log.append_transaction() as run:
        if log.engine == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                run(f"DROP TRIGGER IF EXISTS {table}_{verb}", ())
        else:
            run("SET LOCAL session_replication_role = replica", ())
        yield run
    log.create_table()


def find_faults(stores: Stores) -> list[int]:
    return [fault.position for fault in LogVerifier(stores.log, stores.okrs.mapper).find_faults()]


def read_cell(log: Any, column: str) -> bytes:
    table, name = column.split(".")
    with log.read_transaction() as run:
        return bytes(run(f"SELECT {name} FROM {table} WHERE position = 2", ())[0][0])


def test_an_untouched_log_has_no_fault(stores: Stores, log: Any) -> None:
    assert log.head().position == 3
    assert find_faults(stores) == []


@pytest.mark.parametrize("column", BYTES)
def test_every_byte_of_an_event_its_envelope_and_its_link_counts(stores: Stores, log: Any, column: str) -> None:
    original = read_cell(log, column)
    for index, byte in enumerate(original):
        flipped = original[:index] + bytes([byte ^ 1]) + original[index + 1 :]
        with overwrite_cell(log, column, flipped):
            assert 2 in find_faults(stores), f"byte {index} of {column}"
    assert find_faults(stores) == []


@pytest.mark.parametrize("column", OTHER_VALUES)
def test_every_other_cell_counts_too(stores: Stores, log: Any, column: str) -> None:
    with overwrite_cell(log, column, OTHER_VALUES[column]):
        assert 2 in find_faults(stores)


def test_an_event_taken_out_and_a_tail_cut_off_are_found(stores: Stores, log: Any) -> None:
    with without_triggers(log, "events") as run:
        run("DELETE FROM events WHERE position = 2", ())
    assert 2 in find_faults(stores)
    with without_triggers(log, "events") as run:
        run("DELETE FROM events WHERE position = 3", ())
    assert find_faults(stores)


def test_a_row_after_the_head_is_found(stores: Stores, log: Any) -> None:
    with without_triggers(log, "ledger") as run:
        run("INSERT INTO ledger VALUES (%s, %s, %s, %s)", (4, 2**50, b"{}", b""))
    assert 4 in find_faults(stores)


@pytest.mark.parametrize("table", ["claims", "edges"])
def test_what_no_longer_follows_from_the_log_is_found(stores: Stores, log: Any, table: str) -> None:
    with log.append_transaction() as run:
        run(f"DELETE FROM {table}", ())
    assert [fault.message for fault in LogVerifier(log, stores.okrs.mapper).find_faults() if "is missing" in fault.message]


def test_a_table_that_is_gone_hides_no_other_fault(log: Any, okr: Any) -> None:
    with without_triggers(log, "ledger") as run:
        run("UPDATE ledger SET envelope = %s WHERE position = 2", (b"{}",))
        run("DROP TABLE tree", ())
    try:
        done = okr("doctor")
    finally:
        log.create_table()
    assert done.returncode == 1
    assert "tree" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_removed_trigger_is_found(log: Any, okr: Any) -> None:
    drop = "DROP TRIGGER events_UPDATE" if log.engine == "sqlite" else "DROP TRIGGER append_only ON events"
    with log.append_transaction() as run:
        run(drop, ())
    assert "append-only triggers, expected" in okr("doctor").stdout
    log.create_table()


def test_a_head_noted_elsewhere_is_compared(log: Any, okr: Any) -> None:
    noted = f"2:{log.head_at(2).chain.hex()}"
    assert okr("doctor", "--expect", noted).returncode == 0
    assert "does not contain the expected head" in okr("doctor", "--expect", noted[:-1] + "x").stdout
    assert okr("doctor", "--expect", f"9{noted}").returncode == 1


def test_a_register_that_lost_its_keys_or_people_is_found(stores: Stores, log: Any, okr: Any) -> None:
    with stores.register.write_transaction() as connection:
        connection.exec_driver_sql("DELETE FROM word_keys")
        connection.exec_driver_sql("DELETE FROM people")
    found = okr("doctor").stdout
    assert "The register lacks the person" in found
    assert "The register lacks the key of" in found
    assert log.head().position == 3


def test_where_there_is_no_log_none_is_made(okr: Any, environment: dict[str, str], tmp_path: Path) -> None:
    environment.pop("OKR_DATABASE_URL", None)
    environment["OKR_DATA_DIR"] = str(tmp_path / "elsewhere")
    assert "has no log." in okr("doctor").stderr
    assert not (tmp_path / "elsewhere").exists()


def test_a_register_without_its_log_is_not_opened(okr: Any, environment: dict[str, str], tmp_path: Path) -> None:
    environment.pop("OKR_DATABASE_URL", None)
    environment["OKR_DATA_DIR"] = str(tmp_path / "half")
    open_stores(Settings(tmp_path / "half", None, None, None, DEFAULT_MAX_BODY, 1, 4)).close()
    for lose in (lambda file: file.write_bytes(b""), Path.unlink):
        lose(tmp_path / "half" / "log.sqlite")
        refused = okr("rebuild")
        assert refused.returncode == 1
        assert "has a register but no log" in refused.stderr


def test_the_command_names_the_position_and_fails(stores: Stores, log: Any, okr: Any) -> None:
    healthy = okr("doctor")
    assert (healthy.returncode, "No faults found." in healthy.stdout) == (0, True)
    with overwrite_cell(log, "events.state", read_cell(log, "events.state").replace(b"Technology", b"Technologi")):
        found = okr("doctor")
    assert found.returncode == 1
    assert "Position 2: The event, its envelope or its chain link was changed." in found.stdout
    assert stores.log.head().position == 3


def test_the_verdict_says_how_much_what_was_kept_elsewhere_vouches_for(
    stores: Stores, log: Any, okr: Any, tmp_path: Path
) -> None:
    assert "Only a checkpoint or head kept elsewhere shows" in okr("doctor").stdout
    said = okr("doctor", "--expect", f"2:{log.head_at(2).chain.hex()}").stdout
    assert "vouches for the first 2 of 3 events. About the 1 after them only the log itself does." in said
    (tmp_path / "kept").write_text(create_checkpoint(stores, stores.settings, DEMAND))
    (tmp_path / "keys").write_text("".join(f"{key.verifier.text}\n" for key in public_keys(stores, stores.settings)))
    said = okr("doctor", "--checkpoint", str(tmp_path / "kept"), "--key", str(tmp_path / "keys")).stdout
    assert "vouches for the first 3 of 3 events.\n" in said


def test_views_are_looked_at_only_when_asked(stores: Stores, log: Any, okr: Any) -> None:
    with stores.views.engine.begin() as connection:
        connection.execute(units.update().values(name="Technologi"))
    assert "The views were not looked at." in okr("doctor").stdout
    done = okr("doctor", "--views")
    assert done.returncode == 1
    assert f"The views differ from the log: {log.head().position} positions of table units. Run `okr rebuild`." in done.stdout
    okr("rebuild")
    assert okr("doctor", "--views").returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ["token", "--person", "Ada", "--role", "reader", "--new"],
        ["report", "weekly", "--cycle", "Q1", "-o", "report.json"],
        ["replay", "--cycle", "Q1"],
        *([name, "-o", "output"] for name in ("export", "checkpoint", "backup")),
        *([name] for name in ("rebuild", "doctor", "follow")),
    ],
    ids=lambda command: command[0],
)
def test_only_serve_demo_import_and_restore_create_an_installation(
    okr: Any, environment: dict[str, str], tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment.pop("OKR_DATABASE_URL", None)
    environment["OKR_DATA_DIR"] = str(tmp_path / "elsewhere")
    refused = okr(*command)
    assert (refused.returncode, "has no log." in refused.stderr) == (1, True)
    assert not (tmp_path / "elsewhere").exists()
