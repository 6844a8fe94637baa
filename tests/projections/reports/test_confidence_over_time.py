"""Confidence over time: any check-ins, corrections and retractions against brute force."""

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

from okr_events.commands.application import OKRs
from okr_events.commands.intent import Intent
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
from projections.projector import Views
from tests.projections.event_recorder import FIRST_DAY, Teller
from tests.projections.reports.conftest import Asking


@dataclass
class Said:
    """A check-in: whose, recorded when, how many days back it speaks, how sure; when it was put right, null for taken back."""

    whose: int
    at: int
    back: int
    sure: str
    changed: int | None
    to: str | None

    @property
    def of(self):
        return self.at - self.back

    def known(self, day):
        """What it said of confidence by the end of a day, null for nothing."""
        if self.at > day or self.of > day:
            return None
        return self.to if self.changed is not None and self.at + self.changed <= day else self.sure


shares = st.integers(0, 20).map(lambda n: str(Decimal(n) / 20))
days = st.integers(0, 90)
reports = st.builds(
    Said,
    whose=st.integers(0, 2),
    at=days,
    back=st.integers(0, 20),
    sure=shares,
    changed=st.none() | st.integers(0, 30),
    to=st.none() | shares,
)
histories = st.lists(reports, max_size=12).map(lambda said: sorted(said, key=lambda each: each.at))


def in_force(said, whose, day):
    """By the day spoken of and then by the order of recording."""
    known = [(each.of, n, each.known(day)) for n, each in enumerate(said) if each.whose == whose]
    known = [each for each in known if each[2] is not None]
    return Fraction(max(known)[2]) if known else None


def worked_out(said, day):
    found = [share for whose in range(3) if (share := in_force(said, whose, day)) is not None]
    return len(found), rounded(sum(found) / len(found)) if found else None


def rounded(number):
    share = Context(prec=28).divide(Decimal(number.numerator), Decimal(number.denominator))
    return format(share.normalize(Context(prec=28)), "f")


@pytest.fixture
def afresh(tmp_path):
    """An empty log for each history, for its clock never goes back: a teller of the company and the quarter, and who asks."""

    @contextmanager
    def opened():
        folder = Path(mkdtemp(dir=tmp_path))
        engines = [open_sqlite(folder / f"{name}.sqlite", durable=False) for name in ("register", "views")]
        okrs = OKRs(SQLiteLog(folder / "log.sqlite"), Register(engines[0]))
        with okrs.register.changing() as connection:
            tell = Teller(okrs, Intent(okrs.register.people.add(connection, name="Ada").id))
        tell.unit("tech")
        tell.cycle()
        yield tell, Asking(okrs.register, Views(engines[1], okrs.log_recorder, okrs.mapper))
        okrs.log_recorder.close()
        for engine in engines:
            engine.dispose()

    return opened


@settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(said=histories)
def test_any_check_ins_corrections_and_retractions_give_the_means_of_brute_force(afresh, said):
    with afresh() as (tell, asking):
        tell.objective("lead")
        for whose in range(3):
            tell.key_result(f"part {whose}", of="lead")
        acts = [(each.at, 0, n) for n, each in enumerate(said)]
        acts += [(each.at + each.changed, 1, n) for n, each in enumerate(said) if each.changed is not None]
        for day, change, n in sorted(acts):
            tell.on(FIRST_DAY + timedelta(days=day))
            act = _put_right if change else _check_in
            act(tell, f"part {said[n].whose}", f"said {n}", said[n])
        found = asking.report(today=FIRST_DAY + timedelta(days=130))["confidence"]["over_time"]
    assert [(each["stated"], each["mean"]) for each in found] == [worked_out(said, day) for day in range(4, 91, 7)]


def _check_in(tell, key_result, name, said):
    tell.check_in(key_result, name, confidence=said.sure, on=tell.now.date() - timedelta(days=said.back))


def _put_right(tell, key_result, name, said):
    if said.to is None:
        tell.retract(key_result, name)
    else:
        tell.correct(key_result, name, confidence=said.to)
