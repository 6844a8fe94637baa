"""Checkpoints are signed, published outside the database, and compared with the log ever after."""

import shutil
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from api.operations.checkpoint_publishing import publish_pending
from api.operations.checkpoints import (
    DEMAND,
    SEAL,
    LogNotContinued,
    create_checkpoint,
    public_keys,
    publish_recorded,
    record_checkpoint,
    rotate_signing_key,
)
from api.operations.follower import ERROR_PAUSE_SECONDS, POLL_SECONDS, Follower
from api.operations.settings import DEFAULT_MAX_BODY, Settings, load_settings
from api.operations.signed_history import describe_unpublished
from api.operations.stores import Stores, open_stores
from okr_events.backup.writer import BackupWriter
from okr_events.commands.intent import Intent
from okr_events.event_log.checkpoint_notes import (
    Checkpoint,
    InvalidNote,
    SigningKey,
    VerifierKey,
    parse_unverified,
    sign_checkpoint,
    verify_checkpoint,
)
from okr_events.register import signing_keys, tables
from okr_events.register.signing_keys import SigningKeyMissing
from projections.projector import Projector
from projections.store.views_store import ViewsBehind
from tests.app_factory import create_app_over
from tests.signatures import verify_every_signature
from tests.stories.conftest import TOKEN

Record = Callable[[], None]
TABLES = ("tree", "ledger", "events")
SEED = bytes(range(32))


@pytest.fixture
def intent(stores: Stores) -> Intent:
    with stores.register.write_transaction() as connection:
        return Intent(stores.register.people.add(connection, name="Ada").id)


@pytest.fixture
def record(stores: Stores, intent: Intent) -> Record:
    """Record one more event."""
    return event_recorder_for(stores, intent)


def event_recorder_for(stores: Stores, intent: Intent) -> Record:
    def once() -> None:
        stores.okrs.create_cycle(intent, name=f"Cycle {next(numbers)}", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31))

    numbers = count()
    return once


def publish_checkpoint(stores: Stores, settings: Settings, why: str) -> str | None:
    """Create a checkpoint and send it, as a closing does."""
    note = record_checkpoint(stores, settings, why)
    publish_recorded(stores, settings)
    return note


