"""Drafts change without reasons; agreed objectives, which name who agreed, need reasons."""

import pytest

from tests.api.command_catalog import REASON
from tests.api.problem_assertions import broken_rule

CHANGES = {
    "owner": ("POST", "objectives/{draft}/reassignment", {"owner": "{company}"}),
    "weights": ("PUT", "objectives/{draft}/weights", {"key_results": {"{part}": 2}, "alignments": {"{below}": 2}}),
    "target": ("POST", "key-results/{part}/target", {"target": 9}),
    "weight": ("PATCH", "key-results/{part}", {"weight": 3}),
    "owner of a key result": ("POST", "key-results/{part}/reassignment", {"owner": "{company}"}),
    "key result": ("POST", "key-results/{part}/cancellation", {}),
    "link below": ("PATCH", "alignments/{below}", {"weight": 5}),
    "itself": ("POST", "objectives/{draft}/cancellation", {}),
}


class Draft:
    def __init__(self, world, *, draft=True):
        self.draft = world.objective(draft=draft)
        self.company = world["company"]
        self.part = world.key_result(objective=self.draft)
        person = world.create("units", name=world["name"], level="individual", parent_id=world["team"])
        low = world.objective(unit_id=person)
        self.below = world.create("alignments", child_id=low, parent_id=self.draft, kind="vertical")
        self.above = world.create("alignments", child_id=self.draft, parent_id=world["lead"], kind="vertical")

    def send_change(self, caller, name, **more):
        method, path, body = CHANGES[name]
        return caller.call(method, f"/v1/{self._fill_placeholders(path)}", {**self._fill_placeholders(body), **more})

    def _fill_placeholders(self, part):
        if isinstance(part, dict):
            return {self._fill_placeholders(name): self._fill_placeholders(value) for name, value in part.items()}
        return part.format(**vars(self)) if isinstance(part, str) else part


@pytest.mark.parametrize("name", CHANGES)
def test_a_draft_changes_without_a_reason_and_what_is_agreed_does_not(world, admin, name):
    assert Draft(world).send_change(admin, name).status_code == 200
    agreed = Draft(world, draft=False)
    assert broken_rule(agreed.send_change(admin, name)) == (422, "reason-required")
    assert agreed.send_change(admin, name, reason=REASON).status_code == 200


def test_a_link_between_drafts_ends_without_a_reason_and_one_to_what_is_agreed_does_not(world, admin):
    draft = Draft(world)
    ending = f"/v1/alignments/{draft.above}/ending"
    assert broken_rule(admin.post(ending, {})) == (422, "reason-required")
    assert admin.post(ending, {"reason": REASON}).status_code == 200
    above = world.objective("company", draft=True)
    link = world.create("alignments", child_id=draft.draft, parent_id=above, kind="vertical")
    assert admin.post(f"/v1/alignments/{link}/ending", {}).status_code == 200
    served = world.create("alignments", child_id=draft.draft, parent_id=world["priority"], kind="strategic")
    assert admin.post(f"/v1/alignments/{served}/ending", {}).status_code == 200


def test_named_people_agree_to_a_draft_and_then_reasons_are_needed(world, admin):
    draft = Draft(world)
    assert admin.get(f"/v1/objectives/{draft.draft}").json["state"] == "draft"
    assert admin.get(f"/v1/objectives/{draft.draft}").json["agreed_by"] == []
    people = [world["member"], world["person"], world["member"]]
    agreed = admin.post(f"/v1/objectives/{draft.draft}/agreement", {"agreed_by": people}).json
    assert (agreed["state"], agreed["agreed_by"]) == ("agreed", people[:2])
    assert broken_rule(draft.send_change(admin, "target")) == (422, "reason-required")
    assert broken_rule(admin.post(f"/v1/objectives/{draft.draft}/agreement", {})) == (409, "agreed-already")


def test_the_caller_agrees_unless_others_are_named(world, member):
    agreed = member.post(f"/v1/objectives/{world.objective(draft=True)}/agreement", {}).json
    assert agreed["agreed_by"] == [member.person]


def test_what_is_agreed_from_the_start_says_by_whom(world, admin):
    assert admin.get(f"/v1/objectives/{world['build']}").json["agreed_by"] == [world.admin.person]


def test_only_people_agree(world, admin):
    refused = admin.post(f"/v1/objectives/{world.objective(draft=True)}/agreement", {"agreed_by": [world["team"]]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/agreed_by/0")


def test_reports_on_a_draft_are_corrected_with_a_reason_all_the_same(world, admin):
    part = world.key_result(objective=world.objective(draft=True))
    checked = world.create(f"key-results/{part}/check-ins", value=1)
    assert broken_rule(admin.post(f"/v1/check-ins/{checked}/correction", {"value": 2})) == (422, "reason-required")
