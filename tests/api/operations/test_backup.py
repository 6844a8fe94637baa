"""A backup of either engine restores into either engine with the same answers and register."""

import os
import re
from base64 import b64encode
from collections import Counter
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import insert, select

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import RestoreTargetNotEmpty, empty_restore_target
from okr_events.audit.export import Unexportable
from okr_events.backup.manifest import ANSWERS, FILES, LOG, MANIFEST, REGISTER, WORD_KEYS, BackupDamaged, Manifest, file_digest
from okr_events.backup.restore import BackupRestore, KeysMissing
from okr_events.backup.restore_targets import PostgresTarget, SQLiteTarget
from okr_events.backup.writer import BackupWriter
from okr_events.commands.intent import Intent
from okr_events.domain.errors import OKRError
from okr_events.domain.values import Level
from okr_events.register import tables
from okr_events.register.encryption_keys import ERASED_TEXT
from okr_events.register.tokens import Role
from tests.api.command_catalog import COMMANDS, REASON
from tests.api.installation import Caller, Installation
from tests.examination import find_faults

NAME, WORD = "Tarmigant", "Quillback"


@pytest.fixture(params=["sqlite", "postgres"])
def target_settings(request, tmp_path):
    """The settings of an empty target on either engine."""
    folder = tmp_path / "elsewhere"
    if request.param == "sqlite":
        yield Settings(folder, None, None, None, DEFAULT_MAX_BODY, 1, 4)
        return
    with request.getfixturevalue("new_database")() as url:
        yield Settings(folder, url, None, None, DEFAULT_MAX_BODY, 1, 4)


@pytest.fixture
def back_up(fresh_installation, tmp_path):
    def write(name="backup"):
        folder = tmp_path / name
        BackupWriter(fresh_installation.stores.log, fresh_installation.stores.register, folder, lambda _: None).write()
        return folder

    return write


@pytest.fixture
def sent_commands(fresh_world):
    """An organisation after every command, some with idempotency keys; yields the requests and responses."""
    told = []
    for number, command in enumerate(COMMANDS):
        sent = fresh_world.command(command)
        answer = fresh_world.admin.call(*sent, Idempotency_Key=f"key {number}")
        assert answer.status_code in {200, 201}, (command, answer.text)
        told.append((sent, answer))
    return told


@pytest.fixture
def superuser_connection():
    """Open a transaction with full rights on the database."""

    @contextmanager
    def change(log):
        with log.append_transaction() as run:
            run("DROP TRIGGER ledger_UPDATE" if log.engine == "sqlite" else "SET LOCAL session_replication_role = replica", ())
            yield run
        log.create_table()

    return change


def restore(folder, settings, **how):
    BackupRestore(folder, **how).restore(empty_restore_target(settings), lambda _: None)


def open_installation(settings):
    return closing(Installation.create("postgres" if settings.database_url else "sqlite", settings))


def fetch_texts(caller, addresses):
    return {address: (caller.get(address).status_code, caller.get(address).text) for address in addresses}


def dump_tables(stores):
    """Return the content of log and register without the revision, which rises."""
    with stores.log.read_transaction() as run:
        held = {name: Counter(map(tuple, run(f"SELECT * FROM {name}", ()))) for name in ("answers", "sealed_reports", "tree")}
    with stores.register.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if table is not tables.revision:
                held[f"register.{table.name}"] = Counter(map(tuple, connection.execute(select(table))))
    return {**held, "events": stores.log.events_after(after=0, limit=100_000), "head": stores.log.head()}


def test_every_answer_is_as_it_was_and_everything_goes_on(
    fresh_installation, fresh_admin, fresh_read_paths, sent_commands, back_up, target_settings
):
    past = fresh_installation.head // 2
    addresses = [f"{path}?as_of=position:{past}" for path in fresh_read_paths]
    addresses += [*fresh_read_paths, "/v1/people", "/v1/tokens", "/v1/events?limit=200"]
    before, held, folder = fetch_texts(fresh_admin, addresses), dump_tables(fresh_installation.stores), back_up()
    assert {status for status, _ in before.values()} == {200}
    restore(folder, target_settings)
    with open_installation(target_settings) as another:
        assert dump_tables(another.stores) == held
        assert find_faults(another.stores) == []
        caller = Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person)
        assert fetch_texts(caller, addresses) == before
        for number, (sent, answer) in enumerate(sent_commands):
            again = caller.call(*sent, Idempotency_Key=f"key {number}")
            assert again.headers["Idempotency-Replayed"] == "true", sent
            assert (again.status_code, again.json.get("id")) == (answer.status_code, answer.json.get("id"))
        assert another.head == fresh_installation.head
        goes_on = caller.post("/v1/units", {"name": "New", "level": "team", "parent_id": sent_commands[1][1].json["id"]})
        assert (goes_on.status_code, goes_on.json["position"]) == (201, fresh_installation.head + 1)
        assert caller.post("/v1/people", {"name": "New"}).status_code == 201
        assert caller.get("/v1/ledger/checkpoint").status_code == 200
        assert find_faults(another.stores) == []


