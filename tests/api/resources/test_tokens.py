"""Tokens over HTTP."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from okr_events.register.tables import tokens
from tests.api.command_catalog import UNKNOWN_ID


def issue_token(world, admin, **fields):
    return admin.post("/v1/tokens", {"person_id": world["person"], "role": "reader", **fields})


def is_accepted(admin, secret):
    return admin.client.get("/v1/units", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_token_opens_the_door_until_it_is_revoked(world, admin):
    token = issue_token(world, admin).json
    assert is_accepted(admin, token["token"])
    revoked = admin.post(f"/v1/tokens/{token['id']}/revocation")
    assert (revoked.status_code, revoked.json["version"]) == (200, 2)
    assert revoked.json["revoked_at"]
    assert "token" not in revoked.json
    assert not is_accepted(admin, token["token"])
    again = admin.post(f"/v1/tokens/{token['id']}/revocation").json
    assert again["revoked_at"] == revoked.json["revoked_at"]


def test_a_token_ends_in_the_future(world, admin):
    now = datetime.now(UTC)
    lasting = issue_token(world, admin, expires_at=(now + timedelta(hours=1)).isoformat())
    assert is_accepted(admin, lasting.json["token"])
    ended = issue_token(world, admin, expires_at=(now - timedelta(hours=1)).isoformat())
    assert (ended.status_code, ended.json["errors"][0]["pointer"]) == (422, "/expires_at")


def test_admins_alone_see_which_tokens_there_are_and_never_a_secret(world, admin, member):
    token = issue_token(world, admin).json
    listed = admin.get("/v1/tokens?limit=200").json["items"]
    assert token["id"] in {each["id"] for each in listed}
    one = admin.get(f"/v1/tokens/{token['id']}")
    assert admin.get(f"/v1/tokens/{token['id']}", If_None_Match=one.headers["ETag"]).status_code == 304
    assert one.json == {name: value for name, value in token.items() if name not in {"token", "position"}}
    assert token["token"] not in str(listed)
    assert member.get("/v1/tokens").status_code == member.get(f"/v1/tokens/{token['id']}").status_code == 403


def test_a_token_is_kept_as_its_digest_alone(installation, world, admin):
    secret = issue_token(world, admin).json["token"]
    with installation.stores.register.engine.connect() as connection:
        kept = [repr(row) for row in connection.execute(select(tokens))]
    assert not [row for row in kept if secret in row]
    assert [row for row in kept if repr(sha256(secret.encode()).digest()) in row]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"person_id": UNKNOWN_ID}, "/person_id"),
        ({"role": "owner"}, "/role"),
        ({"expires_at": "2099-12-31T00:00:00"}, "/expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "/expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "/expires_at"),
    ],
)
def test_an_invalid_token_request_has_a_pointer(world, admin, fields, pointer):
    refused = issue_token(world, admin, **fields)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_the_actor_is_whoever_holds_the_token(world, admin, member):
    path = f"/v1/objectives/{world.objective()}"
    assert member.patch(path, {"title": "Mine", "actor": admin.person}).status_code == 422
    assert member.patch(path, {"title": "Mine"}).status_code == 200
    assert admin.get(f"{path}/history").json["items"][-1]["actor"] == member.person


def test_a_member_leaves_what_is_others_alone(world, member):
    mine, theirs = world.objective(), world.objective(owner=world["company"])
    above = world.objective(unit_id=world["company"], owner=world["company"])
    link = world.create("alignments", child_id=theirs, parent_id=above, kind="vertical")
    part = world.key_result(objective=theirs)
    check_in = world.create(f"key-results/{part}/check-ins", value=1)
    for method, path, body in (
        ("PATCH", f"objectives/{theirs}", {"title": "x"}),
        ("POST", f"objectives/{theirs}/key-results", {}),
        ("PATCH", f"key-results/{part}", {"title": "x"}),
        ("PATCH", f"alignments/{link}", {"weight": 2}),
        ("POST", f"alignments/{link}/ending", {}),
        ("POST", "alignments", {"child_id": mine, "parent_id": above, "kind": "vertical", "weight": 9}),
        ("POST", f"check-ins/{check_in}/retraction", {}),
        ("POST", "alignments", {"child_id": theirs, "parent_id": mine, "kind": "vertical"}),
        ("POST", "objectives", {"owner": world["person"]}),
    ):
        assert member.call(method, f"/v1/{path}", body).status_code == 403, path
    assert member.post(f"/v1/key-results/{part}/check-ins", {"value": 2}).status_code == 201
