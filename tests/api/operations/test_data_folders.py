"""The name of a data folder is a name, whatever a URL would read into it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest

from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import StoreMissing, open_stores
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite

NAMES = ("a?b", "a%20b", "a#b", "a b;c", "file:a", "file:a?mode=memory", ":memory:", "mode=memory", "ü&=+")


def journal_mode(path):
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("relative", [True, False])
def test_all_stores_lie_in_the_data_folder_for_their_owner_alone(tmp_path, monkeypatch, name, relative):
    monkeypatch.chdir(tmp_path)
    folder = Path(name) if relative else tmp_path / name
    settings = Settings(folder, None, None, None, DEFAULT_MAX_BODY, 1, 4)
    with closing(open_stores(settings)) as stores:
        with stores.register.write_transaction() as connection:
            ada = stores.register.people.add(connection, name="Ada").id
        stores.okrs.create_unit(Intent(ada), name="Tech", level=Level.COMPANY)
        stores.views.catch_up()
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.parent for path in files} == {tmp_path / name}
        assert {S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert {path.name.partition("-")[0].removesuffix(".sqlite") for path in files} == {"log", "register", "views"}
        assert {journal_mode(path) for path in files if path.suffix == ".sqlite"} == {"wal"}, "readers wait for no writer"
    with closing(open_stores(settings)) as again:
        assert (again.log.head().position, again.register.people.get(ada).name) == (1, "Ada")


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_keeps_the_name_of_its_file(tmp_path, name):
    engine = open_sqlite(tmp_path / name, durable=False)
    with engine.connect():
        assert (tmp_path / name).exists()
    assert engine.url.database == str(tmp_path / name)
    engine.dispose()


def test_only_a_log_with_events_needs_its_register(tmp_path):
    """A new installation whose disk became full has a log, and no register yet."""
    settings = Settings(tmp_path, None, None, None, DEFAULT_MAX_BODY, 1, 4)
    SQLiteLog(tmp_path / "log.sqlite").close()
    with pytest.raises(StoreMissing):
        open_stores(settings, create=False)
    with closing(open_stores(settings)) as stores:
        with stores.register.write_transaction() as connection:
            ada = stores.register.people.add(connection, name="Ada").id
        stores.okrs.create_unit(Intent(ada), name="Tech", level=Level.COMPANY)
    (tmp_path / "register.sqlite").unlink()
    with pytest.raises(StoreMissing):
        open_stores(settings)
