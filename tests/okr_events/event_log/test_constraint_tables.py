"""The constraint tables follow from the log: commands maintain them, and later versions derive them again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.commands.application import OKRApplication
from okr_events.domain.errors import (
    AlreadyLinked,
    CircularContribution,
    KeyResultInherited,
    NameTaken,
    ObjectiveEnded,
    TooManyKeyResults,
    TooManyObjectives,
    UnscoredKeyResults,
)
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.constraint_tables import COLUMNS, fetch_tables, rebuild_if_outdated
from okr_events.event_log.constraints import DERIVATION_VERSION
from okr_events.event_log.integrity_check import LogVerifier
from tests.okr_events.event_log.all_commands import AllCommands, every_command

EXTRA_ROWS = {"limits": ("none", 1), "ended": ("00000000000000000000000000000001",)}
"""Rows that do not follow from the log, for the tables that are not made of three or four texts."""


@pytest.fixture
def organisation(store, okrs, intent, tmp_path):
    rebuild_if_outdated(store.log, okrs.mapper)  # as whoever opens a log does
    everything = AllCommands(okrs, replace(intent, reason="It has to be"))
    everything.run_all(tmp_path)
    return everything


@pytest.fixture
def find_faults(store, okrs):
    return lambda: [fault.message for fault in LogVerifier(store.log, okrs.mapper).find_faults()]


def read_tables(log):
    with log.read_transaction() as run:
        return fetch_tables(run)


def damage_tables(log, *tables):
    """Add a wrong row to each table and delete every other correct one."""
    with log.append_transaction() as run:
        for table in tables:
            kept = sorted(fetch_tables(run)[table])[::2]
            run(f"DELETE FROM {table}", ())
            for row in [*kept, EXTRA_ROWS.get(table, ("none",) * len(COLUMNS[table]))]:
                run(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)


def downgrade_tables(log, logic=None):
    """Mark the tables as derived by an earlier version, or by none."""
    with log.append_transaction() as run:
        run("DELETE FROM derivation", ())
        if logic is not None:
            run("INSERT INTO derivation (logic) VALUES (%s)", (logic,))


def test_every_command_leaves_what_follows_from_the_log(organisation, store, find_faults):
    assert organisation.executed == every_command()
    assert all(read_tables(store.log).values())
    assert find_faults() == []


@pytest.fixture
def reopen_damaged(organisation, store, okrs):  # noqa: ARG001 - it is the log of a busy organisation
    """Damage the tables, mark them as an earlier version's, and open the log as another process would."""
    opened = []

    def reopen(*tables, logic=None):
        damage_tables(store.log, *tables)
        downgrade_tables(store.log, logic)
        opened.append(store.reopen())
        rebuild_if_outdated(opened[-1].log, okrs.mapper)
        return opened[-1]

    yield reopen
    for again in opened:
        again.close()


@pytest.mark.parametrize("table", COLUMNS)
def test_the_tables_of_an_earlier_version_are_derived_anew(store, find_faults, reopen_damaged, table):
    before = read_tables(store.log)
    assert read_tables(reopen_damaged(table, logic=DERIVATION_VERSION - 1).log) == before
    assert find_faults() == []


@pytest.mark.usefixtures("organisation")
def test_tables_of_an_earlier_version_are_no_fault_and_unmarked_ones_are(store, find_faults):
    damage_tables(store.log, *COLUMNS)
    downgrade_tables(store.log, DERIVATION_VERSION - 1)
    assert find_faults() == []
    downgrade_tables(store.log)
    assert any(line.startswith("Table derivation") for line in find_faults())


def test_so_are_those_of_a_version_that_had_none(store, find_faults, reopen_damaged):
    before = read_tables(store.log)
    assert read_tables(reopen_damaged(*COLUMNS).log) == before
    assert find_faults() == []


@pytest.mark.usefixtures("organisation")
def test_those_of_this_version_are_left_alone_whatever_is_wrong_with_them(store, okrs, find_faults):
    rebuild_if_outdated(store.log, okrs.mapper)
    damage_tables(store.log, *COLUMNS)
    rebuild_if_outdated(store.log, okrs.mapper)
    assert {line.split(":")[0].removeprefix("Table ") for line in find_faults()} == set(COLUMNS)


def test_commands_rest_on_what_was_derived_anew(organisation, reopen_damaged):
    store = reopen_damaged(*COLUMNS)
    organisation.okrs = OKRApplication(store.log, store.register)
    for broken, command in refused_commands(organisation):
        with pytest.raises(broken):
            command()
    organisation.key_result(organisation.lead)
    with pytest.raises(TooManyKeyResults):
        organisation.key_result(organisation.lead)
    for _ in range(2):
        organisation.objective(organisation.team)
    with pytest.raises(TooManyObjectives):
        organisation.objective(organisation.team)
    organisation.okrs.revise_target(replace(organisation.intent, reason=None), organisation.draft_key_result, target=Decimal(4))


def refused_commands(busy):
    return [
        (KeyResultInherited, lambda: busy.check_in(busy.inherited_key_result, value=Decimal(1))),
        (CircularContribution, lambda: busy.create_link("explicit", busy.lead, busy.launch)),
        (AlreadyLinked, lambda: busy.create_link("vertical", busy.build, busy.lead)),
        (ObjectiveEnded, lambda: busy.check_in(busy.lost_key_result, value=Decimal(1))),
        (ObjectiveEnded, lambda: busy.key_result(busy.scored_objective)),
        (UnscoredKeyResults, lambda: busy.close_objective(busy.build)),
        (NameTaken, lambda: busy.create_unit(name="PRODUCTS", level=Level.TEAM, parent_id=busy.company)),
    ]


def test_names_that_an_earlier_version_told_apart_can_be_changed(store, okrs, intent, find_faults):
    company = Unit.create(name="Tech", level=Level.COMPANY)
    composed, decomposed = (Unit.create(name=name, level=Level.TEAM, parent=company) for name in ("Caf\u00e9", "Cafe\u0301"))
    events = [event for unit in (company, composed, decomposed) for event in unit.collect_events()]
    okrs.append(events, envelopes=[intent.envelope] * 3)
    rebuild_if_outdated(store.log, okrs.mapper)
    for unit, name in ((decomposed, "Tea"), (composed, "Caf\u00e9"), (composed, "Coffee"), (decomposed, "Cafe\u0301")):
        okrs.change_unit(intent, unit.id, name=name)
    okrs.move_unit(replace(intent, reason="It grew"), decomposed.id, parent_id=composed.id)
    assert find_faults() == []
