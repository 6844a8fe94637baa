"""The access log over HTTP: admins see who read many facts at once."""

from uuid import UUID

import pytest

from okr_events.register.tokens import Role


@pytest.fixture
def entries(fresh_installation, fresh_admin):
    for n in range(3):
        fresh_installation.stores.register.access_log.append_entry(
            "export", position=n, asked={"cycle": "2026-Q1"}, person_id=UUID(fresh_admin.person), role=Role.ADMIN
        )
    return fresh_admin.get("/v1/access-log").json["items"]


def test_entries_come_with_the_newest_last(entries, fresh_admin):
    assert [entry["number"] for entry in entries] == [1, 2, 3]
    last = entries[-1]
    assert (last["person_id"], last["person_name"], last["role"]) == (fresh_admin.person, "Admin", "admin")
    assert (last["via"], last["what"], last["asked"], last["position"]) == ("http", "export", {"cycle": "2026-Q1"}, 2)
    assert last["at"].endswith("Z")


@pytest.mark.usefixtures("entries")
def test_entries_are_paged(fresh_admin):
    page = fresh_admin.get("/v1/access-log?limit=2")
    assert ([entry["number"] for entry in page.json["items"]], page.json["next"]) == ([1, 2], "2")
    assert page.headers["Link"] == '</v1/access-log?after=2&limit=2>; rel="next"'
    rest = fresh_admin.get("/v1/access-log?limit=2&after=2").json
    assert ([entry["number"] for entry in rest["items"]], rest["next"]) == ([3], None)


def test_admins_alone_read_it(fresh_installation):
    for role in set(Role) - {Role.ADMIN}:
        assert fresh_installation.caller(role).get("/v1/access-log").status_code == 403


@pytest.mark.parametrize(("query", "parameter"), [("as_of=position:1", "as_of"), ("limit=0", "limit"), ("after=x", "after")])
def test_a_wrong_parameter_is_named(admin, query, parameter):
    answer = admin.get(f"/v1/access-log?{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


def test_an_unknown_person_has_an_id_and_no_name(fresh_installation, fresh_admin):
    fresh_installation.stores.register.access_log.append_entry("feed", position=0, asked={}, person_id=UUID(int=5))
    (entry,) = fresh_admin.get("/v1/access-log").json["items"]
    assert (entry["person_id"], entry["person_name"], entry["role"]) == (str(UUID(int=5)), None, None)
