"""Histories over HTTP: every fact in order, with who, when, what and why."""

import pytest

from .catalogue import WHY


@pytest.fixture(scope="module")
def told(world, admin, member):
    """An objective with a key result, a check-in in words, its correction, and a new target."""
    objective = world.objective()
    key_result = world.key_result(objective=objective)
    said = member.post(f"/v1/key-results/{key_result}/check-ins", {"value": 1, "note": "A start", "wins": ["One sold"]}).json
    admin.post(f"/v1/check-ins/{said['id']}/correction", {"value": 2, "reason": "Miscounted"})
    admin.post(f"/v1/key-results/{key_result}/target", {"target": 8, "reason": WHY})
    return objective, key_result


def test_a_history_says_who_when_what_and_why(told, reader, member, admin):
    facts = reader.get(f"/v1/key-results/{told[1]}/history").json["items"]
    assert [fact["type"].partition(".")[2] for fact in facts] == ["Defined", "CheckedIn", "CheckInCorrected", "TargetRevised"]
    assert [fact["version"] for fact in facts] == [1, 2, 3, 4]
    assert [fact["actor"] for fact in facts] == [admin.person, member.person, admin.person, admin.person]
    assert [fact["actor_name"] for fact in facts] == ["Admin", "Member", "Admin", "Admin"]
    assert [fact["reason"] for fact in facts] == [None, None, "Miscounted", WHY]
    assert sorted(facts, key=lambda fact: fact["position"]) == sorted(facts, key=lambda fact: fact["recorded_at"]) == facts
    assert {fact["subject_id"] for fact in facts} == {told[1]}


def test_a_history_tells_numbers_and_words_as_they_were_said(told, reader):
    _, said, corrected, revised = reader.get(f"/v1/key-results/{told[1]}/history").json["items"]
    assert (said["fields"]["value"], said["fields"]["note"], said["fields"]["wins"]) == ("1", "A start", ["One sold"])
    assert (corrected["fields"]["value"], corrected["fields"]["note"]) == ("2", None)
    assert revised["fields"]["metric"]["target"] == "8"


def test_an_objectives_history_holds_its_key_results_and_links(world, told, reader):
    facts = reader.get(f"/v1/objectives/{told[0]}/history").json["items"]
    assert facts[0]["type"] == "Objective.Created"
    assert facts[1:] == reader.get(f"/v1/key-results/{told[1]}/history").json["items"]
    link = world.make("alignments", child_id=told[0], parent_id=world["lead"], kind="vertical")
    for end in (told[0], world["lead"]):
        last = reader.get(f"/v1/objectives/{end}/history").json["items"][-1]
        assert (last["type"], last["subject_id"]) == ("Alignment.Linked", link)


def test_a_history_comes_a_page_at_a_time_and_as_of_then(told, reader):
    path = f"/v1/key-results/{told[1]}/history"
    whole = reader.get(path).json["items"]
    page = reader.get(f"{path}?limit=3")
    rest = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert page.json["items"] + rest.json["items"] == whole
    assert (page.json["next"], rest.json["next"]) == (str(whole[2]["position"]), None)
    assert reader.get(f"{path}?as_of=position:{whole[1]['position']}").json["items"] == whole[:2]


def test_there_is_no_history_of_what_was_not_there_yet(world, told, reader):
    first = reader.get(f"/v1/key-results/{told[1]}/history").json["items"][0]["position"]
    assert reader.get(f"/v1/key-results/{told[1]}/history?as_of=position:{first - 1}").status_code == 404
    assert reader.get(f"/v1/objectives/{world['company']}/history").status_code == 404