@dataclass
class Receiver:
    """A webhook on this host: the received requests, and the status codes of the next responses (200 by default)."""

    url: str = ""
    notes: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.notes.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            received.types.append(self.headers["Content-Type"])
            self.send_response(received.statuses.pop(0) if received.statuses else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://127.0.0.1:{server.server_port}/checkpoints"
        Thread(target=server.serve_forever, daemon=True).start()
        yield received
        server.shutdown()


def fetch_keys(stores: Stores) -> list[VerifierKey]:
    return [known.verifier for known in public_keys(stores, stores.settings)]


def stored_checkpoints(stores: Stores) -> list[Any]:
    with stores.register.engine.connect() as connection:
        return connection.execute(select(tables.checkpoints).order_by(tables.checkpoints.c.number)).all()


def stored_seeds(stores: Stores) -> list[bytes | None]:
    with stores.register.engine.connect() as connection:
        return list(connection.scalars(select(tables.signing_keys.c.seed).order_by(tables.signing_keys.c.number)))


@contextmanager
def discarded_changes(stores: Stores) -> Iterator[None]:
    """Discard what is recorded inside, as if the log were restored to an older state."""
    with stores.log.read_transaction() as run:
        [head] = run("SELECT position, recorded_at, chain, peaks FROM head", ())
    yield
    with stores.log.append_transaction() as run:
        if stores.log.engine == "sqlite":
            for table in TABLES:
                run(f"DROP TRIGGER {table}_DELETE", ())
        else:
            run("SET LOCAL session_replication_role = replica", ())
        for table in TABLES:
            run(f"DELETE FROM {table} WHERE position > %s", (head[0],))
        run("UPDATE head SET position = %s, recorded_at = %s, chain = %s, peaks = %s", head)
    stores.log.create_table()


def test_a_checkpoint_grows_with_the_log_and_always_proves_the_one_before(stores: Stores, record: Record) -> None:
    sizes = []
    for _ in range(5):
        record()
        note = create_checkpoint(stores, stores.settings, DEMAND)
        checkpoint = verify_every_signature(note, fetch_keys(stores))
        assert checkpoint.root == stores.log.compute_root(checkpoint.size)
        sizes.append(checkpoint.size)
    assert sizes == [1, 2, 3, 4, 5]


def test_a_log_that_did_not_grow_gets_no_second_checkpoint(stores: Stores, record: Record) -> None:
    record()
    assert create_checkpoint(stores, stores.settings, DEMAND) == publish_checkpoint(stores, stores.settings, SEAL)
    assert [(made.size, made.why) for made in stored_checkpoints(stores)] == [(1, "demand")]


def test_a_log_whose_end_was_lost_is_not_signed(stores: Stores, record: Record, okr: Any) -> None:
    record()
    with discarded_changes(stores):
        record()
        create_checkpoint(stores, stores.settings, DEMAND)
    with pytest.raises(LogNotContinued, match="covers 2 events, but the log has 1: its end was lost"):
        create_checkpoint(stores, stores.settings, DEMAND)
    assert publish_checkpoint(stores, stores.settings, SEAL) is None
    assert [made.size for made in stored_checkpoints(stores)] == [2]
    refused = okr("checkpoint", "-o", "-")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "its end was lost" in refused.stderr
    examined = okr("doctor")
    assert examined.returncode == 1
    assert "FAULT     The newest checkpoint does not match. A checkpoint covers 2 events, but the log has 1" in examined.stdout


@pytest.mark.parametrize("more", [1, 2])
def test_a_log_with_another_past_is_not_signed(stores: Stores, record: Record, okr: Any, more: int) -> None:
    record()
    with discarded_changes(stores):
        record()
        create_checkpoint(stores, stores.settings, DEMAND)
    for _ in range(more):
        record()
    with pytest.raises(LogNotContinued, match=f"log of {1 + more} events does not continue the checkpoint over 2"):
        create_checkpoint(stores, stores.settings, DEMAND)
    assert f"The newest checkpoint does not match. The log of {1 + more} events" in okr("doctor").stdout


def test_an_older_copy_of_the_file_is_not_signed(environment: dict[str, str], okr: Any, tmp_path: Path) -> None:
    """Copies of files exist on SQLite only, whichever engine the other tests of this file use."""
    environment.pop("OKR_DATABASE_URL", None)
    folder = tmp_path / "own"
    environment["OKR_DATA_DIR"] = str(folder)
    stores = open_stores(Settings(folder, None, None, None, DEFAULT_MAX_BODY, 1, 4))
    with stores.register.write_transaction() as connection:
        record = event_recorder_for(stores, Intent(stores.register.people.add(connection, name="Ada").id))
    record()
    with stores.log.append_transaction():  # nobody writes while it is copied
        for path in folder.glob("log.sqlite*"):
            shutil.copy(path, tmp_path)
    record()
    assert okr("checkpoint", "-o", str(tmp_path / "note")).returncode == 0
    stores.close()
    for path in folder.glob("log.sqlite*"):
        path.unlink()
    for path in tmp_path.glob("log.sqlite*"):
        shutil.copy(path, folder)
    refused = okr("checkpoint", "-o", "-")
    assert (refused.returncode, "covers 2 events, but the log has 1" in refused.stderr) == (1, True)


def test_a_backup_holds_no_checkpoint_of_events_that_it_lacks(
    stores: Stores, record: Record, okr: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    def meanwhile(_: int) -> None:
        record()
        create_checkpoint(stores, stores.settings, DEMAND)

    record()
    first = create_checkpoint(stores, stores.settings, DEMAND)
    BackupWriter(stores.log, stores.register, tmp_path / "backup", meanwhile).write()
    assert [made.size for made in stored_checkpoints(stores)] == [1, 2]
    environment.pop("OKR_DATABASE_URL", None)
    environment["OKR_DATA_DIR"] = str(tmp_path / "restored")
    assert okr("restore", str(tmp_path / "backup")).returncode == 0
    again = okr("checkpoint", "-o", "-")
    assert (again.returncode, again.stdout) == (0, first)


def test_a_rotation_is_signed_by_both_keys_once(stores: Stores, record: Record) -> None:
    record()
    create_checkpoint(stores, stores.settings, DEMAND)
    [old] = fetch_keys(stores)
    bridge = rotate_signing_key(stores, stores.settings)
    new, retired = fetch_keys(stores)
    assert retired == old
    assert verify_checkpoint(bridge, [old]) == verify_checkpoint(bridge, [new]) == verify_every_signature(bridge, [new, old])
    assert bridge.count("\u2014 ") == 2
    assert stored_seeds(stores)[0] is None
    record()
    after = create_checkpoint(stores, stores.settings, DEMAND)
    assert verify_every_signature(after, [new]).size == 2
    with pytest.raises(InvalidNote):
        verify_checkpoint(after, [old])
    assert [made.why for made in stored_checkpoints(stores)] == ["demand", "rotation", "demand"]


def read_if_present(path: Path) -> bytes:
    """Return the content of a file, or nothing if the server has removed it meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_no_file_holds_a_key_that_was_retired(stores: Stores, record: Record, request: pytest.FixtureRequest) -> None:
    folder = stores.settings.data_dir
    if stores.log.engine == "postgresql":
        folder = Path(request.getfixturevalue("postgres_server").pgdata)

    def holding(seed: bytes) -> bool:
        with stores.register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if stores.log.engine == "postgresql":
                connection.exec_driver_sql("CHECKPOINT")
        files = [path for path in folder.rglob("*") if path.is_file() and "pg_wal" not in path.parts]
        return any(seed in read_if_present(path) for path in files)

    record()
    create_checkpoint(stores, stores.settings, DEMAND)
    [old] = stored_seeds(stores)
    assert old
    assert holding(old)
    rotate_signing_key(stores, stores.settings)
    assert not holding(old)
    assert holding(stored_seeds(stores)[1] or b"")


def test_many_may_ask_for_checkpoints_while_the_log_grows(stores: Stores, record: Record) -> None:
    record()
    notes: list[str] = []

    def ask() -> None:
        notes.extend(create_checkpoint(stores, stores.settings, DEMAND) for _ in range(8))

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        record()
    for thread in threads:
        thread.join()
    assert len(notes) == 24
    own = fetch_keys(stores)
    assert {verify_checkpoint(note, own).root == stores.log.compute_root(parse_unverified(note).size) for note in notes} == {
        True
    }
    sizes = [made.size for made in stored_checkpoints(stores)]
    assert sizes == sorted(set(sizes))
    assert len(own) == 1


def test_a_key_of_the_environment_takes_over_with_a_bridge(stores: Stores, record: Record) -> None:
    record()
    create_checkpoint(stores, stores.settings, DEMAND)
    [old] = fetch_keys(stores)
    own = replace(stores.settings, signing_key=SEED)
    bridge = create_checkpoint(stores, own, DEMAND)
    [new, _] = [known.verifier for known in public_keys(stores, own)]
    assert verify_checkpoint(bridge, [old]) == verify_checkpoint(bridge, [new])
    assert stored_seeds(stores) == [None, None]
    with pytest.raises(SigningKeyMissing):
        create_checkpoint(stores, stores.settings, DEMAND)


def test_a_file_always_holds_the_newest_checkpoint(stores: Stores, record: Record, tmp_path: Path) -> None:
    place = tmp_path / "checkpoint"
    own = replace(stores.settings, checkpoint_file=place)
    for _ in range(3):
        record()
        note = publish_checkpoint(stores, own, SEAL)
        assert place.read_text() == note
    assert [path.name for path in tmp_path.iterdir() if "checkpoint" in path.name] == ["checkpoint"]
    assert oct(place.stat().st_mode)[-3:] == "644"
    assert describe_unpublished(stores) is None


def test_a_folder_keeps_a_file_for_every_size(stores: Stores, record: Record, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    own = replace(stores.settings, checkpoint_file=folder)
    notes = []
    for _ in range(2):
        record()
        notes.append(publish_checkpoint(stores, own, SEAL))
    found = {path.name: path.read_text() for path in folder.iterdir()}
    assert found == {"000000000001.note": notes[0], "000000000002.note": notes[1], "newest.note": notes[1]}


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("a shopping list\n", "is not a checkpoint"),
        (
            sign_checkpoint(Checkpoint("another.example/log", 1, bytes(32)), []) + "\u2014 x AAAAAAAA\n",
            "of the log another.example/log",
        ),
        (None, "is a checkpoint over 9 events, not older than this one over 1"),
    ],
)
def test_a_file_that_is_no_earlier_checkpoint_is_left_as_it_is(
    stores: Stores, record: Record, tmp_path: Path, there: str | None, why: str
) -> None:
    record()
    name = parse_unverified(create_checkpoint(stores, stores.settings, DEMAND)).origin
    there = there or f"{Checkpoint(name, 9, bytes(32)).text}\n\u2014 x AAAAAAAA\n"
    place = tmp_path / "checkpoint"
    place.write_text(there)
    own = replace(stores.settings, checkpoint_file=place)
    assert publish_checkpoint(stores, own, SEAL)
    assert place.read_text() == there
    assert why in (describe_unpublished(stores) or "")


def test_an_older_checkpoint_never_takes_the_place_of_a_newer_one(stores: Stores, record: Record, tmp_path: Path) -> None:
    own = replace(stores.settings, checkpoint_file=tmp_path / "later" / "checkpoint")
    for _ in range(2):
        record()
        note = publish_checkpoint(stores, own, SEAL)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "checkpoint").write_text(note or "")  # another process was faster
    assert publish_pending(stores, own) == {}
    assert (tmp_path / "later" / "checkpoint").read_text() == note
    assert describe_unpublished(stores) is None


def test_a_command_reads_the_note(stores: Stores, record: Record, tmp_path: Path) -> None:
    append = f"import sys; open({str(tmp_path / 'notes')!r}, 'a').write(sys.stdin.read())"
    own = replace(stores.settings, checkpoint_command=(sys.executable, "-c", append))
    notes = ""
    for _ in range(2):
        record()
        notes += publish_checkpoint(stores, own, SEAL) or ""
    assert (tmp_path / "notes").read_text() == notes


def test_a_webhook_is_sent_the_note(stores: Stores, record: Record, receiver: Receiver) -> None:
    own = replace(stores.settings, checkpoint_webhook=receiver.url)
    record()
    assert receiver.notes == [] != [publish_checkpoint(stores, own, SEAL)] == receiver.notes
    assert receiver.types == ["text/plain; charset=utf-8"]
    publish_checkpoint(stores, own, SEAL)
    assert len(receiver.notes) == 1


def test_what_a_webhook_does_not_take_is_sent_again_in_order(
    stores: Stores, record: Record, receiver: Receiver, okr: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    own = replace(stores.settings, checkpoint_webhook=receiver.url)
    receiver.statuses = [500, 302]
    notes = []
    for _ in range(3):
        record()
        notes.append(publish_checkpoint(stores, own, SEAL))
        if len(notes) == 2:
            assert "webhook: HTTP Error 302" in (describe_unpublished(stores) or "")
            assert "WARNING   Unpublished checkpoints: 2 since" in okr("doctor").stdout
    assert receiver.notes == [notes[0], notes[0], *notes]
    assert describe_unpublished(stores) is None
    assert "checkpoint not published" in "".join(capsys.readouterr())
    assert all(made.published_at and not made.error for made in stored_checkpoints(stores))


def test_a_place_that_fails_holds_up_no_other(stores: Stores, record: Record, receiver: Receiver, tmp_path: Path) -> None:
    own = replace(
        stores.settings,
        checkpoint_file=tmp_path / "no" / "such" / "folder",
        checkpoint_command=(sys.executable, "-c", "raise SystemExit('out of paper')"),
        checkpoint_webhook=receiver.url,
    )
    record()
    note = publish_checkpoint(stores, own, SEAL)
    assert receiver.notes == [note]
    assert stored_checkpoints(stores)[0].delivered == "webhook"
    summary = describe_unpublished(stores) or ""
    assert "command: exit status 1" in summary
    assert "out of paper" not in summary, "what a command says may hold secrets"
    assert "file: [Errno 2]" in summary
    (tmp_path / "no" / "such").mkdir(parents=True)
    fewer = replace(own, checkpoint_command=())
    assert publish_pending(stores, fewer) == {}
    assert (tmp_path / "no" / "such" / "folder").read_text() == note
    assert receiver.notes == [note]
    assert describe_unpublished(stores) is None


def test_a_command_sees_none_of_our_settings(
    stores: Stores, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_SIGNING_KEY", "a secret")
    tell = f"import os; open({str(tmp_path / 'seen')!r}, 'w').write(' '.join(os.environ))"
    own = replace(stores.settings, checkpoint_command=(sys.executable, "-c", tell))
    record()
    assert publish_checkpoint(stores, own, DEMAND)
    seen = (tmp_path / "seen").read_text().split()
    assert "PATH" in seen
    assert not [name for name in seen if name.startswith("OKR_")]


def test_a_webhook_that_nobody_answers_and_a_command_that_is_not_there_lose_nothing(stores: Stores, record: Record) -> None:
    own = replace(stores.settings, checkpoint_webhook="http://127.0.0.1:9/", checkpoint_command=("no-such-command",))
    record()
    assert publish_checkpoint(stores, own, SEAL)
    assert set(publish_pending(stores, own)) == {"command", "webhook"}


def test_no_other_scheme_is_opened(stores: Stores, record: Record, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    record()
    publish_checkpoint(stores, replace(stores.settings, checkpoint_webhook=(tmp_path / "there").as_uri()), SEAL)
    assert "unknown url type: file" in (describe_unpublished(stores) or "")


def test_a_place_that_is_set_later_gets_the_newest_checkpoint(stores: Stores, record: Record, receiver: Receiver) -> None:
    for _ in range(2):
        record()
        note = publish_checkpoint(stores, stores.settings, SEAL)
    assert describe_unpublished(stores) is None
    publish_checkpoint(stores, replace(stores.settings, checkpoint_webhook=receiver.url), SEAL)
    assert receiver.notes == [note]


def test_who_follows_makes_a_checkpoint_when_the_time_has_come_and_the_log_has_grown(stores: Stores, record: Record) -> None:
    following = Follower(stores, stores.settings, checkpoint_interval=60)
    following.run_once(now=0)
    assert stored_checkpoints(stores) == []
    record()
    assert following.run_once(now=59) == POLL_SECONDS
    assert (stored_checkpoints(stores), stores.views.tracked_head().position) == ([], 1)
    following.run_once(now=60)
    following.run_once(now=120)
    assert [(made.size, made.why) for made in stored_checkpoints(stores)] == [(1, "schedule")]
    record()
    following.run_once(now=179)
    assert len(stored_checkpoints(stores)) == 1
    following.run_once(now=180)
    assert [made.size for made in stored_checkpoints(stores)] == [1, 2]


def test_who_follows_seals_a_cycle_that_nobody_has_read_since_it_was_closed(stores: Stores, intent: Intent) -> None:
    cycle = stores.okrs.create_cycle(intent, name="Q1", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)).id
    stores.okrs.activate_cycle(intent, cycle)
    stores.okrs.close_cycle(replace(intent, reason="It is over"), cycle)
    Follower(stores, stores.settings, checkpoint_interval=None).run_once(now=0)
    assert stores.log.events_after(after=3, limit=2)[0].topic == "Cycle.Sealed"
    assert [(made.size, made.why) for made in stored_checkpoints(stores)] == [(4, "seal")]


def test_who_follows_sends_again_what_is_owed(stores: Stores, record: Record, receiver: Receiver) -> None:
    own = replace(stores.settings, checkpoint_webhook=receiver.url)
    receiver.statuses = [503]
    record()
    note = publish_checkpoint(stores, own, SEAL)
    following = Follower(stores, own, checkpoint_interval=None)
    record()
    following.run_once(now=0)
    assert receiver.notes == [note, note]
    assert len(stored_checkpoints(stores)) == 1


def test_a_failed_checkpoint_of_the_schedule_is_tried_again_before_the_next_interval(
    stores: Stores, record: Record, receiver: Receiver
) -> None:
    own = replace(stores.settings, checkpoint_webhook=receiver.url)
    receiver.statuses = [503]
    following = Follower(stores, own, checkpoint_interval=86_400)
    record()
    following.run_once(now=0)
    assert len(receiver.notes) == 1
    following.run_once(now=59)
    assert len(receiver.notes) == 1
    following.run_once(now=60)
    assert (len(receiver.notes), describe_unpublished(stores)) == (2, None)
    record()
    following.run_once(now=3_600)
    assert len(receiver.notes) == 2
    following.run_once(now=60 + 86_400)
    assert len(receiver.notes) == 3


def test_who_follows_sends_the_checkpoint_of_a_seal_at_once(stores: Stores, intent: Intent, receiver: Receiver) -> None:
    own = replace(stores, settings=replace(stores.settings, checkpoint_webhook=receiver.url))
    following = Follower(own, own.settings, checkpoint_interval=None)
    following.run_once(now=0)
    cycle = stores.okrs.create_cycle(intent, name="Q1", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)).id
    stores.okrs.activate_cycle(intent, cycle)
    stores.okrs.close_cycle(replace(intent, reason="It is over"), cycle)
    following.run_once(now=1)
    assert [parse_unverified(note).size for note in receiver.notes] == [4]


def test_no_read_sends_a_checkpoint_and_the_closing_does(stores: Stores, intent: Intent, receiver: Receiver) -> None:
    own = replace(stores, settings=replace(stores.settings, checkpoint_webhook=receiver.url))
    client, headers = create_app_over(own).test_client(), {"Authorization": f"Bearer {TOKEN}"}
    cycle = stores.okrs.create_cycle(intent, name="Q1", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)).id
    stores.okrs.activate_cycle(intent, cycle)
    for path in ("/v1/cycles", "/v1/alignment-tree", "/v1/ledger/checkpoint", "/v1/ledger/export"):
        assert client.get(path, headers=headers).status_code == 200
    assert receiver.notes == []
    assert client.post(f"/v1/cycles/{cycle}/closing", json={"reason": "It is over"}, headers=headers).status_code == 200
    assert [parse_unverified(note).size for note in receiver.notes] == [2, 4]


def test_who_follows_waits_for_views_that_are_behind(stores: Stores, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def behind(_: Projector) -> Any:
        raise ViewsBehind

    record()
    following = Follower(stores, stores.settings, checkpoint_interval=60)
    with monkeypatch.context() as failing:
        failing.setattr(Projector, "catch_up", behind)
        assert following.run_once(now=0) == ERROR_PAUSE_SECONDS
    assert len(stored_checkpoints(stores)) == 1
    assert following.run_once(now=1) == POLL_SECONDS
    assert stores.views.tracked_head().position == 1


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_following_ends_when_it_is_told_to(environment: dict[str, str], stores: Stores, record: Record, ending: int) -> None:
    record()
    command = [sys.executable, "-c", "from api.cli import okr; okr()", "follow", "--checkpoint-every", "1"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "Following the log from position 1.\n"
        process.send_signal(ending)
        rest = process.stdout.read()
    assert (rest, process.returncode) == ("Stopped at position 1.\n", 0)
    assert [made.why for made in stored_checkpoints(stores)] == ["schedule"]


def test_the_command_line_makes_checkpoints_and_tells_the_keys(
    stores: Stores, record: Record, okr: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["OKR_CHECKPOINT_FILE"] = str(tmp_path / "outside")
    record()
    assert okr("checkpoint", "-o", str(tmp_path / "note")).returncode == 0
    assert okr("checkpoint", "--rotate-key").returncode == 0
    assert okr("checkpoint", "--public-key", "-o", str(tmp_path / "keys")).returncode == 0
    newest, comment, retired = (tmp_path / "keys").read_text().splitlines()
    assert [VerifierKey.parse(newest), VerifierKey.parse(retired)] == fetch_keys(stores)
    old, new = (known.created_at for known in reversed(public_keys(stores, stores.settings)))
    assert comment == f"# retired: it signed from {old} to {new}"
    note = (tmp_path / "note").read_text()
    assert verify_every_signature(note, [VerifierKey.parse(retired)]).size == 1
    bridge = okr("checkpoint", "-o", "-")
    assert bridge.stdout == (tmp_path / "outside").read_text() == stored_checkpoints(stores)[-1].note != note
    assert verify_every_signature(bridge.stdout, fetch_keys(stores)).size == 1
    for missing in ((), ("--public-key",), ("--public-key", "--rotate-key", "-o", "-")):
        assert okr("checkpoint", *missing).returncode == 2


def test_a_failing_place_shows_in_the_status(record: Record, okr: Any, environment: dict[str, str], tmp_path: Path) -> None:
    record()
    environment["OKR_CHECKPOINT_COMMAND"] = "false"
    done = okr("checkpoint", "-o", str(tmp_path / "note"))
    assert (done.returncode, "Not published, will be retried: command: exit status 1" in done.stderr) == (1, True)
    assert (tmp_path / "note").exists()


def test_the_doctor_holds_the_log_against_a_checkpoint_kept_elsewhere(
    stores: Stores, record: Record, okr: Any, tmp_path: Path
) -> None:
    note, key = tmp_path / "note", tmp_path / "key"
    record()
    okr("checkpoint", "-o", str(note))
    okr("checkpoint", "--public-key", "-o", str(key))
    record()
    stores.views.catch_up()
    against = ("doctor", "--checkpoint", str(note), "--key", str(key))
    assert okr(*against).returncode == 0
    with stores.register.write_transaction() as connection:
        connection.execute(tables.checkpoints.delete())  # whoever rewrites the log can rewrite the register
    changed = note.read_text()
    note.write_text(changed.replace("\n1\n", "\n2\n"))
    assert "The kept checkpoint does not match. The signature by okr-events/" in okr(*against).stdout
    note.write_text(sign_checkpoint(Checkpoint(fetch_keys(stores)[0].name, 3, bytes(32)), [_own_key(stores)]))
    assert "covers 3 events, but the log has 2: its end was lost" in okr(*against).stdout
    note.write_text(sign_checkpoint(Checkpoint(fetch_keys(stores)[0].name, 1, bytes(32)), [_own_key(stores)]))
    examined = okr(*against)
    assert (examined.returncode, "The log of 2 events does not continue the checkpoint over 1" in examined.stdout) == (1, True)
    key.write_text("nonsense")
    assert "FAULT     The keys cannot be used." in okr(*against).stdout
    assert okr("doctor", "--checkpoint", str(note)).returncode == 2


def test_wrong_settings_of_checkpoints_are_all_named_at_once(okr: Any, environment: dict[str, str]) -> None:
    environment.update(
        OKR_LOG_NAME="a log", OKR_SIGNING_KEY="short", OKR_CHECKPOINT_COMMAND="'", OKR_CHECKPOINT_WEBHOOK="file:///etc/passwd"
    )
    done = okr("checkpoint", "-o", "-")
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        *("OKR_LOG_NAME", "OKR_SIGNING_KEY", "OKR_CHECKPOINT_COMMAND", "OKR_CHECKPOINT_WEBHOOK")
    ]


def test_settings_of_checkpoints_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKR_LOG_NAME", "okr.example/log")
    monkeypatch.setenv("OKR_SIGNING_KEY", b64encode(SEED).decode())
    monkeypatch.setenv("OKR_CHECKPOINT_FILE", "/var/lib/okr/checkpoint")
    monkeypatch.setenv("OKR_CHECKPOINT_COMMAND", "git-note 'the log'")
    monkeypatch.setenv("OKR_CHECKPOINT_WEBHOOK", "http://witness/log")
    read = load_settings()
    assert isinstance(read, Settings)
    assert (read.log_name, read.signing_key, read.checkpoint_file) == ("okr.example/log", SEED, Path("/var/lib/okr/checkpoint"))
    assert (read.checkpoint_command, read.checkpoint_webhook) == (("git-note", "the log"), "http://witness/log")
    assert "signing_key" not in repr(read)


def _own_key(stores: Stores) -> SigningKey:
    with stores.register.write_transaction() as connection:
        return signing_keys.load_signers(connection, signing_keys.log_name(connection, None), None)[0]
