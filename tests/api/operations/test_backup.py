"""A backup of either engine is restored into either: every answer is as it was, and the whole register."""

import os
import re
from base64 import b64encode
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import insert, select

from api.operations.doctor import examined
from api.operations.settings import LARGEST_BODY, Settings
from api.operations.stores import PlaceTaken, empty_place
from okr_events.audit.export import Unexportable
from okr_events.backup.manifest import ANSWERS, FILES, LOG, MANIFEST, REGISTER, WORD_KEYS, BackupDamaged, Manifest, digest
from okr_events.backup.restore import KeysMissing, Restoring
from okr_events.backup.restore_targets import PostgresPlace, SQLitePlace
from okr_events.backup.writer import Writing
from okr_events.commands.intent import Intent
from okr_events.domain.errors import OKRError
from okr_events.domain.values import Level
from okr_events.register import tables
from okr_events.register.encryption_keys import ERASED
from okr_events.register.tokens import Role
from tests.api.command_catalog import COMMANDS, WHY
from tests.api.installation import Caller, Installation

NAME, WORD = "Tarmigant", "Quillback"


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request, tmp_path):
    """The settings of an empty place on either engine."""
    folder = tmp_path / "elsewhere"
    if request.param == "sqlite":
        yield Settings(folder, None, None, None, LARGEST_BODY, 1, 4)
        return
    with request.getfixturevalue("new_database")() as url:
        yield Settings(folder, url, None, None, LARGEST_BODY, 1, 4)


@pytest.fixture
def back_up(fresh, tmp_path):
    def write(name="backup"):
        folder = tmp_path / name
        Writing(fresh.stores.log, fresh.stores.register, folder, lambda _: None).write()
        return folder

    return write


@pytest.fixture
def busy(fresh_world):
    """An organisation to which every command happened, some under keys; gives what was sent and told."""
    told = []
    for number, command in enumerate(COMMANDS):
        sent = fresh_world.command(command)
        answer = fresh_world.admin.call(*sent, Idempotency_Key=f"key {number}")
        assert answer.status_code in {200, 201}, (command, answer.text)
        told.append((sent, answer))
    return told


@pytest.fixture
def unguarded():
    """A transaction of somebody who may do anything to the database."""

    @contextmanager
    def change(log):
        with log.appending() as run:
            run("DROP TRIGGER ledger_UPDATE" if log.engine == "sqlite" else "SET LOCAL session_replication_role = replica", ())
            yield run
        log.create_table()

    return change


def restore(folder, settings, **how):
    Restoring(folder, **how).restore(empty_place(settings), lambda _: None)


def opened(settings):
    return closing(Installation.opened("postgres" if settings.database_url else "sqlite", settings))


def texts(caller, addresses):
    return {address: (caller.get(address).status_code, caller.get(address).text) for address in addresses}


def kept(stores):
    """What log and register hold, but for the revision, which rises."""
    with stores.log.reading() as run:
        held = {name: Counter(map(tuple, run(f"SELECT * FROM {name}", ()))) for name in ("answers", "sealed_reports", "tree")}
    with stores.register.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table is not tables.revision:
                held[f"register.{table.name}"] = Counter(map(tuple, connection.execute(select(table))))
    return {**held, "events": stores.log.recorded(after=0, limit=100_000), "head": stores.log.head()}


def faults(stores):
    return [fault.what for fault in examined(stores, None, lambda _: None)]


def test_every_answer_is_as_it_was_and_everything_goes_on(fresh, fresh_admin, fresh_reads, busy, back_up, elsewhere):
    places = [1, fresh.head // 2, fresh.head]
    addresses = [f"{path}?as_of=position:{place}" for path in fresh_reads for place in places]
    addresses += [*fresh_reads, "/v1/people", "/v1/tokens", "/v1/events?limit=200"]
    before, held, folder = texts(fresh_admin, addresses), kept(fresh.stores), back_up()
    assert {200, 404} == {status for status, _ in before.values()}
    restore(folder, elsewhere)
    with opened(elsewhere) as another:
        assert kept(another.stores) == held
        assert faults(another.stores) == []
        caller = Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person)
        assert texts(caller, addresses) == before
        for number, (sent, answer) in enumerate(busy):
            again = caller.call(*sent, Idempotency_Key=f"key {number}")
            assert again.headers["Idempotency-Replayed"] == "true", sent
            assert (again.status_code, again.json.get("id")) == (answer.status_code, answer.json.get("id"))
        assert another.head == fresh.head
        goes_on = caller.post("/v1/units", {"name": "New", "level": "team", "parent_id": busy[1][1].json["id"]})
        assert (goes_on.status_code, goes_on.json["position"]) == (201, fresh.head + 1)
        assert caller.post("/v1/people", {"name": "New"}).status_code == 201
        assert caller.get("/v1/ledger/checkpoint").status_code == 200
        assert faults(another.stores) == []


