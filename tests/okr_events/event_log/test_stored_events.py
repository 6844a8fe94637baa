"""Stored events stay readable for ever. The folder holds one stored state per name, byte for byte."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.domain import Snapshot
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic

from okr_events.domain.values import EncryptedText
from okr_events.event_log.event_mapper import AGGREGATES, CLASSES_BY_NAME, EncryptingMapper, event_classes

FOLDER = Path(__file__).parent / "stored_events"
STORED = {path.stem: path.read_bytes().removesuffix(b"\n") for path in FOLDER.glob("*.json")}
EARLIER_VERSIONS = {name: state for name, state in STORED.items() if name.rpartition(".")[2].startswith("v")}
SAMPLES = {name: state for name, state in STORED.items() if name not in EARLIER_VERSIONS}
STREAM = UUID(int=1)
AUTHOR = UUID("7f2c1d9e-5b64-4f0a-9d3e-1c8a6b5e4d20")


class NoEncryption:
    """Rejects plain text: stored samples contain only encrypted text."""

    def encrypt(self, words, binding):
        raise AssertionError((words, binding))


MAPPER = EncryptingMapper(NoEncryption())


def decode_event(name, version=2):
    return MAPPER.to_domain_event(StoredEvent(STREAM, version, name, SAMPLES[name]))


def test_every_name_has_a_sample_and_no_name_is_lost():
    assert SAMPLES.keys() == CLASSES_BY_NAME.keys() - {get_topic(Snapshot)}


def test_a_name_says_whose_event_it_is():
    assert all(name.startswith(f"{owner}.") for owner, aggregate in AGGREGATES.items() for name in event_classes(aggregate))


@pytest.mark.parametrize("name", EARLIER_VERSIONS)
def test_what_an_earlier_version_stored_is_read_as_the_newest(name):
    topic = name.rpartition(".")[0]
    event = MAPPER.to_domain_event(StoredEvent(STREAM, 1, topic, EARLIER_VERSIONS[name]))
    assert vars(event).keys() == type(event).__dataclass_fields__.keys()
    aggregate = AGGREGATES[topic.partition(".")[0]]
    assert not isinstance(event, aggregate.Created) or isinstance(event.mutate(None), aggregate)


def test_every_earlier_version_has_a_sample():
    versions = {f"{name}.v{n}" for name, event in CLASSES_BY_NAME.items() for n in range(1, getattr(event, "class_version", 1))}
    assert EARLIER_VERSIONS.keys() == versions


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_and_written_back_the_same(name):
    stored = MAPPER.to_stored_event(decode_event(name))
    assert (stored.originator_id, stored.originator_version, stored.topic) == (STREAM, 2, name)
    assert stored.state == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_states_every_field_of_its_event(name):
    event = decode_event(name)
    assert vars(event).keys() == type(event).__dataclass_fields__.keys()


@pytest.mark.parametrize("aggregate", AGGREGATES.values(), ids=AGGREGATES)
def test_the_samples_of_an_aggregate_fold(aggregate):
    folded = None
    for version, name in enumerate(event_classes(aggregate), start=1):
        folded = decode_event(name, version).mutate(folded)
    assert isinstance(folded, aggregate)
    assert folded.version == len(event_classes(aggregate))


def test_values_are_read_as_what_they_are():
    checked_in = decode_event("KeyResult.CheckedIn")
    assert (checked_in.value, str(checked_in.value), checked_in.measured_on) == (Decimal("1.5"), "1.50", date(2026, 5, 1))
    assert isinstance(checked_in.check_in_id, UUID)
    assert checked_in.milestones is None


def test_words_stay_sealed_and_know_where_they_stand():
    checked_in, place = decode_event("KeyResult.CheckedIn", version=7), f"{STREAM.hex}/7"
    words = [checked_in.note, checked_in.wins[0], checked_in.blockers[0]["text"], checked_in.next_steps[1]]
    assert all(isinstance(word, EncryptedText) and word.author == AUTHOR for word in words)
    fields = ["note", "wins/0", "blockers/0/text", "next_steps/1"]
    assert [word.binding for word in words] == [f"{place}/{field}" for field in fields]
