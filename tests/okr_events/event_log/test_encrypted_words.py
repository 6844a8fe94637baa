"""Free text is encrypted before it reaches the disk, and decrypts only with its own binding."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import delete

from okr_events.domain.values import AuthoredText, Level
from okr_events.event_log.envelope import Envelope
from okr_events.register import tables
from okr_events.register.encryption_keys import ERASED_TEXT, CiphertextTampered

DONE = {"kind": "binary"}
SECRET, NOT_SECRET = "xylophone", "Accordion"


@pytest.fixture
def check_in_id(okrs, intent):
    """Record a check-in with the secret in every text field and in the reason."""
    i = replace(intent, reason=f"Reason of a {SECRET}")
    unit = okrs.create_unit(i, name="Tech", level=Level.COMPANY).id
    cycle = okrs.create_cycle(i, name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)).id
    objective = okrs.create_objective(i, cycle_id=cycle, unit_id=unit, title=NOT_SECRET).id
    id = okrs.define_key_result(i, objective, title="Done", metric=DONE).id
    words = {name: [f"{name} of a {SECRET}", "Another"] for name in ("wins", "next_steps")}
    blockers = [{"kind": "other", "text": f"Blocker of a {SECRET}"}]
    answer = okrs.check_in(
        i, id, value=Decimal(1), note=f"Note of a {SECRET}", **words, blockers=blockers, measured_on=date(2026, 1, 1)
    )
    okrs.correct_check_in(i, id, answer.id, note=f"Correction of a {SECRET}")
    okrs.score_key_result(i, id, score=Decimal(1), root_cause=f"Cause of a {SECRET}")
    return answer.position


@pytest.fixture
def stored_event(store, check_in_id):
    [event] = store.log.events_after(after=check_in_id - 1, limit=1)
    return event


@pytest.fixture
def decrypt_event(okrs, stored_event):
    """Read the check-in with its own binding or another one."""

    def at(id=stored_event.originator_id, version=stored_event.originator_version, state=stored_event.state):
        return okrs.mapper.to_domain_event(StoredEvent(id, version, stored_event.topic, state))

    return at


@pytest.fixture
def mapper(store):
    return lambda sealed: store.register.keys.decrypt([sealed.token])[sealed.token]


@pytest.mark.usefixtures("check_in_id")
def test_no_file_holds_the_words(store):
    with store.register.write_transaction() as connection:
        store.register.people.add(connection, name=f"Xenia {SECRET}", email=f"{SECRET}@example.org")
    files = {path.name: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    assert [name for name, content in files.items() if SECRET.encode() in content] == []
    assert [name for name, content in files.items() if NOT_SECRET.encode() in content] != []


def test_words_open_where_they_stand(decrypt_event, mapper):
    checked_in = decrypt_event()
    words = [checked_in.note, *checked_in.wins, checked_in.blockers[0]["text"], *checked_in.next_steps]
    assert [mapper(word).split()[0] for word in words] == ["Note", "wins", "Another", "Blocker", "next_steps", "Another"]


@pytest.mark.parametrize("place", [{"id": uuid4()}, {"version": 3}], ids=["stream", "version"])
def test_words_moved_to_another_event_do_not_open(decrypt_event, mapper, place):
    with pytest.raises(CiphertextTampered):
        mapper(decrypt_event(**place).note)


def test_words_moved_to_another_field_do_not_open(decrypt_event, mapper, stored_event):
    swapped = (
        stored_event.state.replace(b'"wins"', b'"here"').replace(b'"next_steps"', b'"wins"').replace(b'"here"', b'"next_steps"')
    )
    with pytest.raises(CiphertextTampered):
        mapper(decrypt_event(state=swapped).wins[0])


def test_words_moved_within_a_list_do_not_open(decrypt_event, mapper):
    first, second = decrypt_event().wins
    with pytest.raises(CiphertextTampered):
        mapper(replace(first, binding=second.binding))


def test_changed_words_do_not_open(decrypt_event, mapper):
    note = decrypt_event().note
    with pytest.raises(CiphertextTampered):
        mapper(replace(note, ciphertext=note.ciphertext[:-8] + "AAAAAAA="))


def test_anothers_key_does_not_open_them(store, decrypt_event, mapper):
    with store.register.write_transaction() as connection:
        other = store.register.people.add(connection, name="Bob").id
    with pytest.raises(CiphertextTampered):
        mapper(replace(decrypt_event().note, author=other))


def test_a_reason_opens_beside_its_event_alone(stored_event, mapper):
    def reason(version):
        return Envelope.decode(stored_event.envelope, stored_event.originator_id, version).reason

    assert mapper(reason(stored_event.originator_version)) == f"Reason of a {SECRET}"
    with pytest.raises(CiphertextTampered):
        mapper(reason(stored_event.originator_version + 1))


def test_a_destroyed_key_leaves_a_mark(store, intent, decrypt_event, mapper):
    note = decrypt_event().note
    with store.register.write_transaction() as connection:
        connection.execute(delete(tables.word_keys).where(tables.word_keys.c.author == intent.actor.hex))
    assert mapper(note) == ERASED_TEXT == "[erased]"
    assert store.register.people.exists(intent.actor)


def test_the_same_words_are_sealed_differently_every_time(store):
    words = AuthoredText(UUID(int=30), SECRET)
    sealed = [store.register.keys.encrypt(words, "here") for _ in range(20)]
    assert len({seal.ciphertext for seal in sealed}) == 20
    assert set(store.register.keys.decrypt(seal.token for seal in sealed).values()) == {SECRET}
