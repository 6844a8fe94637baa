"""Commands about check-ins."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model_based.model_comparison import ModelComparison
from tests.model_based.strategies import (
    DEFAULT_OPTIONS,
    CommandOptions,
    command_options,
    confidences,
    days,
    picks,
    rarely,
    statuses,
    steps,
    values,
    without_nulls,
)

NO_ASSESSMENT = {"confidence": None, "status": None}
check_in_rows = st.tuples(picks, st.integers(1, 80), values, steps, confidences, statuses)
correction_rows = st.tuples(picks, days, st.none() | values, steps, st.booleans())


class CheckInRules(ModelComparison):
    @rule(hours=st.sampled_from([1, 13, 24, 72, 168, 500]))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    def metric_fields(self, key_result: Any, value: Decimal | None, done: list[str] | None, *, wrong: bool) -> dict[str, Any]:
        """A value or milestones, whichever the metric takes, or when it shall be wrong the other."""
        kind = self.model.world["key_results"][key_result]["metric"]["kind"]
        if kind == "binary" and value is not None and not wrong:
            value = Decimal(value > 1)
        named = (kind == "milestones") != wrong
        return {"value": None, "milestones": done} if named else {"value": value, "milestones": None}

    @rule(
        key_result=picks,
        day=days,
        value=st.none() | values,
        done=st.none() | steps,
        confidence=confidences,
        status=statuses,
        wrong=rarely,
        how=command_options,
    )
    def check_in(
        self, key_result: int, day: int | None, value: Any, done: Any, *, wrong: bool, how: CommandOptions, **more: Any
    ) -> None:
        on, measured = self.pick("key_results", key_result), self.day(day)
        said = self.metric_fields(on, value, done, wrong=wrong) | more
        command = partial(self.okrs.check_in, key_result_id=on, measured_on=measured, note="So it goes", **said)
        self.run_command(how, command, partial(self.model.check_in, key_result=on, day=measured, **said), on)

    @rule(rows=st.lists(check_in_rows, min_size=2, max_size=6))
    def check_in_over_weeks(self, rows: list[tuple[int, int, Any, Any, Any, Any]]) -> None:
        """Reports come in, hours apart."""
        for number, hours, value, done, confidence, status in rows:
            self.time_passes(hours)
            self.check_in(number, None, value, done, confidence=confidence, status=status, wrong=False, how=DEFAULT_OPTIONS)

    @rule(rows=st.lists(st.tuples(picks, days, values, steps), min_size=1, max_size=3), how=command_options)
    def check_in_batch(self, rows: list[tuple[int, int | None, Any, Any]], how: CommandOptions) -> None:
        parts = [(self.pick("key_results", number), self.day(day), value, done) for number, day, value, done in rows]
        batch = [(on, day, self.metric_fields(on, value, done, wrong=False)) for on, day, value, done in parts]

        def follow(_: Any) -> None:
            new = self.new_check_ins()
            with self.all_or_none():
                for on, day, said in batch:
                    self.model.check_in(next(new, uuid4()), key_result=on, day=day, **said, **NO_ASSESSMENT)

        sent = [{"key_result_id": on, "measured_on": day, **said} for on, day, said in batch]
        self.run_command(how, partial(self.okrs.check_in_batch, check_ins=sent), follow)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(
        check_in=picks,
        day=days,
        value=st.none() | values,
        done=st.none() | steps,
        confidence=confidences,
        status=statuses,
        wrong=rarely,
        how=command_options,
    )
    def correct(
        self, check_in: int, day: int | None, value: Any, done: Any, *, wrong: bool, how: CommandOptions, **more: Any
    ) -> None:
        id, measured = self.pick("check_ins", check_in), self.day(day)
        on = self.model.world["check_ins"][id]["key_result"]
        said = self.metric_fields(on, value, done, wrong=wrong) | more
        command = partial(self.okrs.correct_check_in, key_result_id=on, id=id, measured_on=measured, **without_nulls(said))
        self.run_command(how, command, partial(self.model.correct, day=measured, **said), id, because=True)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(check_in=picks, how=command_options)
    def retract(self, check_in: int, how: CommandOptions) -> None:
        id = self.pick("check_ins", check_in)
        on = self.model.world["check_ins"][id]["key_result"]
        command = partial(self.okrs.retract_check_in, key_result_id=on, id=id)
        self.run_command(how, command, self.model.retract, id, because=True)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(rows=st.lists(correction_rows, min_size=1, max_size=4))
    def correct_mistakes(self, rows: list[tuple[int, int | None, Any, Any, bool]]) -> None:
        """Corrections and retractions of what was reported last."""
        for number, day, value, done, withdrawn in rows:
            newest = max(len(self.model.world["check_ins"]) - 1 - number % 4, 0)
            if withdrawn:
                self.retract(newest, DEFAULT_OPTIONS)
            else:
                self.correct(newest, day, value, done, wrong=False, how=DEFAULT_OPTIONS, confidence=Decimal("0.5"), status=None)
