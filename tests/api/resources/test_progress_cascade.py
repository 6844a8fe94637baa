"""A cascade over three levels, with every number worked out by hand, now and as of every step before.

C  (both)        = (c + 2 D1 + D2) / 4
D1 (alignments)  = T1, and T2 with a weight of 0 at first, of 1 later
D2 (both)        = (inherited + d + T1) / 3
inherited        = (T3 + 3 T4) / 4: two teams have taken this key result of D2 for their objective
"""

from typing import Any

import pytest

NAMES = ("C", "D1", "D2", "inherited", "T1", "T2", "T3", "T4")
THIRD_OF_HALF, ABOVE_IT = "0.1666666666666666666666666667", "0.2916666666666666666666666667"
STEPS = {
    "nothing is reported": ("0", "0", "0", "0", "0", "0", "0", "0"),
    "t1 is at 5 of 10": (ABOVE_IT, "0.5", THIRD_OF_HALF, "0", "0.5", "0", "0", "0"),
    "t2 is done, and counts for nothing": (ABOVE_IT, "0.5", THIRD_OF_HALF, "0", "0.5", "1", "0", "0"),
    "t3 is at 4": ("0.3", "0.5", "0.2", "0.1", "0.5", "1", "0.4", "0"),
    "t4 is at 8": ("0.35", "0.5", "0.4", "0.7", "0.5", "1", "0.4", "0.8"),
    "d is at 6": ("0.4", "0.5", "0.6", "0.7", "0.5", "1", "0.4", "0.8"),
    "c is at 2": ("0.45", "0.5", "0.6", "0.7", "0.5", "1", "0.4", "0.8"),
    "the dependency is declined": ("0.45", "0.5", "0.6", "0.7", "0.5", "1", "0.4", "0.8"),
    "T2 counts": ("0.575", "0.75", "0.6", "0.7", "0.5", "1", "0.4", "0.8"),
    "T4 inherits no longer": ("0.55", "0.75", "0.5", "0.4", "0.5", "1", "0.4", "0.8"),
    "T1 is cancelled": ("0.675", "1", "0.5", "0.4", None, "1", "0.4", "0.8"),
    "t3 is at 9": ("0.7375", "1", "0.75", "0.9", None, "1", "0.9", "0.8"),
}


