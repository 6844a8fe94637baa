"""Imports of journals with invented content into a log of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.journal.importer import JournalImport
from tests.conftest import Store

HEADER = "recorded_at,cycle,action,objective,key_result,title,owner,value,projected"


@dataclass
class Journals:
    """Imports journals and reads what the log holds afterwards."""

    okrs: OKRApplication
    folder: Path

    def run(self, *rows: str, header: str = HEADER, actor: str = "Ada") -> JournalImport:
        """Import rows; the file has another name each time."""
        return self.run_file("\n".join([header, *rows]).encode(), actor=actor)

    def run_file(self, data: bytes, *, actor: str = "Ada", **options: str) -> JournalImport:
        path = self.folder / f"journal-{self.okrs.log_recorder.head().position}.csv"
        path.write_bytes(data)
        journal = JournalImport(self.okrs, path, actor=actor, **options)
        for number, cells in journal.file.rows:
            journal.add_row(number, cells)
        if not journal.row_errors:
            journal.record()
        return journal

    def events(self) -> list[RecordedEvent]:
        return self.okrs.log_recorder.events_after(after=0, limit=10_000)

    def add_person(self, name: str, email: str | None = None) -> str:
        with self.okrs.register.write_transaction() as connection:
            return str(self.okrs.register.people.add(connection, name=name, email=email).id)


@pytest.fixture
def journals(okrs: OKRApplication, store: Store) -> Journals:
    return Journals(okrs, store.folder)


@pytest.fixture
def import_rows(journals: Journals) -> Callable[..., JournalImport]:
    return journals.run
