"""Stored Idempotency-Keys, and the encryption keys of authors."""

from dataclasses import replace
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from okr_events.domain.values import AuthoredText
from okr_events.event_log import idempotency
from okr_events.event_log.idempotency import CommandResult
from okr_events.register import tables
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register, statement_runner

ADA, BOB = UUID(int=30), UUID(int=31)
REQUEST = {"method": "POST", "path": "/units", "body": b'{"name":"Tech"}'}


@pytest.fixture
def reopened(store):
    """The same register, opened by another process."""
    again = store.reopen()
    yield again.register
    again.close()


def test_the_same_request_has_the_same_key_in_every_process(store, reopened):
    assert store.register.idempotency_key(ADA, "key", **REQUEST) == reopened.idempotency_key(ADA, "key", **REQUEST)


def test_a_key_belongs_to_its_caller(store):
    ada, bob = (store.register.idempotency_key(caller, "key", **REQUEST) for caller in (ADA, BOB))
    assert ada.key != bob.key
    assert ada.request == bob.request


@pytest.mark.parametrize("other", [{"method": "PUT"}, {"path": "/cycles"}, {"body": b"{}"}])
def test_another_request_is_told_apart(store, other):
    first, second = (store.register.idempotency_key(ADA, "key", **request) for request in (REQUEST, REQUEST | other))
    assert first.key == second.key
    assert first.request != second.request


def test_parts_never_run_into_each_other(store):
    first = store.register.idempotency_key(ADA, "key", method="POST", path="/units", body=b"1")
    second = store.register.idempotency_key(ADA, "key", method="POST", path="/unit", body=b"s1")
    assert first.request != second.request


def test_neither_key_nor_body_can_be_read_from_it(store):
    kept = store.register.idempotency_key(ADA, "my-key", **REQUEST)
    assert (len(kept.key), len(kept.request)) == (32, 32)


def test_another_register_keeps_the_same_request_differently(store, tmp_path):
    other = Register(open_sqlite(tmp_path / "other.sqlite", durable=False))
    assert other.idempotency_key(ADA, "key", **REQUEST) != store.register.idempotency_key(ADA, "key", **REQUEST)
    other.close()


def test_a_command_of_the_register_is_answered_once_too(store):
    key, answer = store.register.idempotency_key(ADA, "key", **REQUEST), CommandResult(201, ADA, 1, 0, 0)
    with store.register.write_transaction() as connection:
        idempotency.insert_result(statement_runner(connection), key, answer)
    with store.register.write_transaction() as connection:
        assert idempotency.find_result(statement_runner(connection), key) == replace(answer, replayed=True)


def test_an_author_gets_a_key_with_the_first_words(store, reopened):
    sealed = store.register.keys.encrypt(AuthoredText(ADA, "Going well"), "here")
    assert reopened.keys.decrypt([sealed.token]) == {sealed.token: "Going well"}


def test_words_of_many_authors_open_together(store):
    sealed = [store.register.keys.encrypt(AuthoredText(uuid4(), f"Words {n}"), f"at/{n}") for n in range(20)]
    opened = store.register.keys.decrypt(seal.token for seal in sealed)
    assert [opened[seal.token] for seal in sealed] == [f"Words {n}" for n in range(20)]
    assert store.register.keys.decrypt([]) == {}


def test_an_author_has_one_key_even_when_two_processes_make_it_at_once(store):
    sealed = []
    registers = [Register(store.register.engine) for _ in range(4)]
    threads = [
        Thread(target=lambda r=r: sealed.append(r.keys.encrypt(AuthoredText(ADA, "Going well"), "here"))) for r in registers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(store.register.keys.decrypt(seal.token for seal in sealed).values()) == {"Going well"}
    with store.register.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.word_keys)) == 1
