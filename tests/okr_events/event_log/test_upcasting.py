"""A later field gets a new class version and an upcaster from every earlier version."""

import json
from uuid import UUID

import pytest
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent

from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.event_log.event_mapper import EncryptingMapper

STREAM, ADA = UUID(int=1), UUID(int=30)


class Celebrated(Aggregate.Event):
    """Version 1 had a `title`, version 2 renamed it to `name`, version 3 added a `mood`."""

    TOPIC = "Party.Celebrated"
    class_version = 3
    name: str
    mood: str

    @staticmethod
    def upcast_v1_v2(state):
        state["name"] = state.pop("title")

    @staticmethod
    def upcast_v2_v3(state):
        state["mood"] = "merry"


class Sealer:
    def encrypt(self, words, binding):
        return EncryptedText(words.author, words.text[::-1], binding)


MAPPER = EncryptingMapper(Sealer(), names={"Party.Celebrated": Celebrated})


def decode_event(**state):
    return MAPPER.to_domain_event(StoredEvent(STREAM, 1, "Party.Celebrated", json.dumps(state).encode()))


@pytest.mark.parametrize(
    "state",
    [
        {"title": "Launch"},
        {"class_version": 2, "name": "Launch"},
        {"class_version": 3, "name": "Launch", "mood": "merry"},
    ],
)
def test_every_version_is_read_as_the_newest(state):
    celebrated = decode_event(**state)
    assert (celebrated.name, celebrated.mood) == ("Launch", "merry")
    assert "class_version" not in vars(celebrated)


def test_the_newest_version_is_what_is_written():
    stored = MAPPER.to_stored_event(decode_event(title="Launch"))
    assert json.loads(stored.state) == {"name": "Launch", "mood": "merry", "class_version": 3}
    assert vars(MAPPER.to_domain_event(stored)) == vars(decode_event(title="Launch"))


def test_words_are_bound_before_they_are_brought_up():
    encrypted = {"_type_": "sealed", "_data_": [ADA.hex, "hcnuaL"]}
    assert decode_event(title=encrypted).name == EncryptedText(ADA, "hcnuaL", f"{STREAM.hex}/1/title")


def test_words_are_sealed_where_they_stand_in_the_newest_version():
    celebrated = Celebrated(
        originator_id=STREAM,
        originator_version=4,
        timestamp=Celebrated.create_timestamp(),
        name=AuthoredText(ADA, "Launch"),
        mood="merry",
    )
    stored = MAPPER.to_stored_event(celebrated)
    assert b"Launch" not in stored.state
    assert MAPPER.to_domain_event(stored).name == EncryptedText(ADA, "hcnuaL", f"{STREAM.hex}/4/name")