class Cascade:
    def __init__(self, world: Any) -> None:
        self.world, self.admin = world, world.admin
        self.department = world.create("units", name=world["name"], level="department", parent_id=world["company"])
        self.units = {"C": world["company"], "D": self.department}
        self.ids = {name: self.objective(name) for name in ("C", "D1", "D2", "T1", "T2", "T3", "T4")}
        self.ids |= {name: self.key_result(name) for name in ("c", "d", "t1", "t2", "t3", "t4")}
        self.ids["inherited"] = self.key_result("d")
        for child, parent, kind, weight in (
            ("D1", "C", "vertical", 2),
            ("D2", "C", "vertical", 1),
            ("T1", "D1", "vertical", 1),
            ("T1", "D2", "vertical", 1),
            ("T2", "D1", "vertical", 0),
            ("T3", "inherited", "explicit", 1),
            ("T4", "inherited", "explicit", 3),
            ("T2", "T1", "horizontal", None),
        ):
            self.ids[child + parent] = self.link(child, parent, kind, weight)

    def objective(self, name: str) -> str:
        unit = self.units.get(name[0]) or self.world.create(
            "units", name=self.world["name"], level="team", parent_id=self.department
        )
        driver = {"C": "both", "D1": "alignments", "D2": "both"}.get(name, "key_results")
        return str(self.world.objective(unit_id=unit, title=name, progress_driver=driver))

    def key_result(self, name: str) -> str:
        objective = "D2" if name == "d" else name.upper()
        metric = {"kind": "increase", "baseline": 0, "target": 10}
        return str(self.world.key_result(objective=self.ids[objective], title=name, metric=metric))

    def link(self, child: str, parent: str, kind: str, weight: int | None) -> str:
        ends = {"child_id": self.ids[child], "parent_id": self.ids[parent]}
        return str(self.world.create("alignments", **ends, kind=kind, weight=weight))

    def run_step(self, name: str) -> int:
        """Do what the step's name says and give the position after it."""
        words = name.split()
        match words:
            case ["nothing", *_]:
                return int(self.world.installation.head)
            case [key_result, "is", "at", value, *_]:
                answer = self.admin.post(f"/v1/key-results/{self.ids[key_result]}/check-ins", {"value": value})
            case ["t2", *_]:
                answer = self.admin.post(f"/v1/key-results/{self.ids['t2']}/check-ins", {"value": 10})
            case ["the", *_]:
                answer = self.end_thing("alignments", "T2T1", "declination")
            case ["T2", "counts"]:
                weights = {"alignments": {self.ids["T2D1"]: 1}, "reason": "It matters after all"}
                answer = self.admin.call("PUT", f"/v1/objectives/{self.ids['D1']}/weights", weights)
            case ["T4", *_]:
                answer = self.end_thing("alignments", "T4inherited", "ending")
            case ["T1", *_]:
                answer = self.end_thing("objectives", "T1", "cancellation")
        assert answer.status_code in {200, 201}, answer.text
        return int(answer.json["position"])

    def end_thing(self, kind: str, name: str, how: str) -> Any:
        return self.admin.post(f"/v1/{kind}/{self.ids[name]}/{how}", {"reason": "We think again"})

    def progress_values(self, as_of: str) -> tuple[str | None, ...]:
        kinds = {name: "key-results" if name == "inherited" else "objectives" for name in NAMES}
        reads = (self.admin.get(f"/v1/{kind}/{self.ids[name]}{as_of}").json for name, kind in kinds.items())
        return tuple(read["progress"] and read["progress"]["value"] for read in reads)

    def progress_values_in_tree(self, as_of: str) -> dict[str, str | None]:
        query = f"?unit={self.world['company']}&root={self.ids['C']}&state=all&{as_of}"
        found: dict[str, str | None] = {}
        waiting = self.admin.get(f"/v1/alignment-tree{query}").json["roots"]
        while waiting:
            node = waiting.pop()
            if "ref" not in node:
                found[node["title"]] = node["progress"] and node["progress"]["value"]
                waiting += node["children"] + [heir for part in node["key_results"] for heir in part["children"]]
        return found


@pytest.fixture(scope="module")
def cascade(world):
    return Cascade(world)


def test_every_number_is_the_one_worked_out_by_hand_at_every_step(cascade):
    positions = {}
    for name, expected in STEPS.items():
        positions[name] = cascade.run_step(name)
        assert cascade.progress_values("") == expected, name
    for name, expected in STEPS.items():
        as_of = f"as_of=position:{positions[name]}"
        assert cascade.progress_values(f"?{as_of}") == expected, name
        body = cascade.progress_values_in_tree(as_of)
        assert body == {at: number for at, number in zip(NAMES, expected, strict=True) if at != "inherited"}, name


def test_an_inherited_key_result_takes_check_ins_without_a_value_only(world):
    cascade = Cascade(world)
    heirs = world.admin.get(f"/v1/key-results/{cascade.ids['inherited']}").json["children"]
    assert [(heir["title"], heir["weight"]) for heir in heirs] == [("T3", "1"), ("T4", "3")]
    address = f"/v1/key-results/{cascade.ids['inherited']}/check-ins"
    refused = world.admin.post(address, {"value": 5})
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "inherited")
    assert world.admin.post(address, {"confidence": "0.5"}).status_code == 201
    for name in ("T3inherited", "T4inherited"):
        assert cascade.end_thing("alignments", name, "ending").status_code == 200
    assert world.admin.post(address, {"value": 5}).status_code == 201
    assert cascade.progress_values("")[NAMES.index("inherited")] == "0.5"