def test_no_answer_that_a_client_kept_is_taken_for_one_of_a_restored_register(fresh, fresh_admin, back_up, elsewhere):
    folder = back_up()
    restore(folder, elsewhere)
    with opened(elsewhere) as another:
        assert another.stores.register.people.revision() > fresh.stores.register.people.revision()
    assert fresh_admin.person


def test_only_the_owner_can_read_a_backup_and_the_keys_stand_apart(fresh, fresh_admin, back_up):
    folder = back_up()
    assert {path.name for path in folder.iterdir()} == {*FILES, MANIFEST}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    with fresh.stores.register.engine.connect() as connection:
        keys = [bytes(key) for key in connection.scalars(select(tables.word_keys.c.key))]
    assert keys
    for name in {*FILES, MANIFEST} - {WORD_KEYS}:
        lines = (folder / name).read_bytes()
        assert not any(_base64(key) in lines for key in keys)
    assert all(_base64(key) in (folder / WORD_KEYS).read_bytes() for key in keys)
    assert fresh_admin.token not in (folder / REGISTER).read_text()


def _base64(key):
    return b64encode(key)


def test_word_keys_that_were_kept_apart_open_everything(fresh, fresh_admin, fresh_world, back_up, elsewhere, tmp_path):
    folder, apart = back_up(), tmp_path / "safe"
    before = fresh_admin.get(f"/v1/check-ins/{fresh_world['checked']}").text
    (folder / WORD_KEYS).rename(apart)
    with pytest.raises(BackupDamaged, match=WORD_KEYS):
        restore(folder, elsewhere)
    restore(folder, elsewhere, word_keys=apart)
    with opened(elsewhere) as another:
        caller = Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person)
        assert caller.get(f"/v1/check-ins/{fresh_world['checked']}").text == before
    assert fresh.head


def test_word_keys_that_lack_somebody_are_refused_and_leave_the_place_empty(fresh, back_up, fresh_admin, elsewhere):
    early = back_up("early") / WORD_KEYS
    Caller(fresh.app.test_client(), fresh_admin.token, "").post("/v1/people", {"name": "Ben"})
    with pytest.raises(KeysMissing):
        restore(back_up(), elsewhere, word_keys=early)
    assert_empty(elsewhere)


def assert_empty(settings):
    empty_place(settings)
    assert not settings.data_dir.exists() or list(settings.data_dir.iterdir()) == []


def test_a_place_that_is_taken_is_named_and_left_alone(fresh, fresh_admin, back_up):
    folder, before = back_up(), kept(fresh.stores)
    with pytest.raises(PlaceTaken):
        restore(folder, fresh.settings)
    assert kept(fresh.stores) == before
    assert fresh_admin.token


DAMAGES = {
    "changed": lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
    "truncated": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\n",
    "missing": None,
}


@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)  # what finds it knows no engine
def test_a_damaged_backup_is_refused_whatever_of_it_was_damaged(fresh_world, back_up, elsewhere):
    assert fresh_world.run("POST /v1/people", Idempotency_Key="one").status_code == 201
    assert fresh_world.run("PATCH /v1/units/<uuid:unit_id>", Idempotency_Key="two").status_code == 200
    folder = back_up()
    for name in (*FILES, MANIFEST):
        content = (folder / name).read_bytes()
        for damaged in DAMAGES.values() if content else ():
            (folder / name).write_bytes(damaged(content)) if damaged else (folder / name).unlink()
            with pytest.raises(BackupDamaged):
                restore(folder, elsewhere)
            assert_empty(elsewhere)
        (folder / name).write_bytes(content)
    assert (folder / ANSWERS).read_bytes()


def test_the_first_position_that_fails_is_said(fresh_world, back_up, elsewhere):
    folder = back_up()
    lines = (folder / LOG).read_bytes().splitlines(keepends=True)
    for change, why in (
        (lambda told: told.replace(b'"originator_version":1', b'"originator_version":2'), "was changed"),
        (lambda _: b"", "In its place stands position 6"),
        (lambda told: told.replace(b"recorded_at", b"recorded-at"), "members of an event"),
    ):
        (folder / LOG).write_bytes(b"".join([*lines[:4], change(lines[4]), *lines[5:]]))
        with pytest.raises(BackupDamaged, match=f"Position 5: .*{why}"):
            restore(folder, elsewhere)
        assert_empty(elsewhere)
    (folder / LOG).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(BackupDamaged, match=f"Position {fresh_world.at.head - 1}: .*ends here"):
        restore(folder, elsewhere)
    assert_empty(elsewhere)


