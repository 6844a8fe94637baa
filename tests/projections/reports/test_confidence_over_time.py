"""Confidence over time against a brute-force model, for any check-ins, corrections and retractions."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
from projections.projector import Projector
from tests.projections.event_recorder import FIRST_DAY, EventRecorder
from tests.projections.reports.conftest import ReportBuilder


@dataclass
class CheckIn:
    """A check-in: key result, time, days back, confidence, and its correction, null for a retraction."""

    key_result: int
    recorded_on: int
    days_back: int
    confidence: str
    changed_on: int | None
    corrected_confidence: str | None

    @property
    def measured_on(self):
        return self.recorded_on - self.days_back

    def confidence_by(self, day):
        """What it said of confidence by the end of a day, null for nothing."""
        if self.recorded_on > day or self.measured_on > day:
            return None
        return (
            self.corrected_confidence
            if self.changed_on is not None and self.recorded_on + self.changed_on <= day
            else self.confidence
        )


shares = st.integers(0, 20).map(lambda n: str(Decimal(n) / 20))
days = st.integers(0, 90)
check_ins = st.builds(
    CheckIn,
    key_result=st.integers(0, 2),
    recorded_on=days,
    days_back=st.integers(0, 20),
    confidence=shares,
    changed_on=st.none() | st.integers(0, 30),
    corrected_confidence=st.none() | shares,
)
check_in_histories = st.lists(check_ins, max_size=12).map(lambda said: sorted(said, key=lambda each: each.recorded_on))


def effective_confidence(said, whose, day):
    """Sorted by measured day, then by position."""
    known = [(each.measured_on, n, each.confidence_by(day)) for n, each in enumerate(said) if each.key_result == whose]
    known = [each for each in known if each[2] is not None]
    return Fraction(max(known)[2]) if known else None


def expected_confidence(said, day):
    found = [share for whose in range(3) if (share := effective_confidence(said, whose, day)) is not None]
    return len(found), round_to_28_digits(sum(found) / len(found)) if found else None


def round_to_28_digits(number):
    share = Context(prec=28).divide(Decimal(number.numerator), Decimal(number.denominator))
    return format(share.normalize(Context(prec=28)), "f")


@pytest.fixture
def fresh_recorder(tmp_path):
    """An empty log for each history, for its clock never goes back: a teller of the company and the quarter, and who asks."""

    @contextmanager
    def open_recorder():
        folder = Path(mkdtemp(dir=tmp_path))
        engines = [open_sqlite(folder / f"{name}.sqlite", durable=False) for name in ("register", "views")]
        okrs = OKRApplication(SQLiteLog(folder / "log.sqlite"), Register(engines[0]))
        with okrs.register.write_transaction() as connection:
            tell = EventRecorder(okrs, Intent(okrs.register.people.add(connection, name="Ada").id))
        tell.unit("tech")
        tell.cycle()
        yield tell, ReportBuilder(okrs.register, Projector(engines[1], okrs.log_recorder, okrs.mapper))
        okrs.log_recorder.close()
        for engine in engines:
            engine.dispose()

    return open_recorder


@settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=check_in_histories)
def test_any_history_gives_the_means_of_the_brute_force_model(fresh_recorder, said):
    with fresh_recorder() as (tell, asking):
        tell.objective("lead")
        for whose in range(3):
            tell.key_result(f"part {whose}", of="lead")
        acts = [(each.recorded_on, 0, n) for n, each in enumerate(said)]
        acts += [(each.recorded_on + each.changed_on, 1, n) for n, each in enumerate(said) if each.changed_on is not None]
        for day, change, n in sorted(acts):
            tell.at_day(FIRST_DAY + timedelta(days=day))
            act = _correct_or_retract if change else _check_in
            act(tell, f"part {said[n].key_result}", f"said {n}", said[n])
        found = asking.build(today=FIRST_DAY + timedelta(days=130))["confidence"]["over_time"]
    assert [(each["stated"], each["mean"]) for each in found] == [expected_confidence(said, day) for day in range(4, 91, 7)]


def _check_in(tell, key_result, name, said):
    tell.check_in(key_result, name, confidence=said.confidence, on=tell.now.date() - timedelta(days=said.days_back))


def _correct_or_retract(tell, key_result, name, said):
    if said.corrected_confidence is None:
        tell.retract(key_result, name)
    else:
        tell.correct(key_result, name, confidence=said.corrected_confidence)
