"""The names of stored events are looked up, never imported."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

import okr_events
from okr_events.domain.values import Level
from okr_events.event_log.event_mapper import CLASSES_BY_NAME, EncryptingMapper, UnreadableEvent

READ_SCRIPT = """
import sys
from pathlib import Path
from uuid import UUID
from okr_events.commands.application import OKRApplication
from okr_events.domain.unit import Unit
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
log, register = SQLiteLog(Path(sys.argv[1])), Register(open_sqlite(Path(sys.argv[2]), durable=True))
print(OKRApplication(log, register).load(Unit, UUID(sys.argv[3])).name)
"""


def decode_event(topic, /, **state):
    mapper = EncryptingMapper(encrypter=None)
    return mapper.to_domain_event(StoredEvent(UUID(int=1), 1, topic, json.dumps(state).encode()))


@pytest.mark.parametrize("topic", ["os:system", "okr_events.domain.unit:Unit.Created", "Unit", "Unit.Founded", ""])
def test_a_name_that_is_none_of_ours_is_refused(topic):
    with pytest.raises(UnreadableEvent):
        decode_event(topic)


@pytest.mark.parametrize("field", ["originator_topic", "topic"])
@pytest.mark.parametrize("topic", ["os:system", "Unit.Created", None])
def test_so_is_an_aggregate_that_is_none_of_ours(field, topic):
    with pytest.raises(UnreadableEvent):
        decode_event("Unit.Created", **{field: topic})


def test_no_name_gives_away_where_its_class_lives():
    assert [name for name in CLASSES_BY_NAME if ":" in name] == ["eventsourcing.domain:Snapshot"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_process_that_imported_nothing_else_reads_the_log(store, okrs, intent):
    company = okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id
    files = [str(store.folder / name) for name in ("log.sqlite", "register.sqlite")]
    root = Path(okr_events.__file__).parents[1]
    read = subprocess.run([sys.executable, "-c", READ_SCRIPT, *files, str(company)], cwd=root, check=True, capture_output=True)
    assert read.stdout.decode().strip() == "Tech"