def test_a_restore_that_fails_at_the_very_end_leaves_nothing(fresh, fresh_admin, back_up, elsewhere):
    fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"})
    folder = back_up()
    with (folder / REGISTER).open("ab") as file:
        file.write(b'{"row":{"id":"1"},"table":"of a later version"}\n')
    made_anew(folder)
    with pytest.raises(BackupDamaged, match="a later version"):
        restore(folder, elsewhere)
    assert_empty(elsewhere)
    assert fresh.head == 1


def made_anew(folder):
    """The manifest of a folder whose files somebody put together."""
    old = Manifest.read(folder)
    manifest = Manifest.of(old.position, bytes.fromhex(old.chain), {name: digest(folder / name) for name in FILES})
    (folder / MANIFEST).write_bytes(manifest.encoded())


@pytest.fixture
def victim(fresh, fresh_world):
    caller = fresh.caller(Role.MEMBER, NAME)
    said = caller.post(f"/v1/key-results/{fresh_world['launch']}/comments", {"kind": "feedback", "text": WORD})
    assert said.status_code == 201
    return caller


def secrets_of(fresh, victim):
    with fresh.stores.register.engine.connect() as connection:
        id = UUID(victim.person).hex
        name = connection.scalar(select(tables.people.c.name).where(tables.people.c.id == id))
        key = bytes(connection.scalar(select(tables.word_keys.c.key).where(tables.word_keys.c.author == id)))
    return name.encode(), key, _base64(key), NAME.encode(), WORD.encode()


def bytes_of(settings, request):
    """All files of a place, PostgreSQL's own log apart."""
    folders = [settings.data_dir]
    if settings.database_url:
        folders.append(request.getfixturevalue("postgres_server").pgdata)
        with pytest.importorskip("psycopg").connect(settings.database_url, autocommit=True) as server:
            server.execute("CHECKPOINT")
    found = [path for each in folders for path in Path(each).rglob("*") if path.is_file() and "pg_wal" not in path.parts]
    return [path.read_bytes() for path in found]


def test_what_was_erased_is_in_no_later_backup_and_nothing_brings_it_back(
    fresh, fresh_admin, victim, back_up, elsewhere, request
):
    secrets, old = secrets_of(fresh, victim), back_up("old")
    assert any(secret in path.read_bytes() for secret in secrets for path in old.iterdir())
    assert fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": WHY}).status_code == 200
    new = back_up("new")
    assert not any(secret in path.read_bytes() for secret in secrets for path in new.iterdir())
    for name in (REGISTER, WORD_KEYS):
        (new / name).write_bytes((old / name).read_bytes())
    made_anew(new)
    restore(new, elsewhere, word_keys=old / WORD_KEYS)
    with opened(elsewhere) as another:
        register = another.stores.register
        assert register.people.one(UUID(victim.person)).name == ERASED
        assert UUID(victim.person) not in register.keys.authors()
        assert faults(another.stores) == []
        client = another.app.test_client()
        assert Caller(client, victim.token, "").get("/v1/units").status_code == 401
        listed = Caller(client, fresh_admin.token, "").get("/v1/events?limit=200").text
        assert WORD not in listed
        assert ERASED in listed
    assert not any(secret in content for secret in secrets for content in bytes_of(elsewhere, request))


def test_an_erasure_that_was_not_finished_is_finished_in_the_backup(fresh, fresh_admin, victim, back_up):
    secrets = secrets_of(fresh, victim)
    fresh.stores.okrs.erase_person(Intent(UUID(fresh_admin.person), WHY), UUID(victim.person))
    folder = back_up()
    assert not any(secret in path.read_bytes() for secret in secrets for path in folder.iterdir())


