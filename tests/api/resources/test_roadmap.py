"""Strategic priorities, and the roadmap: what serves them in each cycle."""

import pytest

from tests.api.command_catalog import REASON
from tests.api.problem_assertions import broken_rule

YEARS = {"starts_on": "2026-01-01", "ends_on": "2030-12-31"}


def test_a_priority_is_set_revised_and_retired_and_stays_readable(fresh_world, fresh_admin):
    admin = fresh_admin
    fields = {"title": "Be first", "description": "Why", "perspective": "customer", "horizon": YEARS, "owner": None}
    made = admin.post("/v1/priorities", fields).json
    assert {name: made[name] for name in fields} == fields
    longer = YEARS | {"ends_on": "2032-12-31"}
    revised = admin.patch(f"/v1/priorities/{made['id']}", {"perspective": "financial", "horizon": longer}).json
    assert (revised["perspective"], revised["horizon"], revised["title"]) == ("financial", longer, "Be first")
    owner = {"owner": fresh_world["person"]}
    assert broken_rule(admin.patch(f"/v1/priorities/{made['id']}", owner)) == (422, "reason-required")
    assert admin.patch(f"/v1/priorities/{made['id']}", {**owner, "reason": REASON}).json["owner"] == fresh_world["person"]
    assert broken_rule(admin.post(f"/v1/priorities/{made['id']}/retirement", {})) == (422, "reason-required")
    assert admin.post(f"/v1/priorities/{made['id']}/retirement", {"reason": REASON}).json["state"] == "retired"
    assert broken_rule(admin.patch(f"/v1/priorities/{made['id']}", {"title": "x"})) == (409, "priority-retired")
    was = admin.get(f"/v1/priorities/{made['id']}?as_of=position:{made['position']}").json
    assert (was["perspective"], was["horizon"], was["state"]) == ("customer", YEARS, "active")
    listed = admin.get("/v1/priorities", {"state": "retired"}).json["items"]
    assert [each["id"] for each in listed] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"perspective": "weather"}, "/perspective"),
        ({"horizon": {"starts_on": "2026-01-02", "ends_on": "2026-01-01"}}, "/horizon/ends_on"),
        ({"horizon": {"starts_on": "2026-01-02"}}, "/horizon/ends_on"),
        ({"owner": "00000000-0000-4000-8000-000000000000"}, "/owner"),
    ],
)
def test_an_invalid_priority_has_a_pointer(admin, body, pointer):
    refused = admin.post("/v1/priorities", {"title": "Be first", "perspective": "customer", "horizon": YEARS, **body})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


class RoadmapGoals:
    """Two cycles, two units: `first` and `second` serve the priority in one cycle, `later` in the next."""

    def __init__(self, world):
        self.world, self.admin = world, world.admin
        self.admin.patch(f"/v1/units/{world['company']}", {"vision": "A tool in every hand", "mission": "Build tools"})
        self.priority = world.create("priorities", title="Be first", perspective="customer", horizon=YEARS)
        span = {"starts_on": "2026-01-01", "ends_on": "2026-06-30"}
        self.spring = world.create("cycles", name=world["name"], **span)
        self.autumn = world.create("cycles", name=world["name"], starts_on="2026-07-01", ends_on="2026-12-31")
        self.team, self.other = world.create_for_argument("unit_id"), world.create_for_argument("unit_id")
        self.first = self.objective(self.team, self.spring)
        self.second = self.objective(self.other, self.spring)
        self.later = self.objective(self.other, self.autumn)
        for child in (self.later, self.first, self.second):
            world.create("alignments", child_id=child, parent_id=self.priority, kind="strategic")
        self.dependency = world.create(
            "alignments", child_id=self.first, parent_id=self.second, kind="horizontal", capacity="12.5"
        )

    def objective(self, unit, cycle):
        id = self.world.objective(unit_id=unit, cycle_id=cycle)
        metric = {"kind": "increase", "baseline": 0, "target": 10}
        part = self.world.key_result(objective=id, metric=metric)
        self.world.create(f"key-results/{part}/check-ins", value=4, measured_on="2026-01-01")
        return id

    def roadmap(self, **query):
        answer = self.admin.get("/v1/roadmap", query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def summarize(self, **query):
        return next(each for each in self.roadmap(**query)["priorities"] if each["id"] == self.priority)


@pytest.fixture
def serving(fresh_world):
    return RoadmapGoals(fresh_world)


def test_the_roadmap_tells_what_serves_a_priority_in_each_cycle(serving):
    whole = serving.roadmap()
    assert (whole["vision"], whole["mission"]) == ("A tool in every hand", "Build tools")
    result = serving.summarize()
    assert (result["perspective"], result["horizon"]) == ("customer", YEARS)
    spring, autumn = result["cycles"]
    assert [spring["cycle_id"], autumn["cycle_id"]] == [serving.spring, serving.autumn]
    first, second = sorted(spring["objectives"], key=lambda each: each["id"] != serving.first)
    assert (first["id"], first["progress"]["value"]) == (serving.first, "0.4")
    assert (first["overlaps"], second["overlaps"]) == (1, 1)
    assert (
        [each["id"] for each in first["dependencies"]]
        == [each["id"] for each in second["dependencies"]]
        == [serving.dependency]
    )
    assert [(each["id"], each["overlaps"]) for each in autumn["objectives"]] == [(serving.later, 0)]


def test_the_roadmap_adds_up_the_capacity_requested_of_each_unit(serving):
    response = {"unit_id": serving.other, "cycle_id": serving.spring, "asked": "12.5", "confirmed": "0"}
    assert serving.roadmap()["capacity"] == [response]
    position = serving.world.installation.head
    serving.admin.post(f"/v1/alignments/{serving.dependency}/confirmation", {"capacity": 10})
    assert serving.roadmap()["capacity"] == [response | {"confirmed": "10"}]
    assert serving.roadmap(as_of=f"position:{position}")["capacity"] == [response]
    serving.admin.post(f"/v1/alignments/{serving.dependency}/ending", {"reason": REASON})
    assert serving.roadmap()["capacity"] == []


def test_what_is_cancelled_or_unlinked_serves_no_longer(serving):
    position = serving.world.installation.head
    serving.admin.post(f"/v1/objectives/{serving.later}/cancellation", {"reason": REASON})
    assert [cycle["cycle_id"] for cycle in serving.summarize()["cycles"]] == [serving.spring]
    assert len(serving.summarize(as_of=f"position:{position}")["cycles"]) == 2


def test_past_progress_is_that_of_the_requested_day(serving):
    result = serving.summarize(effective_on="2025-12-31")
    assert {each["progress"]["value"] for cycle in result["cycles"] for each in cycle["objectives"]} == {"0"}
