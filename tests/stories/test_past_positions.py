"""A read as of any past position or day equals the read of a log that ends there, for a real journal."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from flask.testing import FlaskClient
from sqlalchemy import select

from api.operations.stores import Stores
from okr_events.commands.application import OKRApplication
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.journal.importer import JournalImport
from okr_events.register.engine import open_postgres, open_sqlite
from projections.moment import rfc3339
from projections.projector import Projector
from projections.store.tables import key_results, objectives, valid_at
from tests.app_factory import create_app_over

JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"
SAMPLES = 200
TOKEN = "a-token-of-the-stories-only"


@pytest.fixture
def journal(stores: Stores) -> Stores:
    reading = JournalImport(stores.okrs, JOURNAL, actor="Ada", trust_times=True)
    for number, cells in reading.file.rows:
        reading.add_row(number, cells)
    reading.record()
    return stores


@pytest.fixture
def growing_stores(journal: Stores, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stores]:
    """A second, empty log with the same people."""
    if journal.log.engine == "sqlite":
        log: Any = SQLiteLog(tmp_path / "beginning.sqlite")
        engine = open_sqlite(tmp_path / "views-of-it.sqlite", durable=False)
    else:
        from okr_events.event_log.postgres import PostgresLog  # noqa: PLC0415 - needs the extra `postgres`

        url = request.getfixturevalue("postgres_url")
        log, engine = PostgresLog(url), open_postgres(url, "views_of_it")
    okrs = OKRApplication(log, journal.register)
    yield Stores(okrs, journal.register, Projector(engine, log, okrs.mapper), journal.settings)
    engine.dispose()
    log.close()


def copy_events(beginning: Stores, whole: Stores, position: int) -> None:
    """Copy events of the full log up to a position, with the same times and therefore the same hashes."""
    head = beginning.log.head()
    recorded = whole.log.events_after(after=head.position, limit=position - head.position)
    stored = [StoredEvent(e.originator_id, e.originator_version, e.topic, e.state) for e in recorded]
    envelopes = [Envelope.decode(e.envelope, e.originator_id, e.originator_version) for e in recorded]
    if recorded:
        beginning.log.insert_events(stored, envelope=envelopes, times=[e.recorded_at for e in recorded])
    assert beginning.log.head().chain == whole.log.head_at(position).chain


def create_client(stores: Stores) -> Callable[..., Any]:
    client: FlaskClient = create_app_over(stores).test_client()

    def get(address: str, query: dict[str, str]) -> Any:
        answer = client.get(address, query_string=query, headers={"Authorization": f"Bearer {TOKEN}"})
        return answer.status_code, answer.headers.get("OKR-Position"), answer.data

    return get


@pytest.mark.parametrize(
    ("environment", "samples"),
    [
        ("sqlite", SAMPLES // 8),
        ("postgres", SAMPLES // 16),
        *(pytest.param(engine, SAMPLES, marks=pytest.mark.torture) for engine in ("sqlite", "postgres")),
    ],
    indirect=["environment"],
)
def test_a_past_answer_is_that_of_a_log_without_what_came_later(journal: Stores, growing_stores: Stores, samples: int) -> None:
    chance = Random(2019)  # noqa: S311 - no secret
    head = journal.log.head().position
    whole, prefix = create_client(journal), create_client(growing_stores)
    seen: set[int] = set()
    for position in sorted(chance.choices(range(1, head + 1), k=samples)):
        copy_events(growing_stores, journal, position)
        recorded_at = from_microseconds(journal.log.head_at(position).recorded_at)
        query = {"as_of": chance.choice((f"position:{position}", rfc3339(recorded_at)))}
        if chance.random() < 0.5:
            query["effective_on"] = str(_random_day(chance, recorded_at.date()))
        for address, more in _sample_addresses(chance, journal, position):
            params = {name: value for name, value in query.items() if "history" not in address or name == "as_of"}
            answers = [get(address, params | more) for get in (whole, prefix)]
            assert answers[0] == answers[1], (position, address, params | more)
            assert answers[0][0] == 200, answers[0]
        seen.add(position)
    assert len(seen) > samples / 3


def _random_day(chance: Random, day: date) -> date:
    return day - timedelta(days=chance.randrange(60))


def _sample_addresses(chance: Random, journal: Stores, position: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Return tree, findings, and the history and explanation of each existing objective and key result."""
    yield "/v1/alignment-tree", {"state": "all", "shape": chance.choice(("tree", "graph"))}
    yield "/v1/findings", {"limit": "200"}
    what = chance.choice(("objectives", "key-results"))
    with journal.views.connect() as connection:
        table = objectives if what == "objectives" else key_results
        found = sorted(connection.scalars(select(table.c.id).where(valid_at(table, position))))
    if found:
        id = chance.choice(found)
        yield f"/v1/{what}/{id}/history", {"limit": "200"}
        yield f"/v1/{what}/{id}/progress", {"every": chance.choice(("change", "week"))}