def test_no_answer_that_a_client_kept_is_taken_for_one_of_a_restored_register(
    fresh_installation, fresh_admin, back_up, target_settings
):
    folder = back_up()
    restore(folder, target_settings)
    with open_installation(target_settings) as another:
        assert another.stores.register.people.refresh_revision() > fresh_installation.stores.register.people.refresh_revision()
    assert fresh_admin.person


def test_only_the_owner_can_read_a_backup_and_the_keys_stand_apart(fresh_installation, fresh_admin, back_up):
    folder = back_up()
    assert {path.name for path in folder.iterdir()} == {*FILES, MANIFEST}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    with fresh_installation.stores.register.engine.connect() as connection:
        keys = [bytes(key) for key in connection.scalars(select(tables.word_keys.c.key))]
    assert keys
    for name in {*FILES, MANIFEST} - {WORD_KEYS}:
        lines = (folder / name).read_bytes()
        assert not any(encode_base64(key) in lines for key in keys)
    assert all(encode_base64(key) in (folder / WORD_KEYS).read_bytes() for key in keys)
    assert fresh_admin.token not in (folder / REGISTER).read_text()


def encode_base64(key):
    return b64encode(key)


def test_word_keys_that_were_kept_apart_open_everything(
    fresh_installation, fresh_admin, fresh_world, back_up, target_settings, tmp_path
):
    folder, apart = back_up(), tmp_path / "safe"
    before = fresh_admin.get(f"/v1/check-ins/{fresh_world['checked']}").text
    (folder / WORD_KEYS).rename(apart)
    with pytest.raises(BackupDamaged, match=WORD_KEYS):
        restore(folder, target_settings)
    restore(folder, target_settings, word_keys=apart)
    with open_installation(target_settings) as another:
        caller = Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person)
        assert caller.get(f"/v1/check-ins/{fresh_world['checked']}").text == before
    assert fresh_installation.head


def test_word_keys_that_lack_somebody_are_refused_and_leave_the_place_empty(
    fresh_installation, back_up, fresh_admin, target_settings
):
    early = back_up("early") / WORD_KEYS
    Caller(fresh_installation.app.test_client(), fresh_admin.token, "").post("/v1/people", {"name": "Ben"})
    with pytest.raises(KeysMissing):
        restore(back_up(), target_settings, word_keys=early)
    assert_empty(target_settings)


def assert_empty(settings):
    empty_restore_target(settings)
    assert not settings.data_dir.exists() or list(settings.data_dir.iterdir()) == []


def test_a_place_that_is_taken_is_named_and_left_alone(fresh_installation, fresh_admin, back_up):
    folder, before = back_up(), dump_tables(fresh_installation.stores)
    with pytest.raises(RestoreTargetNotEmpty):
        restore(folder, fresh_installation.settings)
    assert dump_tables(fresh_installation.stores) == before
    assert fresh_admin.token


DAMAGES = {
    "changed": lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
    "truncated": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\n",
    "missing": None,
}


@pytest.mark.parametrize("target_settings", ["sqlite"], indirect=True)  # what finds it knows no engine
def test_a_damaged_backup_is_refused_whatever_of_it_was_damaged(fresh_world, back_up, target_settings):
    assert fresh_world.run("POST /v1/people", Idempotency_Key="one").status_code == 201
    assert fresh_world.run("PATCH /v1/units/<uuid:unit_id>", Idempotency_Key="two").status_code == 200
    folder = back_up()
    for name in (*FILES, MANIFEST):
        content = (folder / name).read_bytes()
        for damaged in DAMAGES.values() if content else ():
            (folder / name).write_bytes(damaged(content)) if damaged else (folder / name).unlink()
            with pytest.raises(BackupDamaged):
                restore(folder, target_settings)
            assert_empty(target_settings)
        (folder / name).write_bytes(content)
    assert (folder / ANSWERS).read_bytes()


