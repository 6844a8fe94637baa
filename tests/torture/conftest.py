"""An organisation that many processes write about at once."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from okr_events.application import OKRs
from okr_events.intent import Intent
from okr_events.values import Level

CENTURY = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}
TO_A_MILLION = {"kind": "increase", "baseline": "0", "target": "1000000"}


@dataclass(frozen=True)
class Organisation:
    okrs: OKRs
    intent: Intent
    company: UUID
    cycle: UUID

    def team(self, name: str) -> UUID:
        return self.okrs.create_unit(self.intent, name=name, level=Level.TEAM, parent_id=self.company).id or self.company

    def objective(self, title: str, unit: UUID | None = None) -> Any:
        place = {"cycle_id": self.cycle, "unit_id": unit or self.company}
        return self.okrs.create_objective(self.intent, title=title, **place).id

    def key_result(self, title: str, *, of: UUID | None = None) -> Any:
        return self.okrs.define_key_result(self.intent, of or self.objective(title), title=title, metric=TO_A_MILLION).id


@pytest.fixture
def organisation(okrs: OKRs, intent: Intent) -> Organisation:
    reasoned = replace(intent, reason="It has to be")
    company: Any = okrs.create_unit(reasoned, name="Tech", level=Level.COMPANY).id
    cycle: Any = okrs.create_cycle(reasoned, name="Century", **CENTURY).id
    return Organisation(okrs, reasoned, company, cycle)
