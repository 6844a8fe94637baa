"""A small organisation, created by commands, and new resources for commands to work on."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.api.command_catalog import ARGUMENT_OVERRIDES, CENTURY, COMMANDS, LAUNCHES, REASON
from tests.api.installation import Caller, Installation

REMEMBERED_ARGUMENTS = ("objective_id", "key_result_id")
"""The ids in a path that the rest of the path or the body may need."""


READ_ARGUMENTS = {
    "unit_id": "team",
    "cycle_id": "cycle",
    "objective_id": "build",
    "key_result_id": "launch",
    "check_in_id": "checked",
    "alignment_id": "link",
    "person_id": "person",
    "priority_id": "priority",
    "initiative_id": "initiative",
    "comment_id": "remark",
    "review_id": "review",
    "decision_id": "decision",
    "blocker_id": "blocked",
    "/v1/cycles/<uuid:cycle_id>/seal": "sealed",
    "/v1/cycles/<uuid:cycle_id>/after-seal": "sealed",
}
"""The resource that an id in a path stands for in reads, or in one read."""


@dataclass
class Organisation:
    """A small organisation. `world["lead"]` is an id in it; a name in `<uuid:…>` of a route stands for a new resource."""

    installation: Installation
    admin: Caller
    member: Caller
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids |= {"member": self.member.person, "person": self.admin.person}
        self.ids["company"] = self.create("units", name="Tech", level="company")
        self.ids["team"] = self.create("units", name="Product", level="team", parent_id=self["company"])
        self.ids["cycle"] = self.create("cycles", name="Century", **CENTURY)
        self.ids["lead"] = self.objective("company")
        self.ids["build"] = self.objective("team")
        self.ids["link"] = self.create("alignments", child_id=self["build"], parent_id=self["lead"], kind="vertical")
        self.ids["launch"] = self.create(f"objectives/{self['build']}/key-results", title="Launch", metric=LAUNCHES)
        self.ids["initiative"] = self.create(f"key-results/{self['launch']}/initiatives", title="A second line")
        self.ids["priority"] = self.create("priorities", title="Be first", perspective="customer", horizon=CENTURY)
        self.ids["checked"] = self.create(f"key-results/{self['launch']}/check-ins", value=1, note="A start")
        self.ids["sealed"] = self.create_sealed_cycle()
        self.ids["blocked"] = self.blocker(self["launch"])
        self.ids["remark"] = self.comment(f"objectives/{self['build']}")
        self.ids["review"] = self.review(adjustments=[self.installation.head])
        self.ids["decision"] = self.decision(self["review"])

    def __getitem__(self, name: str) -> str:
        match name:
            case "name":
                return f"Name {uuid4().hex}"
            case "its_key_result":
                return self.create(f"objectives/{self.ids['objective_id']}/key-results", title="Sell", metric=LAUNCHES)
        return self.ids[name] if name in self.ids else self.create_for_argument(name)

    def create(self, what: str, **fields: Any) -> str:
        """Create a resource and return its id."""
        made = self.admin.post(f"/v1/{what}", fields)
        assert made.status_code == 201, made.text
        id: str = made.json["id"]
        return id

    def objective(self, unit: str = "team", **fields: Any) -> str:
        own = {"cycle_id": self["cycle"], "unit_id": self[unit], "title": "Build", "owner": self["member"]}
        return self.create("objectives", **own | fields)

    def key_result(self, **fields: Any) -> str:
        objective = fields.pop("objective", None) or self.objective()
        return self.create(f"objectives/{objective}/key-results", **{"title": "Launch", "metric": LAUNCHES} | fields)

    def comment(self, subject: str, **values: Any) -> str:
        return self.create(f"{subject}/comments", **{"kind": "question", "text": "For whom?"} | values)

    def blocker(self, key_result: str, **values: Any) -> str:
        """An open blocker of the key result."""
        result = {"kind": "capacity", "text": "Two are ill", "owner": self["member"]} | values
        made = self.admin.post(f"/v1/key-results/{key_result}/check-ins", {"status": "at_risk", "blockers": [result]})
        id: str = made.json["blockers"][0]["id"]
        return id

    def review(self, **values: Any) -> str:
        """A review of the team that the member took part in, with a decision of theirs."""
        own = {"unit_id": self["team"], "cycle_id": self["cycle"], "kind": "monthly", "participants": [self["member"]]}
        made = [{"text": "Ask every week", "owner": self["member"], "due_on": "2026-02-01"}]
        return self.create("reviews", **own | {"lessons": ["Ask"], "decisions": made} | values)

    def decision(self, review: str) -> str:
        """The first decision of a review."""
        id: str = self.admin.get(f"/v1/reviews/{review}").json["decisions"][0]["id"]
        return id

    def create_for_argument(self, name: str) -> str:
        """A new resource for a route's argument, owned by the member where it has an owner."""
        if name not in FACTORIES:
            raise LookupError(f"say in MAKERS how to make one for {name}")
        return FACTORIES[name](self)

    def create_active_cycle(self) -> str:
        made = self.create("cycles", name=self["name"], **CENTURY)
        assert self.admin.post(f"/v1/cycles/{made}/activation").status_code == 200
        return made

    def create_sealed_cycle(self) -> str:
        """A closed cycle with one key result that has a check-in after the seal."""
        cycle = self.create_active_cycle()
        part = self.key_result(objective=self.objective(cycle_id=cycle))
        assert self.admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1}).status_code == 201
        assert self.admin.post(f"/v1/key-results/{part}/score").status_code == 200
        assert self.admin.post(f"/v1/cycles/{cycle}/closing", {"reason": REASON}).status_code == 200
        assert self.admin.post(f"/v1/key-results/{part}/check-ins", {"value": 2}).status_code == 201
        return cycle

    def dependency(self) -> str:
        response = self.objective("company")
        return self.create("alignments", child_id=self.objective(), parent_id=response, kind="horizontal", capacity=5)

    def contributor(self) -> str:
        """The member, as a contributor to the key result in the path."""
        address = f"/v1/key-results/{self.ids['key_result_id']}/contributors"
        assert self.admin.post(address, {"person_id": self["member"]}).status_code == 201
        return self["member"]

    def calendar(self) -> str:
        """The member's own calendar."""
        made: str = self.member.post("/v1/calendars", {"owner": self["member"]}).json["id"]
        return made

    def command(self, name: str) -> tuple[str, str, dict[str, Any]]:
        """A command of `COMMANDS` on a new resource: method, path and body."""
        method, rule = name.split(" ")
        special = ARGUMENT_OVERRIDES.get(name, {})
        path = re.sub(r"<uuid:(\w+)>", lambda found: self._create_for_argument(found[1], special.get(found[1], found[1])), rule)
        body = self._fill_placeholders(COMMANDS[name])
        for remembered in REMEMBERED_ARGUMENTS:
            self.ids.pop(remembered, None)
        return method, path, body

    def run(self, name: str, caller: Caller | None = None, **headers: str) -> TestResponse:
        method, path, body = self.command(name)
        return (caller or self.admin).call(method, path, body, **headers)

    def _create_for_argument(self, name: str, kind: str) -> str:
        made = self.create_for_argument(kind)
        if name in REMEMBERED_ARGUMENTS:
            self.ids[name] = made
        return made

    def _fill_placeholders(self, part: Any) -> Any:
        match part:
            case str():
                return re.sub(r"\{(\w+)\}", lambda found: self[found[1]], part)
            case dict():
                return {self._fill_placeholders(name): self._fill_placeholders(value) for name, value in part.items()}
            case list():
                return [self._fill_placeholders(value) for value in part]
        return part


