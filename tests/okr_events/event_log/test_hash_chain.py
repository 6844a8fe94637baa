"""The hash chain equals one computed here independently."""

import hashlib
import json
from dataclasses import astuple, replace
from uuid import UUID, uuid4

import pytest

from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import extend_chain, hash_leaf


def compute_chain(events):
    link = b"\0" * 32
    for e in events:
        fields = [str(field).encode() for field in astuple(e)[:5]] + [e.state, e.envelope]
        leaf = hashlib.sha256(b"\0" + b"\n".join(fields)).digest()
        link = hashlib.sha256(link + leaf).digest()
        yield link


def test_every_link_is_the_hash_of_the_link_before_and_its_leaf(store, append):
    for count in (3, 501, 1):
        append(count, state='{"name":"Straße"}'.encode())
    events = store.log.events_after(after=0, limit=1000)
    assert [event.chain for event in events] == list(compute_chain(events))
    assert store.log.head().chain == events[-1].chain


def test_the_chain_goes_on_after_a_refused_append(store, append):
    stream = uuid4()
    append(2, stream=stream)
    with pytest.raises(Exception, match="changed this resource"):
        append(stream=stream)
    append()
    events = store.log.events_after(after=0)
    assert [event.chain for event in events] == list(compute_chain(events))


def test_the_same_event_has_the_same_hash_for_ever():
    sealed = EncryptedText(UUID(int=3), "c2VhbGVk")
    envelope = Envelope(UUID(int=3), sealed, UUID(int=4)).encode()
    leaf_hash = hash_leaf(1, 1_777_886_400_123_456, UUID(int=5), 1, "Unit.Renamed", b'{"name":"Tech"}', envelope)
    assert leaf_hash.hex() == "abee4eb597037125fb7b6d0df2e432c0337c2e9de2f3403351c1104e5f274490"
    assert extend_chain(bytes(32), leaf_hash).hex() == "180b8e4d6287672b043f43353a83f919487f099603d572aa10786bdda15b8d79"


@pytest.mark.parametrize(
    "changed",
    [
        {"position": 2},
        {"recorded_at": 1},
        {"originator_id": UUID(int=9)},
        {"originator_version": 9},
        {"topic": "Unit.Moved"},
        {"state": b"[]"},
        {"envelope": b"{}"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_change_of_any_field_shows(store, append, changed):
    append()
    [event] = store.log.events_after(after=0)
    assert hash_leaf(*astuple(replace(event, **changed))[:7]) != hash_leaf(*astuple(event)[:7])


def test_an_envelope_is_one_line_of_compact_json_with_sorted_names():
    imported = {"file": "journal.csv", "sha256": "00"}
    envelope = Envelope(UUID(int=3), EncryptedText(UUID(int=3), "c2VhbGVk"), UUID(int=4), imported)
    encoded = envelope.encode()
    assert encoded == json.dumps(json.loads(encoded), sort_keys=True, separators=(",", ":")).encode()
    assert b"\n" not in encoded
    read = Envelope.decode(encoded, UUID(int=5), 6)
    assert read == replace(envelope, reason=EncryptedText(UUID(int=3), "c2VhbGVk", f"{UUID(int=5).hex}/6/reason"))


def test_a_reason_in_plain_words_is_never_recorded():
    with pytest.raises(TypeError):
        Envelope(UUID(int=3), AuthoredText(UUID(int=3), "The market moved")).encode()
