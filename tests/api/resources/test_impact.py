"""Impact on aligned objectives: in command responses, in `impact` before a change, and in histories after it."""

from typing import Any

import pytest

from tests.api.command_catalog import REASON


class GoalFamily:
    """`top` is served by `middle`, which `low` serves; `heir` inherits a key result of `middle`; `friend` depends on `middle`;
    `follower` takes it as a guide; `stranger` has nothing to do with anybody.
    """

    def __init__(self, world: Any) -> None:
        self.world, self.admin = world, world.admin
        team = world.create_for_argument("unit_id")
        self.top = world.objective("company", title="top")
        self.middle, self.heir = (world.objective(title=name) for name in ("middle", "heir"))
        self.friend, self.follower, self.stranger = (
            world.objective(unit_id=team, title=name) for name in ("friend", "follower", "stranger")
        )
        self.low = world.objective(
            unit_id=world.create("units", name=world["name"], level="individual", parent_id=world["team"]), title="low"
        )
        self.part = world.key_result(objective=self.middle, title="inherited")
        self.other = world.key_result(objective=self.middle, title="other")
        self.up = self.link(self.middle, self.top, "vertical")
        self.down = self.link(self.low, self.middle, "vertical")
        self.link(self.heir, self.part, "explicit")
        self.friendship = self.link(self.friend, self.middle, "horizontal")
        self.link(self.follower, self.middle, "directional")

    def link(self, child: str, parent: str, kind: str) -> str:
        return str(self.world.create("alignments", child_id=child, parent_id=parent, kind=kind))

    def change(self, path: str, method: str = "POST", **body: Any) -> Any:
        answer = self.admin.call(method, f"/v1/{path}", {**body, "reason": REASON})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json

    def affected_by(self, position: int) -> set[str]:
        """The objectives whose history has the fact at this position as one of another objective."""
        everybody = ("top", "middle", "low", "heir", "friend", "follower", "stranger")
        histories = {name: self.admin.get(f"/v1/objectives/{getattr(self, name)}/history").json["items"] for name in everybody}
        return {
            name
            for name, facts in histories.items()
            if any(fact["position"] == position and fact["felt_from"] for fact in facts)
        }


@pytest.fixture
def family(world):
    return GoalFamily(world)


def with_goal_names(touches):
    return {way: [(each["title"], each["kind"], each["distance"]) for each in touches[way]] for way in ("up", "down")}


UP = [("top", "vertical", 1)]
DOWN = [("low", "vertical", 1), ("heir", "explicit", 1), ("friend", "horizontal", 1), ("follower", "directional", 1)]


def test_impact_says_beforehand_what_the_answer_says_then_and_the_histories_show_after(family):
    before = family.admin.get(f"/v1/objectives/{family.middle}/impact").json
    assert (before["objective_id"], with_goal_names(before)) == (
        family.middle,
        {"up": UP, "down": sorted(DOWN, key=sort_by_age(family))},
    )
    answer = family.change(f"objectives/{family.middle}/reassignment", owner=family.world["company"])
    assert answer["touches"] == {"up": before["up"], "down": before["down"]}
    assert family.affected_by(answer["position"]) == {"top", "low", "heir", "friend", "follower"}


def sort_by_age(family):
    """Objectives at the same distance are ordered by creation."""
    order = ["middle", "low", "heir", "friend", "follower", "stranger"]
    ids = {name: getattr(family, name) for name in order}
    return lambda each: ids[each[0]]


def test_a_target_affects_only_objectives_above_and_inheriting_ones(family):
    answer = family.change(f"key-results/{family.part}/target", target=9)
    assert with_goal_names(answer["touches"]) == {
        "up": [("middle", "key_result", 1), ("top", "vertical", 2)],
        "down": [("heir", "explicit", 1)],
    }
    assert family.affected_by(answer["position"]) == {"top", "heir"}
    other = family.change(f"key-results/{family.other}/target", target=9)
    assert family.affected_by(other["position"]) == {"top"}


