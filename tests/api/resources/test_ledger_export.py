"""The export over HTTP, which is recorded in the access log before it is sent."""

import pytest
from orjson import loads

from api.operations.checkpoints import DEMAND, create_checkpoint
from okr_events.audit.trust import parse_keys
from okr_events.audit.verify import verify
from okr_events.register.tokens import Role

PATH = "/v1/ledger/export"


@pytest.fixture
def trusted_checkpoint(world, admin):
    """A checkpoint of the log before this test, and its public keys."""
    stores = world.installation.stores
    note = create_checkpoint(stores, stores.settings, DEMAND)
    world.key_result()
    return note, parse_keys("\n".join(admin.get("/v1/ledger/checkpoint").json["keys"]))


def verify_export(answer, kept):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/x-ndjson"
    return verify(answer.data.splitlines(keepends=True), *kept)


def positions(answer):
    return [line["position"] for line in map(loads, answer.data.splitlines()) if "position" in line]


def test_everything_is_exported_and_valid(auditor, world, trusted_checkpoint):
    answer = auditor.get(PATH)
    head = world.installation.stores.log.head().position
    assert verify_export(answer, trusted_checkpoint).valid
    assert (answer.headers["OKR-Position"], positions(answer)) == (str(head), [*range(1, head + 1)])


@pytest.mark.parametrize("named", ["id", "name"])
def test_a_cycle_is_exported_with_proofs(auditor, world, trusted_checkpoint, named):
    cycle = world["cycle"] if named == "id" else "Century"
    since = trusted_checkpoint[0].splitlines()[1]
    found = verify_export(auditor.get(PATH, {"cycle": cycle, "since": since}), trusted_checkpoint)
    assert (found.valid, found.kind) == (True, "selection")
    assert "--since" in verify_export(auditor.get(PATH, {"cycle": cycle}), trusted_checkpoint).why


def test_an_export_of_a_cycle_has_its_goals_and_everything_about_them(fresh_world, fresh_admin):
    other = fresh_world.create("cycles", name="Other", starts_on="2026-01-01", ends_on="2026-12-31")
    far = fresh_world.objective(cycle_id=other)
    fresh_world.comment(f"objectives/{far}")
    cycles = (fresh_world["cycle"], other, fresh_world["sealed"])
    within, apart, sealed = (positions(fresh_admin.get(PATH, {"cycle": cycle})) for cycle in cycles)
    events = {event["position"]: event for event in map(loads, fresh_admin.get(PATH).data.splitlines()[:-1])}
    assert not {*within} & {*apart}
    assert [events[at]["topic"] for at in apart] == [
        "Cycle.Created",
        "Objective.Created",
        *relevant_positions(events, apart[2:]),
    ]
    about = {fresh_world[name] for name in ("cycle", "lead", "build", "link", "launch", "initiative")}
    assert about <= {events[at]["originator_id"] for at in within}
    left = {events[at]["topic"].partition(".")[0] for at in events if at not in {*within, *apart, *sealed}}
    assert left == {"Unit", "Priority"}


def relevant_positions(events, places):
    assert {events[at]["topic"].partition(".")[0] for at in places} == {"Conversation"}
    return [events[at]["topic"] for at in places]


def test_every_export_is_recorded_with_its_caller_and_parameters(fresh_installation, fresh_world, fresh_admin):
    auditor = fresh_installation.caller(Role.AUDITOR)
    auditor.get(PATH)
    auditor.get(PATH, {"cycle": "Century", "since": "3"})
    whole, cycle = (entry for entry in fresh_admin.get("/v1/access-log").json["items"] if entry["what"] == "export")
    assert (whole["person_id"], whole["role"], whole["asked"]) == (auditor.person, "auditor", {})
    assert cycle["asked"] == {"cycle": "Century", "since": "3"}
    assert cycle["position"] == fresh_world.installation.stores.log.head().position


def test_it_is_noted_before_the_first_byte(fresh_installation, fresh_admin):
    answer = fresh_admin.client.open(PATH, headers={"Authorization": f"Bearer {fresh_admin.token}"}, buffered=False)
    assert [entry.what for entry in fresh_installation.stores.register.access_log.page(after=0, limit=9)] == ["export"]
    answer.close()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"cycle": "None such"}, "cycle"),
        ({"cycle": ""}, "cycle"),
        ({"since": "1"}, "since"),
        ({"cycle": "Century", "since": "-1"}, "since"),
        ({"cycle": "Century", "since": str(2**40)}, "since"),
        ({"as_of": "position:1"}, "as_of"),
    ],
)
def test_an_invalid_parameter_is_named_and_nothing_is_exported(auditor, world, query, parameter):
    noted = world.installation.stores.register.access_log.page(after=0, limit=10_000)
    refused = auditor.get(PATH, query)
    assert (refused.status_code, [error["parameter"] for error in refused.json["errors"]]) == (422, [parameter])
    assert world.installation.stores.register.access_log.page(after=0, limit=10_000) == noted


@pytest.mark.parametrize("role", [Role.READER, Role.MEMBER])
def test_auditors_and_admins_alone_export(installation, role):
    assert installation.caller(role).get(PATH).status_code == 403


def test_the_document_says_what_is_answered(admin):
    described = admin.get("/openapi.json").json["paths"][PATH]["get"]
    assert list(described["responses"]["200"]["content"]) == ["application/x-ndjson"]
    assert {parameter["name"] for parameter in described["parameters"]} == {"cycle", "since"}
