"""Any commands in any order leave what a plain model holds, at every position, now and in the past."""

from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from okr_events.domain.values import Level
from tests.model_based.rules.links import LinkRules
from tests.model_based.rules.structure import StructureRules
from tests.model_based.strategies import DEFAULT_OPTIONS, METRICS, metrics, valid_policies


class BackendComparison(StructureRules, LinkRules):
    @initialize(
        zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Havana"]),
        policy=valid_policies,
        measures=st.lists(metrics, min_size=2, max_size=4),
        draft=st.booleans(),
    )
    def create_organisation(self, zone: str, policy: dict[str, Any], measures: list[dict[str, Any]], *, draft: bool) -> None:
        """A company, a team and a priority; a quarter; an objective of each unit with key results; links, one of an heir.

        In the next quarter one of them is carried on.
        """
        self.zone = ZoneInfo(zone)
        create = partial(self.okrs.create_unit, name="Tech", level=Level.COMPANY, time_zone=zone)
        self.run_command(DEFAULT_OPTIONS, create, partial(self.model.create_unit, name="Tech", level="company", parent=None))
        self.create_unit("A", "team", 0, DEFAULT_OPTIONS)
        self.create_cycle("A", 0, 90, policy, DEFAULT_OPTIONS)
        self.set_priority("A", "customer", (0, 900), 0, DEFAULT_OPTIONS)
        for unit in (0, 1):
            self.create_objective(0, unit, "Aim", 0, "both", DEFAULT_OPTIONS, draft=draft)
            self.define(unit, METRICS[0], Decimal(1), None, 0, DEFAULT_OPTIONS)
        for number, metric in enumerate(measures):
            self.define(number, metric, Decimal(1), None, 0, DEFAULT_OPTIONS)
        ends = (self.pick("objectives", 1), self.pick("objectives", 0))
        self.connect(*ends, "vertical", DEFAULT_OPTIONS)
        self.connect(*ends, "horizontal", DEFAULT_OPTIONS, capacity=Decimal(5))
        self.name_contributor(0, 1, "lead", None, DEFAULT_OPTIONS)
        self.inherit_key_result(0, 1, Decimal(3), Decimal(1))
        self.create_cycle("Z", 91, 90, {}, DEFAULT_OPTIONS)
        self.create_objective(1, 1, "Aim", 0, "both", DEFAULT_OPTIONS)
        self.carry_over(0, 1, Decimal(12), DEFAULT_OPTIONS)

    @rule(number=st.integers(1, 200))
    def compare_position(self, number: int) -> None:
        head = self.log.head().position
        for position in {1 + number % head, head}:
            self.compare(position)


BOUNDED = settings(
    max_examples=10, stateful_step_count=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(BOUNDED, max_examples=300, stateful_step_count=120)


@pytest.mark.slow
def test_any_commands_leave_what_the_model_holds():
    run_state_machine_as_test(seed(13)(BackendComparison), settings=BOUNDED)


class ThoroughComparison(BackendComparison):
    stride = 1


@pytest.mark.torture
def test_very_many_commands_leave_what_the_model_holds():
    run_state_machine_as_test(ThoroughComparison, settings=LONG)
