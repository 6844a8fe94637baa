"""The people whom a journal names: one person for each name, or the question which one is meant."""

import json

import pytest

from tests.okr_events.journal.conftest import Journals

DEFINE = "2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,{},,"


def owner_of_the_key_result(journals: Journals) -> str:
    states = [json.loads(event.state) for event in journals.events() if event.topic == "KeyResult.Defined"]
    return str(states[0]["owner"]["_data_"])


def test_a_name_that_two_people_have_is_refused_with_the_ids_to_choose_from(journals: Journals) -> None:
    ids = [journals.add_person("Ann", "ann@one.example"), journals.add_person("Ann", "ann@two.example")]
    errors = journals.run(DEFINE.format("Ann")).row_errors
    assert len(errors) == 1
    assert all(id in errors[0] for id in ids)
    assert not journals.events()


@pytest.mark.parametrize("email", ["ann@two.example", "Ann@Two.Example"])
def test_an_e_mail_address_tells_them_apart(journals: Journals, email: str) -> None:
    journals.add_person("Ann", "ann@one.example")
    second = journals.add_person("Ann", "ann@two.example")
    assert journals.run(DEFINE.format(email)).row_errors == []
    assert owner_of_the_key_result(journals) == second.replace("-", "")


def test_an_id_tells_them_apart(journals: Journals) -> None:
    first = journals.add_person("Ann")
    journals.add_person("Ann")
    assert journals.run(DEFINE.format(first)).row_errors == []
    assert owner_of_the_key_result(journals) == first.replace("-", "")


def test_an_unknown_id_is_refused_and_names_nobody_new(journals: Journals) -> None:
    unknown = "7f2c1d9e-5b64-4f0a-9d3e-1c8a6b5e4d20"
    assert journals.run(DEFINE.format(unknown)).row_errors == [f"line 2: no person has the id {unknown}"]


def test_an_unknown_e_mail_address_adds_a_person_who_has_it(journals: Journals) -> None:
    journals.run(DEFINE.format("zoe@one.example"))
    assert {person.email for person in journals.okrs.register.people.page(after=0, limit=9)} == {None, "zoe@one.example"}


def test_a_name_with_its_accents_encoded_otherwise_is_the_same_person(journals: Journals) -> None:
    zoe = journals.add_person("Zo\u00eb")
    journals.run(DEFINE.format("Zoe\u0308"))
    assert owner_of_the_key_result(journals) == zoe.replace("-", "")