def test_a_backup_while_others_write_is_a_beginning_of_the_log_with_every_key(
    fresh, fresh_admin, fresh_world, back_up, elsewhere
):
    stop, failed = Event(), []

    def write(number):
        said = {"name": f"Unit {number}", "level": Level.TEAM, "parent_id": UUID(fresh_world["company"])}
        while not stop.is_set():
            try:
                with fresh.stores.register.changing() as connection:
                    author = fresh.stores.register.people.add(connection, name="Somebody").id
                fresh.stores.okrs.create_unit(Intent(author, "A new one"), **said | {"name": f"Unit {uuid4()}"})
            except OKRError as error:
                failed.append(error)

    threads = [Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    folders = [back_up(f"backup {number}") for number in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    positions = [Manifest.read(folder).position for folder in folders]
    assert positions == sorted(positions)
    assert positions[0] < positions[-1] <= fresh.head
    restore(folders[-1], elsewhere)
    with opened(elsewhere) as another:
        assert another.stores.log.recorded(after=0, limit=100_000) == fresh.stores.log.recorded(after=0, limit=positions[-1])
        assert faults(another.stores) == []
        answer = Caller(another.app.test_client(), fresh_admin.token, "").get("/v1/events?limit=200")
        assert ERASED not in answer.text


def test_an_erasure_in_the_midst_of_a_backup_is_in_the_log_of_it_too(fresh, fresh_admin, victim, tmp_path, elsewhere):
    """Somebody is erased after the log was written and before the register is."""
    folder, erasing = tmp_path / "backup", []

    def erase(_):
        if not erasing:
            erasing.append(fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": WHY}))

    manifest = Writing(fresh.stores.log, fresh.stores.register, folder, erase).write()
    assert erasing[0].status_code == 200
    assert manifest.position == erasing[0].json["position"]
    restore(folder, elsewhere)
    with opened(elsewhere) as another:
        assert faults(another.stores) == []


def test_tables_of_a_later_version_are_backed_up_by_themselves(fresh, back_up):
    with fresh.stores.register.changing() as connection:
        connection.execute(insert(tables.secrets).values(name="of mine", value=b"\x00\xff"))
    lines = [orjson.loads(line) for line in (back_up() / REGISTER).read_bytes().splitlines()]
    assert {"table": "secrets", "row": {"name": "of mine", "value": {"base64": "AP8="}}} in lines
    assert {line["table"] for line in lines} <= {table.name for table in tables.metadata.sorted_tables} - {"word_keys"}


def test_the_manifest_says_when_and_up_to_where(fresh, fresh_admin, back_up):
    manifest = Manifest.read(back_up())
    assert (manifest.position, manifest.chain) == (fresh.head, fresh.stores.log.head().chain.hex())
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest.made_at)
    assert datetime.fromisoformat(manifest.made_at) <= datetime.now(UTC)
    assert fresh_admin.token


def test_an_empty_log_can_be_backed_up_too(fresh, back_up, elsewhere):
    restore(back_up(), elsewhere)
    with opened(elsewhere) as another:
        assert another.head == fresh.head == 0
        assert faults(another.stores) == []


def test_a_place_is_of_the_engine_that_the_settings_name(elsewhere):
    assert isinstance(empty_place(elsewhere), PostgresPlace if elsewhere.database_url else SQLitePlace)


ODD_ROWS = (
    {"row": {}},
    {"table": [], "row": {}},
    {"table": "people", "row": []},
    {"table": "people", "row": {"id": "nobody"}},
    {"table": "secrets", "row": {"name": "x", "value": {"q": "eA=="}}},
    {"table": "secrets", "row": {"name": "x", "value": {"base64": "?"}}},
    {"table": "revision", "row": {"one": 1, "number": 2**63}},
)


def test_rows_that_no_backup_has_are_refused_in_a_sentence(back_up, elsewhere):
    """Whoever computes the digests anew can write anything."""
    folder = back_up()
    lines = (folder / REGISTER).read_bytes()
    for row in ODD_ROWS:
        odd = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)
        (folder / REGISTER).write_bytes(lines + odd)
        made_anew(folder)
        with pytest.raises(BackupDamaged):
            restore(folder, elsewhere)
        assert_empty(elsewhere)


@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)  # what finds it knows no engine
def test_a_pipe_is_not_waited_for(back_up, elsewhere):
    folder = back_up()
    (folder / ANSWERS).unlink()
    os.mkfifo(folder / ANSWERS)
    with pytest.raises(BackupDamaged, match="not a file"):
        restore(folder, elsewhere)


def test_a_log_that_was_changed_is_not_backed_up(fresh, fresh_admin, back_up, unguarded):
    fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"})
    with unguarded(fresh.stores.log) as run:
        run("UPDATE ledger SET envelope = %s WHERE position = 1", (b"{}",))
    with pytest.raises(Unexportable, match="Position 1"):
        back_up()
