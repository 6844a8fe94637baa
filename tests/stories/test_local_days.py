"""People read days of their organisation's zone everywhere, also while the day in UTC is another."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.values import Level
from okr_events.register.tokens import Role
from tests.app_factory import create_app_over

Okr = Callable[..., Any]
FIRST_WESTERN_HOUR, EAST, WEST = 10, "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""From ten o'clock UTC on it is tomorrow on Kiritimati, until then it is yesterday in Pago Pago."""
DOCUMENTS = [
    f"/v1/reports/{kind}?format={form}"
    for kind in ("weekly", "monthly", "retrospective")
    for form in ("markdown", "text", "html")
]
LISTS = ["/v1/alignment-tree?format=svg", "/v1/alignment-tree?format=mermaid", "/v1/alignment-tree?format=dot"]
CHANGES = ["/v1/changes?from=position:1&format=markdown", "/v1/changes?from=position:1&format=csv"]
MACHINE_READ = re.compile(r"as\\?_of=[^&\s]*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]*|\"recorded_at\":\"[^\"]*\"")
"""Links, ids and JSON inside a cell."""


@pytest.fixture
def zone() -> ZoneInfo:
    return ZoneInfo(EAST if datetime.now(UTC).hour >= FIRST_WESTERN_HOUR else WEST)


@pytest.fixture
def cycle(stores: Stores, zone: ZoneInfo) -> str:
    """A quarter with a check-in, a correction, a blocker and a moved target, all of today."""
    with stores.register.write_transaction() as connection:
        actor = stores.register.people.add(connection, name="Ada").id
    intent, okrs = Intent(actor, reason="the market moved"), stores.okrs
    company = okrs.create_unit(intent, level=Level.COMPANY, name="Tech", time_zone=zone.key).id
    span = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}
    cycle = okrs.create_cycle(intent, name="Century", **span).id
    okrs.activate_cycle(intent, cycle)
    objective = okrs.create_objective(intent, cycle_id=cycle, unit_id=company, title="Lead").id
    metric = {"kind": "increase", "baseline": "0", "target": "4"}
    launch = okrs.define_key_result(intent, objective, title="Launch", metric=metric).id
    okrs.check_in(intent, launch, value=Decimal(1), blockers=[{"kind": "capacity", "text": "Two are ill"}])
    okrs.revise_target(intent, launch, target=Decimal(5))
    stores.views.catch_up(60)
    return str(cycle)


@pytest.mark.parametrize("path", [*DOCUMENTS, *LISTS, *CHANGES])
def test_no_day_of_utc_stands_where_a_person_reads_one(stores: Stores, cycle: str, zone: ZoneInfo, path: str) -> None:
    with stores.register.write_transaction() as connection:
        person = stores.register.people.add(connection, name="Ben").id
        _, secret = stores.register.tokens.issue(connection, person_id=person, role=Role.READER)
    client = create_app_over(stores).test_client()
    answer = client.get(f"{path}&cycle={cycle}", headers={"Authorization": f"Bearer {secret}"})
    now = datetime.now(UTC)
    assert answer.status_code == 200, answer.text
    text = MACHINE_READ.sub("", answer.text)
    assert f"{now:%Y-%m-%d}" not in text
    assert f"{now.astimezone(zone):%Y-%m-%d}" in text or path.endswith("text")


@pytest.mark.usefixtures("cycle")
def test_replay_shows_local_days(okr: Okr, zone: ZoneInfo) -> None:
    output = okr("replay", "--cycle", "Century").stdout
    now = datetime.now(UTC)
    assert f"{now:%Y-%m-%d}" not in output
    assert f"{now.astimezone(zone):%A %Y-%m-%d}" in output
