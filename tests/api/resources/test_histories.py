"""Histories of places and plans: what was changed, by whom, and why."""

from tests.api.command_catalog import CENTURY, WHY


def history(admin, kind, id, **query):
    answer = admin.get(f"/v1/{kind}/{id}/history", query)
    assert answer.status_code == 200, answer.text
    return [(fact["type"], fact["reason"]) for fact in answer.json["items"]]


def test_a_moved_unit_says_why(world, admin):
    unit, department = (
        world.new("unit_id"),
        world.make("units", name=world["name"], level="department", parent_id=world["company"]),
    )
    admin.post(f"/v1/units/{unit}/move", {"parent_id": department, "reason": WHY})
    assert history(admin, "units", unit) == [("Unit.Created", None), ("Unit.Moved", WHY)]


def test_a_cycles_policies_stay_readable_with_their_reasons(world, admin):
    cycle = world.make("cycles", name=world["name"], **CENTURY)
    created = world.at.head
    admin.post(f"/v1/cycles/{cycle}/activation", {})
    admin.patch(f"/v1/cycles/{cycle}/policy", {"policy": {"overlap": 80}, "reason": WHY})
    assert history(admin, "cycles", cycle) == [("Cycle.Created", None), ("Cycle.Activated", None), ("Cycle.PolicyChanged", WHY)]
    assert history(admin, "cycles", cycle, as_of=f"position:{created}") == [("Cycle.Created", None)]


def test_a_priority_keeps_its_revisions(world, admin):
    priority = world.new("priority_id")
    admin.patch(f"/v1/priorities/{priority}", {"title": "Be early", "owner": world["person"], "reason": WHY})
    admin.post(f"/v1/priorities/{priority}/retirement", {"reason": WHY})
    told = history(admin, "priorities", priority)
    assert told == [("Priority.Set", None), *((f"Priority.{what}", WHY) for what in ("Renamed", "Reassigned", "Retired"))]
