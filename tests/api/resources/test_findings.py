"""Findings over HTTP: now, at a past moment, and since one; by unit, code and severity."""

import pytest

from projections.findings.finding import CODES
from tests.api.command_catalog import REASON


@pytest.fixture(scope="module")
def small_cycle(world):
    """A cycle with a company's objective without links, and the objectives of two teams, one without an owner."""
    cycle, second = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    lead = world.objective("company", cycle_id=cycle, title="Lead the market")
    build = world.objective(cycle_id=cycle, title="Build what is needed")
    sell = world.create("objectives", cycle_id=cycle, unit_id=second, title="Sell")
    for goal in (lead, build):
        for _ in range(2):
            world.key_result(objective=goal, owner=world["member"])
    return {"cycle": cycle, "second": second, "lead": lead, "build": build, "sell": sell, "before": world.installation.head}


@pytest.fixture(scope="module")
def linked_position(world, small_cycle):
    """The position after both teams serve the company's goal."""
    for child in (small_cycle["build"], small_cycle["sell"]):
        world.create("alignments", child_id=child, parent_id=small_cycle["lead"], kind="vertical")
    return world.installation.head


@pytest.fixture
def find(reader, small_cycle):
    def get(**query):
        answer = reader.get("/v1/findings", {"cycle": small_cycle["cycle"], **query})
        assert answer.status_code == 200, answer.text
        return answer.json

    return get


def pairs(findings):
    return [(each["code"], each["subject"]["id"]) for each in findings]


def test_an_answer_says_what_it_found_and_how_well_units_are_aligned(small_cycle, find, world, reader):
    team = reader.get(f"/v1/units/{world['team']}", {"as_of": f"position:{small_cycle['before']}"}).json["name"]
    answer = find(as_of=f"position:{small_cycle['before']}")
    assert pairs(answer["items"]) == [
        ("no_key_results", small_cycle["sell"]),
        ("no_owner", small_cycle["sell"]),
        ("orphan", small_cycle["build"]),
        ("orphan", small_cycle["sell"]),
        ("silo", world["company"]),
        ("silo", world["team"]),
        ("silo", small_cycle["second"]),
        ("unsupported", small_cycle["lead"]),
    ]
    orphan = answer["items"][2]
    assert orphan["sentence"] == f"“Build what is needed” of {team} (team) serves no goal above it."
    assert (orphan["severity"], orphan["unit_id"], orphan["cycle_id"]) == ("high", world["team"], small_cycle["cycle"])
    assert answer["scores"][2] == {
        "unit_id": small_cycle["second"],
        "cycle_id": small_cycle["cycle"],
        "score": 65,
        "deductions": [
            {"code": "orphan", "count": 1, "points": 10},
            {"code": "no_key_results", "count": 1, "points": 10},
            {"code": "no_owner", "count": 1, "points": 10},
            {"code": "silo", "count": 1, "points": 5},
        ],
    }
    assert (answer["next"], answer["position"], answer["final"]) == (None, small_cycle["before"], True)
    assert "opened" not in answer


def test_evidence_is_in_the_history(small_cycle, find, reader):
    answer = find(as_of=f"position:{small_cycle['before']}", code="orphan")
    [position] = answer["items"][0]["evidence"]
    history = reader.get(f"/v1/objectives/{small_cycle['build']}/history").json["items"]
    assert [fact["type"] for fact in history if fact["position"] == position] == ["Objective.Created"]


def test_what_was_mended_is_found_of_the_time_before_alone(small_cycle, linked_position, find):
    then, later = (find(as_of=f"position:{position}", code="orphan") for position in (small_cycle["before"], linked_position))
    assert len(then["items"]) == 2
    assert later["items"] == []


