"""Write transactions of the register: those of several processes come one after the other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

from sqlalchemy import event

STEPS = ("BEGIN IMMEDIATE", "SELECT number FROM revision FOR UPDATE", "INSERT INTO people")
"""Where the second process waits for the first: at the lock, or, if it took none, when it adds the person."""


def test_people_whom_two_processes_add_at_once_are_both_added(store):
    waits = Event()

    def note_step(_connection, _cursor, statement, *_):
        if statement.startswith(STEPS):
            waits.set()

    def add(register, name):
        with register.write_transaction() as connection:
            return register.people.add(connection, name=name)

    with closing(store.reopen()) as process, ThreadPoolExecutor(1) as pool:
        event.listen(process.register.engine, "before_cursor_execute", note_step)
        with store.register.write_transaction() as connection:
            ada = store.register.people.add(connection, name="Ada")
            adding = pool.submit(add, process.register, "Grace")
            assert waits.wait(timeout=10)
        grace = adding.result()
    assert [person.id for person in store.register.people.page(after=0, limit=10)] == [ada.id, grace.id]
    assert (ada.added, grace.added) == (1, 2)
