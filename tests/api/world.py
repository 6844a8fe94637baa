"""A small organisation, made by commands, and new things for commands to work on."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from .catalogue import CENTURY, COMMANDS, LAUNCHES
from .installation import Caller, Installation


@dataclass
class World:
    """A small organisation. `world["lead"]` is an id in it; a name in `<uuid:…>` of a route stands for a new thing."""

    at: Installation
    admin: Caller
    member: Caller
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids |= {"member": self.member.person, "person": self.admin.person}
        self.ids["company"] = self.make("units", name="Tech", level="company")
        self.ids["team"] = self.make("units", name="Product", level="team", parent_id=self["company"])
        self.ids["cycle"] = self.make("cycles", name="Century", **CENTURY)
        self.ids["lead"] = self.objective("company")
        self.ids["build"] = self.objective("team")
        self.ids["link"] = self.make("alignments", child_id=self["build"], parent_id=self["lead"], kind="vertical")
        self.ids["launch"] = self.make(f"objectives/{self['build']}/key-results", title="Launch", metric=LAUNCHES)
        self.ids["checked"] = self.make(f"key-results/{self['launch']}/check-ins", value=1, note="A start")

    def __getitem__(self, name: str) -> str:
        match name:
            case "name":
                return f"Name {uuid4().hex}"
            case "its_key_result":
                return self.make(f"objectives/{self.ids['objective_id']}/key-results", title="Sell", metric=LAUNCHES)
        return self.ids[name] if name in self.ids else self.new(name)

    def make(self, what: str, **fields: Any) -> str:
        """Create a thing and give its id."""
        made = self.admin.post(f"/v1/{what}", fields)
        assert made.status_code == 201, made.text
        id: str = made.json["id"]
        return id

    def objective(self, unit: str = "team", **fields: Any) -> str:
        own = {"cycle_id": self["cycle"], "unit_id": self[unit], "title": "Build", "owner": self["member"]}
        return self.make("objectives", **own | fields)

    def key_result(self, **fields: Any) -> str:
        objective = fields.pop("objective", None) or self.objective()
        return self.make(f"objectives/{objective}/key-results", **{"title": "Launch", "metric": LAUNCHES} | fields)

    def new(self, name: str) -> str:
        """A new thing for a route's argument; those with an owner are the member's."""
        match name:
            case "unit_id":
                return self.make("units", name=self["name"], level="team", parent_id=self["company"])
            case "cycle_id":
                return self.make("cycles", name=self["name"], **CENTURY)
            case "person_id":
                return self.make("people", name="Ben")
            case "token_id":
                return self.make("tokens", person_id=self["person"], role="reader")
            case "objective_id":
                return self.objective()
            case "key_result_id":
                return self.key_result()
            case "check_in_id":
                return self.make(f"key-results/{self.key_result()}/check-ins", value=1, note="A start")
            case "alignment_id":
                return self.make("alignments", child_id=self.objective(), parent_id=self["lead"], kind="vertical")
        raise LookupError(f"say in World.new how to make one for {name}")

    def command(self, name: str) -> tuple[str, str, dict[str, Any]]:
        """A command of `COMMANDS` on a new thing: method, path and body."""
        method, rule = name.split(" ")
        path = re.sub(r"<uuid:(\w+)>", lambda found: self._remembered(found[1]), rule)
        body = self._filled(COMMANDS[name])
        self.ids.pop("objective_id", None)
        return method, path, body

    def run(self, name: str, caller: Caller | None = None, **headers: str) -> TestResponse:
        method, path, body = self.command(name)
        return (caller or self.admin).call(method, path, body, **headers)

    def _remembered(self, name: str) -> str:
        made = self.new(name)
        if name == "objective_id":
            self.ids[name] = made
        return made

    def _filled(self, part: Any) -> Any:
        match part:
            case str():
                return re.sub(r"\{(\w+)\}", lambda found: self[found[1]], part)
            case dict():
                return {self._filled(name): self._filled(value) for name, value in part.items()}
            case list():
                return [self._filled(value) for value in part]
        return part
