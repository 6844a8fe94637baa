"""Units over HTTP."""

from datetime import UTC, datetime, timedelta

from tests.api.command_catalog import REASON


def test_the_company_comes_first_and_stands_alone(fresh_admin):
    lonely = fresh_admin.post("/v1/units", {"name": "Product", "level": "team"})
    assert (lonely.status_code, lonely.json["errors"][0]["pointer"]) == (422, "/parent_id")
    company = fresh_admin.post("/v1/units", {"name": "Tech", "level": "company", "vision": "Lead", "mission": "Build"}).json
    assert (company["time_zone"], company["vision"], company["mission"]) == ("UTC", "Lead", "Build")
    assert (company["parent_id"], company["version"], company["position"]) == (None, 1, 1)
    second = fresh_admin.post("/v1/units", {"name": "Other", "level": "company"})
    assert (second.status_code, second.json["type"]) == (409, "urn:okr-events:problem:company-exists")


def test_a_unit_is_made_changed_and_moved(world, admin, reader):
    made = admin.post("/v1/units", {"name": "  Design \n team ", "level": "team", "parent_id": world["company"]})
    assert (made.status_code, made.json["name"]) == (201, "Design team")
    where = made.headers["Location"]
    assert admin.patch(where, {"name": "Design"}).json["version"] == 2
    place = world.create_for_argument("unit_id")
    moved = admin.post(f"{where}/move", {"parent_id": place, "reason": REASON})
    assert (moved.status_code, moved.json["version"]) == (200, 3)
    assert reader.get(where).json["parent_id"] == place
    below = [unit["id"] for unit in reader.get(f"/v1/units?unit={place}").json["items"]]
    assert set(below) == {place, made.json["id"]}


def test_moving_needs_a_reason(world, admin):
    method, path, body = world.command("POST /v1/units/<uuid:unit_id>/move")
    refused = admin.call(method, path, {"parent_id": body["parent_id"]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/reason")


def test_a_unit_never_moves_below_itself(world, admin):
    outer = world.create_for_argument("unit_id")
    inner = world.create("units", name="Inner", level="team", parent_id=outer)
    refused = admin.post(f"/v1/units/{outer}/move", {"parent_id": inner, "reason": REASON})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:okr-events:problem:circular-units")


def test_a_name_stands_once_in_a_place(world, admin):
    name = world["name"]
    world.create("units", name=name, level="team", parent_id=world["company"])
    taken = admin.post("/v1/units", {"name": name.upper(), "level": "team", "parent_id": world["company"]})
    assert (taken.status_code, taken.json["type"]) == (409, "urn:okr-events:problem:name-taken")


def test_units_come_a_page_at_a_time(world, reader):
    outer = world.create_for_argument("unit_id")
    inner = [world.create("units", name=name, level="team", parent_id=outer) for name in "abc"]
    seen, path = [], f"/v1/units?limit=2&unit={outer}"
    while path:
        page = reader.get(path)
        seen += [unit["id"] for unit in page.json["items"]]
        assert len(page.json["items"]) <= 2
        path = page.json["next"] and page.headers["Link"].removeprefix("<").partition(">")[0]
    assert seen == [outer, *inner]


def test_there_is_nothing_below_a_unit_that_is_not_there(reader, world):
    assert reader.get(f"/v1/units?unit={world['cycle']}").status_code == 404
    assert reader.get(f"/v1/units/{world['cycle']}").status_code == 404


def test_the_company_changes_its_time_zone_from_a_later_day_on(fresh_admin):
    company = fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"}).json
    path, day = f"/v1/units/{company['id']}", datetime.now(UTC).date() + timedelta(days=2)
    assert (company["time_zone"], company["time_zone_from"]) == ("UTC", None)
    change = {"time_zone": "Asia/Tokyo", "time_zone_from": day.isoformat()}
    for body, pointer in (
        (change, "/reason"),
        ({**change, "time_zone_from": datetime.now(UTC).date().isoformat(), "reason": REASON}, "/time_zone_from"),
        ({"time_zone": "Asia/Tokyo", "reason": REASON}, "/time_zone_from"),
        ({"time_zone_from": day.isoformat(), "reason": REASON}, "/time_zone"),
        ({**change, "time_zone": "right/Asia/Tokyo", "reason": REASON}, "/time_zone"),
    ):
        refused = fresh_admin.patch(path, body)
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)
    changed = fresh_admin.patch(path, {**change, "reason": REASON}).json
    assert (changed["time_zone"], changed["time_zone_from"], changed["version"]) == ("Asia/Tokyo", day.isoformat(), 2)
    assert fresh_admin.get(f"{path}?as_of=position:1").json["time_zone"] == "UTC"
    told = fresh_admin.get("/v1/changes?from=position:1").json["items"][0]
    assert told["kind"] == "time_zone_changed"
    assert told["sentence"].endswith(f"changed the time zone of Tech from UTC to Asia/Tokyo, from {day} on.")
    assert told["reason"] == REASON