FACTORIES: dict[str, Callable[[Organisation], str]] = {
    "unit_id": lambda world: world.create("units", name=world["name"], level="team", parent_id=world["company"]),
    "cycle_id": lambda world: world.create("cycles", name=world["name"], **CENTURY),
    "priority_id": lambda world: world.create("priorities", title="Be first", perspective="customer", horizon=CENTURY),
    "person_id": lambda world: world.create("people", name="Ben"),
    "calendar_id": Organisation.calendar,
    "token_id": lambda world: world.create("tokens", person_id=world["person"], role="reader"),
    "objective_id": lambda world: world.objective(),
    "elsewhere": lambda world: world.objective(cycle_id=world.create_for_argument("cycle_id")),
    "draft": lambda world: world.objective(draft=True),
    "key_result_id": lambda world: world.key_result(),
    "contributor_id": Organisation.contributor,
    "initiative_id": lambda world: world.create(f"key-results/{world.key_result()}/initiatives", title="A second line"),
    "check_in_id": lambda world: world.create(f"key-results/{world.key_result()}/check-ins", value=1, note="A start"),
    "blocker_id": lambda world: world.blocker(world.key_result()),
    "comment_id": lambda world: world.comment(f"objectives/{world.objective()}"),
    "review_id": Organisation.review,
    "decision_id": lambda world: world.decision(world.review()),
    "alignment_id": lambda world: world.create(
        "alignments", child_id=world.objective(), parent_id=world["lead"], kind="vertical"
    ),
    "dependency": Organisation.dependency,
    "active_cycle": Organisation.create_active_cycle,
}