def test_the_first_position_that_fails_is_said(fresh_world, back_up, target_settings):
    folder = back_up()
    lines = (folder / LOG).read_bytes().splitlines(keepends=True)
    for change, why in (
        (lambda told: told.replace(b'"originator_version":1', b'"originator_version":2'), "was changed"),
        (lambda _: b"", "Found position 6 instead"),
        (lambda told: told.replace(b"recorded_at", b"recorded-at"), "must have the members"),
    ):
        (folder / LOG).write_bytes(b"".join([*lines[:4], change(lines[4]), *lines[5:]]))
        with pytest.raises(BackupDamaged, match=f"Position 5: .*{why}"):
            restore(folder, target_settings)
        assert_empty(target_settings)
    (folder / LOG).write_bytes(b"".join(lines[:-1]))
    with pytest.raises(BackupDamaged, match=f"Position {fresh_world.installation.head - 1}: .*ends here"):
        restore(folder, target_settings)
    assert_empty(target_settings)


def test_a_restore_that_fails_at_the_very_end_leaves_nothing(fresh_installation, fresh_admin, back_up, target_settings):
    fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"})
    folder = back_up()
    with (folder / REGISTER).open("ab") as file:
        file.write(b'{"row":{"id":"1"},"table":"of a later version"}\n')
    rebuild_manifest(folder)
    with pytest.raises(BackupDamaged, match="a later version"):
        restore(folder, target_settings)
    assert_empty(target_settings)
    assert fresh_installation.head == 1


def rebuild_manifest(folder):
    """Write a manifest for the files of a folder."""
    old = Manifest.read(folder)
    manifest = Manifest.create(old.position, bytes.fromhex(old.chain), {name: file_digest(folder / name) for name in FILES})
    (folder / MANIFEST).write_bytes(manifest.encode())


@pytest.fixture
def victim(fresh_installation, fresh_world):
    caller = fresh_installation.caller(Role.MEMBER, NAME)
    said = caller.post(f"/v1/key-results/{fresh_world['launch']}/comments", {"kind": "feedback", "text": WORD})
    assert said.status_code == 201
    return caller


def secrets_about(fresh, victim):
    with fresh.stores.register.engine.connect() as connection:
        id = UUID(victim.person).hex
        name = connection.scalar(select(tables.people.c.name).where(tables.people.c.id == id))
        key = bytes(connection.scalar(select(tables.word_keys.c.key).where(tables.word_keys.c.author == id)))
    return name.encode(), key, encode_base64(key), NAME.encode(), WORD.encode()


def read_all_files(settings, request):
    """Return all files of an installation, except PostgreSQL's own log."""
    folders = [settings.data_dir]
    if settings.database_url:
        folders.append(request.getfixturevalue("postgres_server").pgdata)
        with pytest.importorskip("psycopg").connect(settings.database_url, autocommit=True) as server:
            server.execute("CHECKPOINT")
    contents = []
    for path in (path for each in folders for path in Path(each).rglob("*") if path.is_file() and "pg_wal" not in path.parts):
        with suppress(FileNotFoundError):  # PostgreSQL removes its own files meanwhile
            contents.append(path.read_bytes())
    return contents


def test_what_was_erased_is_in_no_later_backup_and_nothing_brings_it_back(
    fresh_installation, fresh_admin, victim, back_up, target_settings, request
):
    secrets, old = secrets_about(fresh_installation, victim), back_up("old")
    assert any(secret in path.read_bytes() for secret in secrets for path in old.iterdir())
    assert fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": REASON}).status_code == 200
    new = back_up("new")
    assert not any(secret in path.read_bytes() for secret in secrets for path in new.iterdir())
    for name in (REGISTER, WORD_KEYS):
        (new / name).write_bytes((old / name).read_bytes())
    rebuild_manifest(new)
    restore(new, target_settings, word_keys=old / WORD_KEYS)
    with open_installation(target_settings) as another:
        register = another.stores.register
        assert register.people.get(UUID(victim.person)).name == ERASED_TEXT
        assert UUID(victim.person) not in register.keys.authors()
        assert find_faults(another.stores) == []
        client = another.app.test_client()
        assert Caller(client, victim.token, "").get("/v1/units").status_code == 401
        listed = Caller(client, fresh_admin.token, "").get("/v1/events?limit=200").text
        assert WORD not in listed
        assert ERASED_TEXT in listed
    assert not any(secret in content for secret in secrets for content in read_all_files(target_settings, request))


def test_an_erasure_that_was_not_finished_is_finished_in_the_backup(fresh_installation, fresh_admin, victim, back_up):
    secrets = secrets_about(fresh_installation, victim)
    fresh_installation.stores.okrs.erase_person(Intent(UUID(fresh_admin.person), REASON), UUID(victim.person))
    folder = back_up()
    assert not any(secret in path.read_bytes() for secret in secrets for path in folder.iterdir())


