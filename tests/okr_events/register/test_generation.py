"""The generation rises with every change of people, keys and tokens, whoever writes; opening a register locks nothing."""

import pytest

from okr_events.register.register import Register
from okr_events.register.tokens import Role


def read_generation(store):
    with store.register.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT number FROM generation").scalar()


@pytest.fixture
def filled(store):
    """The store with a person who has a key and a token, and one who was erased."""
    with store.register.write_transaction() as connection:
        ada, ben = (store.register.people.add(connection, name=name).id for name in ("Ada", "Ben"))
        store.register.tokens.issue(connection, person_id=ada, role=Role.READER)
    store.register.erase([ben])
    return store


@pytest.mark.parametrize("table", ["people", "word_keys", "tokens", "erased"])
def test_any_writer_raises_it(filled, table):
    before = read_generation(filled)
    with filled.register.engine.connect().execution_options(write=True) as connection, connection.begin():
        assert connection.exec_driver_sql(f"DELETE FROM {table}").rowcount == 1
    assert read_generation(filled) > before


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_a_register_is_opened_beside_a_write(filled):
    before = read_generation(filled)
    with filled.register.engine.begin() as writing:
        writing.exec_driver_sql("LOCK TABLE people, tokens, word_keys, erased IN ROW EXCLUSIVE MODE")
        Register(filled.register.engine)
    assert read_generation(filled) == before