@pytest.mark.parametrize(
    ("done", "impact"),
    [
        (lambda f: f.change(f"key-results/{f.other}/reassignment", owner=f.world["company"]), {"top"}),
        (lambda f: f.change(f"key-results/{f.part}/cancellation"), {"top", "heir"}),
        (lambda f: f.change(f"objectives/{f.low}/cancellation"), {"top", "middle"}),
        (lambda f: f.change(f"objectives/{f.top}/cancellation"), {"middle", "low", "heir"}),
        (lambda f: f.change(f"alignments/{f.up}", "PATCH", weight=3), {"low", "heir", "friend", "follower"}),
        (lambda f: f.change(f"alignments/{f.up}/ending"), {"low", "heir", "friend", "follower"}),
        (lambda f: f.change(f"objectives/{f.stranger}/cancellation"), set()),
        (lambda f: f.change(f"objectives/{f.middle}/weights", "PUT", key_results={f.other: 2}), {"top"}),
        (lambda f: f.change(f"key-results/{f.part}", "PATCH", weight=2), {"top", "heir"}),
        (lambda f: f.change(f"key-results/{f.part}", "PATCH", title="In other words"), set()),
        (lambda f: f.change(f"alignments/{f.friendship}", "PATCH", capacity=3), set()),
    ],
    ids=[
        "owner of a key result",
        "part",
        "below",
        "above",
        "weight",
        "link",
        "stranger",
        "weights",
        "weight of a part",
        "title",
        "capacity",
    ],
)
def test_every_kind_of_change_affects_the_objectives_it_touches(family, done, impact):
    answer = done(family)
    assert family.affected_by(answer["position"]) == impact
    own = {"middle", "top"} if "child_id" in answer else {"middle"} if "metric" in answer else set()
    result = {each["title"] for way in answer["touches"].values() for each in way}
    assert impact <= result <= impact | own


def test_an_objective_no_longer_linked_is_unaffected_and_keeps_its_history(family):
    impact = family.change(f"objectives/{family.middle}/reassignment", owner=family.world["company"])["position"]
    family.change(f"alignments/{family.down}/ending")
    later = family.change(f"objectives/{family.middle}/reassignment", owner=family.world["member"])["position"]
    assert "low" in family.affected_by(impact)
    assert "low" not in family.affected_by(later)


def test_impact_is_answered_as_it_was(family):
    position = family.world.installation.head
    family.change(f"alignments/{family.up}/ending")
    address = f"/v1/objectives/{family.middle}/impact"
    assert with_goal_names(family.admin.get(address).json)["up"] == []
    assert with_goal_names(family.admin.get(f"{address}?as_of=position:{position}").json)["up"] == UP


def test_histories_with_impact_come_in_pages(family):
    for weight in range(2, 7):
        family.change(f"alignments/{family.down}", "PATCH", weight=weight)
    address = f"/v1/objectives/{family.top}/history"
    whole = family.admin.get(f"{address}?limit=200").json["items"]
    assert sum(fact["felt_from"] == family.low for fact in whole) >= 5
    paged, after = [], "0"
    while after:
        page = family.admin.get(f"{address}?limit=3&after={after}").json
        paged, after = paged + page["items"], page["next"]
    assert paged == whole


def test_no_impact_passes_a_cancelled_objective(family):
    family.change(f"objectives/{family.middle}/cancellation")
    later = family.change(f"objectives/{family.low}/reassignment", owner=family.world["company"])
    assert later["touches"] == {"up": [], "down": []}
    assert family.affected_by(later["position"]) == set()
    assert with_goal_names(family.admin.get(f"/v1/objectives/{family.top}/impact").json) == {"up": [], "down": []}


def test_no_impact_passes_a_cancelled_key_result(family):
    family.change(f"key-results/{family.part}/cancellation")
    later = family.change(f"objectives/{family.heir}/reassignment", owner=family.world["company"])
    assert (later["touches"]["up"], family.affected_by(later["position"])) == ([], set())


def test_a_key_results_history_tells_who_inherited_it_and_what_was_begun_for_it(family):
    work = family.change(f"key-results/{family.part}/initiatives", title="Call them")["id"]
    family.change(f"initiatives/{work}/completion")
    for path in (f"key-results/{family.part}", f"objectives/{family.middle}"):
        facts = family.admin.get(f"/v1/{path}/history").json["items"]
        result = [fact["type"] for fact in facts if fact["felt_from"] is None]
        assert {"Alignment.Linked", "Initiative.Started", "Initiative.Completed"} <= set(result)
    assert {fact["reason"] for fact in facts if fact["type"].startswith("Initiative")} == {REASON}


def test_what_is_linked_twice_is_followed_all_the_way(world, family):
    low = world.objective(
        unit_id=world.create("units", name=world["name"], level="individual", parent_id=world["team"]), title="x"
    )
    family.link(low, family.middle, "directional")
    family.link(low, family.top, "directional")
    family.link(low, family.middle, "vertical")
    answer = family.change(f"objectives/{low}/reassignment", owner=world["company"])
    assert with_goal_names(answer["touches"])["up"] == [("middle", "vertical", 1), ("top", "vertical", 2)]
    assert family.affected_by(answer["position"]) == {"middle", "top"}
