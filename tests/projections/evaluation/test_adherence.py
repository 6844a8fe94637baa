"""Adherence: any story against a calendar that is walked day by day, on both engines and at any moment of the past."""

from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
from projections.evaluation import adherence
from projections.evaluation.key_results import CycleRules
from projections.projector import Projector
from projections.store.tables import cycles, valid_at
from tests.projections.calendar_oracle import CalendarDuties
from tests.projections.check_in_stories import OWNERS, UNITS_BY_OBJECTIVE, CheckInStory
from tests.projections.event_recorder import EventRecorder, id_of
from tests.projections.graph_strategies import round_to_28_digits
from tests.projections.view_reader import ViewReader

MANY = 60


def assert_matches_calendar(story, look, many):
    """Compare what the views say after so many facts with the calendar."""
    look.zone = story.zone
    moment = look.moment(many)
    expected = CalendarDuties(story, many, moment.today)
    with look.views.connect() as connection:
        rules = [CycleRules(row, moment) for row in connection.execute(select(cycles).where(valid_at(cycles, many)))]
        found = adherence.compute_adherence(connection, moment, rules)
        assert_same_tally(found.total, expected)
        for unit in UNITS_BY_OBJECTIVE.values():
            assert_same_tally(found.units[str(id_of(unit))], expected, unit=unit)
            assert_same_tally(
                adherence.compute_adherence(connection, moment, rules, units=[str(id_of(unit))]).total, expected, unit=unit
            )
        for owner in OWNERS:
            assert_same_tally(found.owners[str(id_of(owner)) if owner else None], expected, owner=owner or "nobody")
        assert_same_tally(
            adherence.compute_adherence(connection, moment, rules, owner=str(id_of("Ada"))).total, expected, owner="Ada"
        )
    days = Counter((day, state) for (_, day), (state, _) in expected.states.items() if state != "not_applicable")
    assert {
        (day, state): times for day, states in found.count_by_day().items() for state, times in states.items() if times
    } == days
    assert sum(tally.missed for tally in found.key_results.values()) == found.total.missed


def assert_same_tally(tally, expected, **which):
    counts = tally.as_dict()
    assert {name: counts[name] for name in ("on_time", "late", "missed", "pending", "done")} == expected.tally(**which)
    share = expected.adherence(**which)
    assert tally.adherence is None if share is None else Fraction(tally.adherence) == round_to_28_digits(share)
    assert (counts["streak"]["current"], counts["streak"]["longest"]) == expected.streak(**which)


@settings(max_examples=15, deadline=None, phases=(Phase.reuse, Phase.generate))
@given(st.integers(0, 2**32))
def test_any_story_is_counted_as_the_calendar_says(seed):
    chance = Random(seed)  # noqa: S311 - no secret
    with TemporaryDirectory() as name:
        folder = Path(name)
        register = Register(open_sqlite(folder / "register.sqlite", durable=False))
        log = SQLiteLog(folder / "log.sqlite")
        okrs = OKRApplication(log, register)
        views = Projector(open_sqlite(folder / "views.sqlite", durable=False), log, okrs.mapper)
        with register.write_transaction() as connection:
            intent = Intent(register.people.add(connection, name="Ada").id)
        story = CheckInStory(chance)
        story.record_story(EventRecorder(okrs, intent), MANY)
        for many in (len(story.facts), chance.randint(3, len(story.facts))):
            assert_matches_calendar(story, ViewReader(views), many)
        views.engine.dispose()
        register.close()
        log.close()


@pytest.mark.parametrize("seed", [2, 11])
def test_both_engines_count_a_story_alike_at_any_of_its_facts(recorder, reader, seed):
    story = CheckInStory(Random(seed))  # noqa: S311 - no secret
    story.record_story(recorder, 2 * MANY)
    for many in range(3, len(story.facts) + 1, 9):
        assert_matches_calendar(story, reader, many)
