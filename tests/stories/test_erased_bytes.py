"""After an erasure no file contains the text, name or key, except that PostgreSQL's own log may contain the key."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.register import secure_erase, tables

NAME = "Tarmigant"
WORDS = ("Quillback", "Wendlebury", "Ostrakine")
PUBLIC = "Hobblefrith"


@pytest.fixture
def read_files(environment: dict[str, str], request: pytest.FixtureRequest) -> Any:
    """Return every file of the data folder, or of the whole server with its shared memory."""

    def read(*, but: str | None = None) -> dict[str, bytes]:
        folders = [environment["OKR_DATA_DIR"]]
        if url := environment.get("OKR_DATABASE_URL"):
            folders.append(request.getfixturevalue("postgres_server").pgdata)
            with pytest.importorskip("psycopg").connect(url, autocommit=True) as server:
                server.execute("CHECKPOINT")
        found = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
        return {str(path): read_if_present(path) for path in found if but is None or but not in path.parts}

    return read


def read_if_present(path: Path) -> bytes:
    """Return the content of a file, or nothing if the server has removed it meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def texts_in_files(files: dict[str, bytes], *texts: str | bytes) -> set[str | bytes]:
    def forms(text: str | bytes) -> list[bytes]:
        return [text] if isinstance(text, bytes) else [text.encode(), text.encode("utf-16-le")]

    return {text for text in texts if any(form in data for data in files.values() for form in forms(text))}


@pytest.fixture
def admin(stores: Stores) -> Intent:
    with stores.register.write_transaction() as connection:
        return Intent(stores.register.people.add(connection, name="Ada").id, "They asked for it")


@pytest.fixture
def victim(stores: Stores, admin: Intent) -> UUID:
    """One of many people, who changed their name and wrote text."""
    people = stores.register.people
    with stores.register.write_transaction() as connection:
        for number in range(60):
            people.add(connection, name=f"Person {number}")
        id = people.add(connection, name=f"{NAME} the first", email=f"{NAME}@example.org").id
    for number in range(60):
        with stores.register.write_transaction() as connection:
            people.add(connection, name=f"Another {number}")
            people.change(connection, id, name=NAME * (1 + number % 5))
    okrs, note, win, reason = stores.okrs, *WORDS
    unit = okrs.create_unit(admin, name=PUBLIC, level=Level.COMPANY).id
    cycle = okrs.create_cycle(admin, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).id
    objective = okrs.create_objective(admin, cycle_id=cycle, unit_id=unit, title="Lead", owner=id).id
    launch = okrs.define_key_result(admin, objective, title="Done", metric={"kind": "binary"}).id
    okrs.check_in(Intent(id, reason), launch, value=Decimal(1), note=note, wins=[win], measured_on=date(2026, 1, 1))
    stores.views.catch_up()
    return id


@pytest.fixture
def secrets(stores: Stores, victim: UUID) -> tuple[str, bytes]:
    """Return the encrypted name and the key."""
    with stores.register.engine.connect() as connection:
        name = connection.scalar(select(tables.people.c.name).where(tables.people.c.id == victim.hex))
        key = connection.scalar(select(tables.word_keys.c.key).where(tables.word_keys.c.author == victim.hex))
        if stores.log.engine == "postgresql":
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    return str(name), bytes(key or b"")


def test_no_file_holds_the_words_the_name_or_the_key(
    stores: Stores, admin: Intent, victim: UUID, secrets: tuple[str, bytes], read_files: Any, okr: Any
) -> None:
    assert texts_in_files(read_files(but="pg_wal"), NAME, *WORDS, *secrets, PUBLIC) == {*secrets, PUBLIC}
    stores.okrs.erase_person(admin, victim)
    stores.okrs.finish_erasures()
    stores.views.catch_up()
    assert stores.register.people.get(victim).overwritten
    assert texts_in_files(read_files(but="pg_wal"), NAME, *WORDS, *secrets, PUBLIC) == {PUBLIC}
    assert texts_in_files(read_files(), NAME, *WORDS) == set()
    healthy = okr("doctor")
    assert healthy.returncode == 0, healthy.stdout


def test_while_somebody_reads_it_says_so_and_the_next_start_finishes(
    stores: Stores,
    admin: Intent,
    victim: UUID,
    secrets: tuple[str, bytes],
    read_files: Any,
    okr: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(secure_erase.overwrite_deleted, "__defaults__", (0.2,))
    isolation = {"isolation_level": "REPEATABLE READ"} if stores.log.engine == "postgresql" else {}
    with stores.register.engine.connect().execution_options(**isolation) as reader, reader.begin():
        reader.execute(select(tables.revision)).all()
        stores.okrs.erase_person(admin, victim)
        stores.okrs.finish_erasures()
        gone = stores.register.people.get(victim)
        assert (gone.name, gone.overwritten) == ("[erased]", False)
        assert stores.register.people.list_not_overwritten() == [victim]
        assert "may contain 1 erased people" in okr("doctor").stdout
    revision = stores.register.people.revision()
    assert okr("rebuild").returncode == 0
    assert stores.register.people.get(victim).overwritten
    assert stores.register.people.revision() > revision
    assert texts_in_files(read_files(but="pg_wal"), *secrets) == set()


def test_an_erasure_that_was_not_finished_is_a_fault_and_a_finished_one_is_none(
    stores: Stores, admin: Intent, victim: UUID, okr: Any
) -> None:
    stores.okrs.erase_person(admin, victim)
    assert f"{victim} was erased from the log but not from the register" in okr("doctor").stdout
    stores.okrs.finish_erasures()
    assert okr("doctor").returncode == 0


def test_a_key_that_is_missing_without_an_erasure_is_a_fault_still(
    stores: Stores, admin: Intent, victim: UUID, okr: Any
) -> None:
    stores.okrs.erase_person(admin, victim)
    stores.okrs.finish_erasures()
    with stores.register.write_transaction() as connection:
        stores.register.keys.destroy(connection, admin.actor)
    found = okr("doctor")
    assert found.returncode == 1
    assert f"lacks the key of {admin.actor}" in found.stdout
    assert str(victim) not in found.stdout