def test_a_backup_while_others_write_is_a_beginning_of_the_log_with_every_key(
    fresh_installation, fresh_admin, fresh_world, back_up, target_settings
):
    stop, failed = Event(), []

    def write(number):
        said = {"name": f"Unit {number}", "level": Level.TEAM, "parent_id": UUID(fresh_world["company"])}
        while not stop.is_set():
            try:
                with fresh_installation.stores.register.write_transaction() as connection:
                    author = fresh_installation.stores.register.people.add(connection, name="Somebody").id
                fresh_installation.stores.okrs.create_unit(Intent(author, "A new one"), **said | {"name": f"Unit {uuid4()}"})
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
    assert positions[0] < positions[-1] <= fresh_installation.head
    restore(folders[-1], target_settings)
    with open_installation(target_settings) as another:
        assert another.stores.log.events_after(after=0, limit=100_000) == fresh_installation.stores.log.events_after(
            after=0, limit=positions[-1]
        )
        assert find_faults(another.stores) == []
        answer = Caller(another.app.test_client(), fresh_admin.token, "").get("/v1/events?limit=200")
        assert ERASED_TEXT not in answer.text


def test_an_erasure_in_the_midst_of_a_backup_is_in_the_log_of_it_too(
    fresh_installation, fresh_admin, victim, tmp_path, target_settings
):
    """A person is erased after the log is written and before the register is."""
    folder, erasing = tmp_path / "backup", []

    def erase(_):
        if not erasing:
            erasing.append(fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": REASON}))

    manifest = BackupWriter(fresh_installation.stores.log, fresh_installation.stores.register, folder, erase).write()
    assert erasing[0].status_code == 200
    assert manifest.position == erasing[0].json["position"]
    restore(folder, target_settings)
    with open_installation(target_settings) as another:
        assert find_faults(another.stores) == []


def test_tables_of_a_later_version_are_backed_up_by_themselves(fresh_installation, back_up):
    with fresh_installation.stores.register.write_transaction() as connection:
        connection.execute(insert(tables.secrets).values(name="of mine", value=b"\x00\xff"))
    lines = [orjson.loads(line) for line in (back_up() / REGISTER).read_bytes().splitlines()]
    assert {"table": "secrets", "row": {"name": "of mine", "value": {"base64": "AP8="}}} in lines
    assert {line["table"] for line in lines} <= {table.name for table in tables.metadata.sorted_tables} - {"word_keys"}


def test_the_manifest_says_when_and_up_to_where(fresh_installation, fresh_admin, back_up):
    manifest = Manifest.read(back_up())
    assert (manifest.position, manifest.chain) == (fresh_installation.head, fresh_installation.stores.log.head().chain.hex())
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest.made_at)
    assert datetime.fromisoformat(manifest.made_at) <= datetime.now(UTC)
    assert fresh_admin.token


def test_an_empty_log_can_be_backed_up_too(fresh_installation, back_up, target_settings):
    restore(back_up(), target_settings)
    with open_installation(target_settings) as another:
        assert another.head == fresh_installation.head == 0
        assert find_faults(another.stores) == []


def test_a_place_is_of_the_engine_that_the_settings_name(target_settings):
    assert isinstance(empty_restore_target(target_settings), PostgresTarget if target_settings.database_url else SQLiteTarget)


ODD_ROWS = (
    {"row": {}},
    {"table": [], "row": {}},
    {"table": "people", "row": []},
    {"table": "people", "row": {"id": "nobody"}},
    {"table": "secrets", "row": {"name": "x", "value": {"q": "eA=="}}},
    {"table": "secrets", "row": {"name": "x", "value": {"base64": "?"}}},
    {"table": "revision", "row": {"one": 1, "number": 2**63}},
)


def test_rows_that_no_backup_has_are_refused_in_a_sentence(back_up, target_settings):
    """A forger who recomputes the digests can write any content."""
    folder = back_up()
    lines = (folder / REGISTER).read_bytes()
    for row in ODD_ROWS:
        odd = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)
        (folder / REGISTER).write_bytes(lines + odd)
        rebuild_manifest(folder)
        with pytest.raises(BackupDamaged):
            restore(folder, target_settings)
        assert_empty(target_settings)


@pytest.mark.parametrize("target_settings", ["sqlite"], indirect=True)  # what finds it knows no engine
def test_a_pipe_is_not_waited_for(back_up, target_settings):
    folder = back_up()
    (folder / ANSWERS).unlink()
    os.mkfifo(folder / ANSWERS)
    with pytest.raises(BackupDamaged, match="not a regular file"):
        restore(folder, target_settings)


def test_a_log_that_was_changed_is_not_backed_up(fresh_installation, fresh_admin, back_up, superuser_connection):
    fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"})
    with superuser_connection(fresh_installation.stores.log) as run:
        run("UPDATE ledger SET envelope = %s WHERE position = 1", (b"{}",))
    with pytest.raises(Unexportable, match="Position 1"):
        back_up()
