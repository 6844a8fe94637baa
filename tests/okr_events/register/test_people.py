"""People have opaque ids in the log; the register has their names and e-mail addresses."""

from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from okr_events.domain.errors import NotFound, StaleVersion
from okr_events.register import tables
from okr_events.register.encryption_keys import ERASED_TEXT, CiphertextTampered
from okr_events.register.person_lookup import AmbiguousName


@pytest.fixture
def people(store):
    return store.register.people


@pytest.fixture
def add(store):
    def person(name, email=None):
        with store.register.write_transaction() as connection:
            return store.register.people.add(connection, name=name, email=email)

    return person


@pytest.fixture
def change(store):
    def person(id, **fields):
        with store.register.write_transaction() as connection:
            return store.register.people.change(connection, id, **fields)

    return person


def test_a_person_is_added(people, add):
    ada = add("Ada", "ada@example.org")
    assert people.get(ada.id) == ada
    body = {"id": str(ada.id), "name": "Ada", "email": "ada@example.org", "version": 1, "erased": False}
    assert ada.as_dict() == body
    assert people.exists(ada.id)


def test_an_unknown_person_is_not_there(people, change):
    assert not people.exists(uuid4())
    with pytest.raises(NotFound):
        people.get(uuid4())
    with pytest.raises(NotFound):
        change(uuid4(), name="Ada")


def test_a_change_raises_the_version_and_leaves_the_rest(people, add, change):
    ada = add("Ada", "ada@example.org")
    changed = change(ada.id, name="Ada Lovelace")
    assert (changed.name, changed.email, changed.version) == ("Ada Lovelace", "ada@example.org", 2)
    assert people.get(ada.id) == changed


def test_a_stale_client_is_told_the_current_version(people, add, change):
    ada = add("Ada")
    change(ada.id, expected=1, name="Ada Lovelace")
    with pytest.raises(StaleVersion) as refused:
        change(ada.id, expected=1, name="Ada King")
    assert refused.value.version == 2
    assert people.get(ada.id).name == "Ada Lovelace"


def test_people_are_paged_in_the_order_in_which_they_came(people, add):
    added = [add(name) for name in ("Ada", "Bob", "Cy")]
    assert people.page(after=0, limit=2) == added[:2]
    assert people.page(after=added[1].added, limit=2) == added[2:]


def test_names_are_found_for_many_at_once(people, add):
    ada, bob = add("Ada"), add("Bob")
    assert people.names() == {ada.id: "Ada", bob.id: "Bob"}
    assert people.names_by_id({bob.id, uuid4()}) == {bob.id: "Bob"}
    assert people.names_by_id(set()) == {}


def test_every_change_raises_the_revision(people, add, change):
    start = people.revision()
    ada = add("Ada")
    change(ada.id, name="Ada Lovelace")
    assert people.revision() == start + 2


def test_a_change_that_fails_leaves_nothing(store, people):
    start = people.revision()

    def add_and_fail():
        with store.register.write_transaction() as connection:
            people.add(connection, name="Ada")
            people.change(connection, uuid4(), name="Bob")

    with pytest.raises(NotFound):
        add_and_fail()
    assert people.names() == {}
    assert people.revision() == start


def test_names_are_sealed_at_rest(store, add):
    add("Ada Lovelace", "ada@example.org")
    with store.register.engine.connect() as connection:
        [row] = connection.execute(select(tables.people)).all()
    assert not any(word in str(tuple(row)) for word in ("Ada", "Lovelace", "example"))


def test_a_name_opens_only_where_it_stands(store, people, add):
    add("Ada", "ada@example.org")
    with store.register.write_transaction() as connection:
        connection.execute(update(tables.people).values(name=tables.people.c.email))
    with pytest.raises(CiphertextTampered):
        people.page(after=0, limit=1)


def test_without_the_key_a_name_is_a_mark(store, people, add):
    ada = add("Ada", "ada@example.org")
    with store.register.write_transaction() as connection:
        connection.execute(delete(tables.word_keys))
    assert (people.get(ada.id).name, people.get(ada.id).email) == (ERASED_TEXT, ERASED_TEXT)


def test_people_added_at_once_have_an_order(people, add):
    threads = [Thread(target=add, args=(f"Person {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [person.added for person in people.page(after=0, limit=10)] == [1, 2, 3, 4, 5, 6]


def test_a_person_is_found_by_id_e_mail_address_or_name(people, add):
    zoe = add("Zo\u00eb", "zoe@one.example").id
    found = [people.find(text) for text in (str(zoe), "Zoe@one.example", "Zoe\u0308", "zo\u00eb", "Bob")]
    assert found == [zoe, zoe, zoe, zoe, None]


def test_a_name_of_several_people_is_refused_with_the_ids_to_choose_from(people, add):
    ids = [add("Ann", "ann@one.example").id, add("Ann").id]
    with pytest.raises(AmbiguousName, match=f"{ids[0]} .*{ids[1]}"):
        people.find("Ann")
