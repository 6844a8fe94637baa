"""Histories of units, cycles and priorities: what was changed, by whom, and why."""

from tests.api.command_catalog import CENTURY, REASON


def fetch_history(admin, kind, id, **query):
    answer = admin.get(f"/v1/{kind}/{id}/history", query)
    assert answer.status_code == 200, answer.text
    return [(fact["type"], fact["reason"]) for fact in answer.json["items"]]


def test_a_moved_unit_says_why(world, admin):
    unit, department = (
        world.create_for_argument("unit_id"),
        world.create("units", name=world["name"], level="department", parent_id=world["company"]),
    )
    admin.post(f"/v1/units/{unit}/move", {"parent_id": department, "reason": REASON})
    assert fetch_history(admin, "units", unit) == [("Unit.Created", None), ("Unit.Moved", REASON)]


def test_a_cycles_policies_stay_readable_with_their_reasons(world, admin):
    cycle = world.create("cycles", name=world["name"], **CENTURY)
    created = world.installation.head
    admin.post(f"/v1/cycles/{cycle}/activation", {})
    admin.patch(f"/v1/cycles/{cycle}/policy", {"policy": {"overlap": 80}, "reason": REASON})
    assert fetch_history(admin, "cycles", cycle) == [
        ("Cycle.Created", None),
        ("Cycle.Activated", None),
        ("Cycle.PolicyChanged", REASON),
    ]
    assert fetch_history(admin, "cycles", cycle, as_of=f"position:{created}") == [("Cycle.Created", None)]


def test_a_priority_keeps_its_revisions(world, admin):
    priority = world.create_for_argument("priority_id")
    admin.patch(f"/v1/priorities/{priority}", {"title": "Be early", "owner": world["person"], "reason": REASON})
    admin.post(f"/v1/priorities/{priority}/retirement", {"reason": REASON})
    body = fetch_history(admin, "priorities", priority)
    assert body == [("Priority.Set", None), *((f"Priority.{what}", REASON) for what in ("Renamed", "Reassigned", "Retired"))]