def test_since_tells_what_opened_and_closed(small_cycle, linked_position, find, admin):
    answer = find(since=f"position:{small_cycle['before']}", as_of=f"position:{linked_position}")
    assert answer["opened"] == []
    assert [code for code, _ in pairs(answer["closed"])] == ["orphan"] * 2 + ["silo"] * 3 + ["unsupported"]
    assert answer["since"]["position"] == small_cycle["before"]
    assert pairs(answer["items"]) == [("no_key_results", small_cycle["sell"]), ("no_owner", small_cycle["sell"])]
    assert admin.post(f"/v1/objectives/{small_cycle['sell']}/cancellation", {"reason": REASON}).status_code == 200
    assert pairs(find(since=f"position:{linked_position}")["closed"]) == pairs(answer["items"])


@pytest.mark.usefixtures("linked_position")
def test_since_later_than_the_moment_is_that_moment(small_cycle, find):
    answer = find(as_of=f"position:{small_cycle['before']}", since="position:" + str(small_cycle["before"] + 1))
    assert (answer["opened"], answer["closed"], answer["since"]["position"]) == ([], [], small_cycle["before"])


def test_before_a_cycle_there_was_nothing_in_it(small_cycle, find):
    answer = find(as_of=f"position:{small_cycle['before']}", since="1969-07-20")
    assert answer["opened"] == answer["items"]
    assert (answer["closed"], answer["since"]["position"]) == ([], 0)


def test_findings_are_filtered_by_unit_with_all_below_by_code_and_severity(small_cycle, find, world):
    then = {"as_of": f"position:{small_cycle['before']}"}
    everything = find(**then)
    assert find(**then, unit=world["company"]) == everything
    team = find(**then, unit=world["team"])
    assert pairs(team["items"]) == [("orphan", small_cycle["build"]), ("silo", world["team"])]
    assert [score["unit_id"] for score in team["scores"]] == [world["team"]]
    medium = find(**then, severity="medium")
    assert {each["code"] for each in medium["items"]} == {"silo", "unsupported"}
    assert medium["scores"] == everything["scores"]
    assert pairs(find(**then, code="no_owner")["items"]) == [("no_owner", small_cycle["sell"])]


@pytest.mark.parametrize("code", CODES)
def test_findings_are_filtered_by_every_code(find, code):
    assert {each["code"] for each in find(code=code)["items"]} <= {code}


def test_findings_come_a_page_at_a_time(small_cycle, find, reader):
    then = {"as_of": f"position:{small_cycle['before']}", "since": "1969-07-20"}
    first = reader.get("/v1/findings", {"cycle": small_cycle["cycle"], **then, "limit": 5})
    assert 'rel="next"' in first.headers["Link"]
    rest = find(**then, limit=5, after=first.json["next"])
    whole = find(**then)
    for name in ("items", "opened"):
        assert first.json[name] + rest[name] == whole[name]
    assert rest["next"] is None


def test_no_finding_is_lost_while_others_are_resolved(small_cycle, find, reader):
    query = {"cycle": small_cycle["cycle"], "limit": 2}
    whole = find(as_of=f"position:{small_cycle['before']}")["items"]
    first = reader.get("/v1/findings", {**query, "as_of": f"position:{small_cycle['before']}"}).json
    later = find(after=first["next"])["items"]
    still_there = [each for each in find()["items"] if each in whole]
    assert [each for each in still_there if each not in first["items"]] == [each for each in later if each in whole]


def test_without_a_cycle_all_are_looked_at(small_cycle, reader):
    then = {"as_of": f"position:{small_cycle['before']}", "unit": small_cycle["second"]}
    answer = reader.get("/v1/findings", then).json
    assert {each["cycle_id"] for each in answer["items"]} == {small_cycle["cycle"]}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"code": "ugly"}, "code"),
        ({"severity": "deadly"}, "severity"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2999-01-01"}, "since"),
        ({"since": "position:999999999999"}, "since"),
        ({"since": ""}, "since"),
        ({"limit": 201}, "limit"),
        ({"unit": "nobody"}, "unit"),
    ],
)
def test_what_makes_no_sense_is_refused(reader, query, parameter):
    refused = reader.get("/v1/findings", query)
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json["errors"]] == [parameter]


@pytest.mark.parametrize("query", [{"cycle": "nowhere"}, {"unit": "0" * 32}])
def test_nothing_is_found_of_what_is_not_there(reader, query):
    assert reader.get("/v1/findings", query).status_code == 404
