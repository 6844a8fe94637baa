"""The tables that constraints rest on follow from the log: commands keep them so, and later versions derive them anew."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.commands.application import OKRs
from okr_events.domain.errors import (
    AlreadyLinked,
    CircularContribution,
    Inherited,
    NameTaken,
    ObjectiveEnded,
    TooManyKeyResults,
    TooManyObjectives,
    UnscoredKeyResults,
)
from okr_events.domain.values import Level
from okr_events.event_log.constraint_tables import COLUMNS, held, renew
from okr_events.event_log.constraints import LOGIC
from okr_events.event_log.integrity_check import Verifier
from tests.okr_events.event_log.all_commands import Everything, every_command

ALONE = {"limits": ("none", 1), "ended": ("00000000000000000000000000000001",)}
"""A row that follows from nothing; of other tables it is made of three or four words."""


@pytest.fixture
def busy(store, okrs, intent, tmp_path):
    renew(store.log, okrs.mapper)  # as whoever opens a log does
    everything = Everything(okrs, replace(intent, reason="It has to be"))
    everything.happens(tmp_path)
    return everything


@pytest.fixture
def faults(store, okrs):
    return lambda: [fault.what for fault in Verifier(store.log, okrs.mapper).faults()]


def rows(log):
    with log.reading() as run:
        return held(run)


def damage(log, *tables):
    """Leave each table with a row too many and without every other of those that it should have."""
    with log.appending() as run:
        for table in tables:
            kept = sorted(held(run)[table])[::2]
            run(f"DELETE FROM {table}", ())
            for row in [*kept, ALONE.get(table, ("none",) * len(COLUMNS[table]))]:
                run(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)


def forget(log, logic=None):
    """Let the tables be those of an earlier version, or of one that had none of them."""
    with log.appending() as run:
        run("DELETE FROM derivation", ())
        if logic is not None:
            run("INSERT INTO derivation (logic) VALUES (%s)", (logic,))


def test_every_command_leaves_what_follows_from_the_log(busy, store, faults):
    assert busy.done == every_command()
    assert all(rows(store.log).values())
    assert faults() == []


@pytest.fixture
def reopened(busy, store, okrs):  # noqa: ARG001 - it is the log of a busy organisation
    """Damage some tables, let an earlier version have filled them, and open the log as another process would."""
    opened = []

    def reopen(*tables, logic=None):
        damage(store.log, *tables)
        forget(store.log, logic)
        opened.append(store.again())
        renew(opened[-1].log, okrs.mapper)
        return opened[-1]

    yield reopen
    for again in opened:
        again.close()


@pytest.mark.parametrize("table", COLUMNS)
def test_the_tables_of_an_earlier_version_are_derived_anew(store, faults, reopened, table):
    before = rows(store.log)
    assert rows(reopened(table, logic=LOGIC - 1).log) == before
    assert faults() == []


def test_so_are_those_of_a_version_that_had_none(store, faults, reopened):
    before = rows(store.log)
    assert rows(reopened(*COLUMNS).log) == before
    assert faults() == []


@pytest.mark.usefixtures("busy")
def test_those_of_this_version_are_left_alone_whatever_is_wrong_with_them(store, okrs, faults):
    renew(store.log, okrs.mapper)
    damage(store.log, *COLUMNS)
    renew(store.log, okrs.mapper)
    assert {line.split(":")[0] for line in faults()} == set(COLUMNS)


def test_commands_rest_on_what_was_derived_anew(busy, reopened):
    store = reopened(*COLUMNS)
    busy.okrs = OKRs(store.log, store.register)
    for broken, command in refused(busy):
        with pytest.raises(broken):
            command()
    busy.key_result(busy.lead)
    with pytest.raises(TooManyKeyResults):
        busy.key_result(busy.lead)
    for _ in range(2):
        busy.objective(busy.team)
    with pytest.raises(TooManyObjectives):
        busy.objective(busy.team)
    busy.okrs.revise_target(replace(busy.intent, reason=None), busy.draft_part, target=Decimal(4))


def refused(busy):
    return [
        (Inherited, lambda: busy.check_in(busy.inherited, value=Decimal(1))),
        (CircularContribution, lambda: busy.serve("explicit", busy.lead, busy.launch)),
        (AlreadyLinked, lambda: busy.serve("vertical", busy.build, busy.lead)),
        (ObjectiveEnded, lambda: busy.check_in(busy.lost, value=Decimal(1))),
        (ObjectiveEnded, lambda: busy.key_result(busy.judged)),
        (UnscoredKeyResults, lambda: busy.close_objective(busy.build)),
        (NameTaken, lambda: busy.create_unit(name="PRODUCTS", level=Level.TEAM, parent_id=busy.company)),
    ]
