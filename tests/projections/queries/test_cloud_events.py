"""CloudEvents: attributes as the specification wants them, whatever a fact holds."""

import json

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from projections.queries import cloud_events

FACT = {
    "position": 12,
    "recorded_at": "2026-05-04T09:30:00.123456Z",
    "type": "Unit.Renamed",
    "subject_id": "00000000-0000-4000-8000-000000000010",
    "version": 2,
    "actor": "00000000-0000-4000-8000-000000000030",
    "actor_name": "Ada",
    "reason": None,
    "correlation_id": "00000000-0000-4000-8000-000000000050",
    "imported": None,
    "fields": {"name": "Technology", "vision": None},
    "ledger_hash": "ab" * 32,
    "leaf_hash": "cd" * 32,
}
IMPORT_SOURCE = {"file": "j.csv", "sha256": "ef" * 32, "imported_at": "2026-05-04T10:00:00Z", "times": "claimed"}


def cloud_event(fact, log_name="okr.example/log"):
    return cloud_events.cloud_event(fact, log_name)


def test_the_source_names_the_log_so_that_two_installations_do_not_collide():
    sources = [cloud_event(FACT, name)["source"] for name in ("okr.example/log", "okr-events/0123456789ab", "Größe #1?")]
    assert sources[:2] == ["urn:okr-events:log:okr.example/log", "urn:okr-events:log:okr-events/0123456789ab"]
    assert sources[2] == "urn:okr-events:log:Gr%C3%B6%C3%9Fe%20%231%3F"


def parse_event(event):
    return JSONFormat().read(CloudEvent, json.dumps(event))


def test_an_imported_event_says_where_it_came_from():
    event = cloud_event({**FACT, "imported": {**IMPORT_SOURCE, "recorded_at": "2018-12-19T13:19:42-08:00"}})
    assert {name: value for name, value in event.items() if name.startswith("imported")} == {
        "importedfile": "j.csv",
        "importedsha256": "ef" * 32,
        "importedat": "2026-05-04T10:00:00Z",
        "importedrecordedat": "2018-12-19T13:19:42-08:00",
        "importedtimes": "claimed",
    }
    assert parse_event(event).get_extension("importedtimes") == "claimed"


def test_what_nothing_is_known_of_is_left_out_but_data_is_whole():
    event = cloud_event({**FACT, "actor_name": None})
    assert not {"actorname", "reason", "importedfile"} & event.keys()
    assert event["data"] == {"name": "Technology", "vision": None}


@pytest.mark.parametrize("reason", ["one\ntwo", "a\x00b", "bell\x07\x1b[31m", "\x85", "no\ufffe"])
def test_attributes_hold_no_control_characters(reason):
    event = cloud_event({**FACT, "reason": reason, "fields": {"name": reason}})
    assert all(letter.isprintable() for letter in event["reason"])
    assert parse_event(event).get_data() == {"name": reason}


def test_sequences_sort_as_text_like_positions():
    events = [cloud_event({**FACT, "position": position}) for position in (9, 10, 99, 100, 2**62)]
    assert sorted(event["sequence"] for event in events) == [event["sequence"] for event in events]
    assert [int(event["id"]) for event in events] == [9, 10, 99, 100, 2**62]


@pytest.mark.parametrize("name", sorted(set(CLASSES_BY_NAME) - {"eventsourcing.domain:Snapshot"}))
def test_every_stored_name_is_a_type(name):
    assert parse_event(cloud_event({**FACT, "type": name})).get_type() == name
