"""as_of: every read of a past moment answers as it did then."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from projections import moment
from tests.api.command_catalog import CENTURY, REASON


def fetch_recorded_at(reader, position):
    """The time at which a position was recorded, from the alignment tree."""
    return datetime.fromisoformat(reader.get(f"/v1/alignment-tree?as_of=position:{position}").json["evaluated_at"])


def path_as_of(instant):
    return f"?as_of={quote(instant.isoformat())}"


def test_a_position_gives_the_same_bytes_for_ever(world, admin, reader, read_paths):
    position = world.installation.head
    then = {path: reader.get(f"{path}?as_of=position:{position}") for path in read_paths}
    assert {answer.status_code for answer in then.values()} == {200}
    admin.post(f"/v1/key-results/{world['launch']}/check-ins", {"value": 3})
    admin.post(f"/v1/check-ins/{world['checked']}/correction", {"note": world["name"], "reason": REASON})
    admin.patch(f"/v1/units/{world['team']}", {"name": world["name"]})
    admin.patch(f"/v1/objectives/{world['build']}", {"description": world["name"]})
    admin.patch(f"/v1/alignments/{world['link']}", {"weight": str(position), "reason": REASON})
    admin.patch(f"/v1/cycles/{world['cycle']}/policy", {"policy": {"overlap": position % 100}, "reason": REASON})
    for path, answer in then.items():
        again = reader.get(f"{path}?as_of=position:{position}")
        assert again.data == answer.data, path
        assert again.headers["OKR-Position"] == str(position), path


def test_a_position_gives_the_same_bytes_on_another_day(monkeypatch, world, reader, read_paths):
    position = world.installation.head

    class NextYear(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(days=366)

    then = [reader.get(f"{path}?as_of=position:{position}").data for path in read_paths]
    monkeypatch.setattr(moment, "datetime", NextYear)
    assert [reader.get(f"{path}?as_of=position:{position}").data for path in read_paths] == then


def test_an_instant_is_read_with_its_offset_on_every_read(world, reader, read_paths):
    position = world.installation.head
    instant = fetch_recorded_at(reader, position)
    berlin = instant.astimezone(ZoneInfo("Europe/Berlin")).isoformat()
    assert "+01:00" in berlin or "+02:00" in berlin
    for path in read_paths:
        answers = [reader.get(f"{path}?as_of={spelled}") for spelled in (quote(berlin), berlin, quote(instant.isoformat()))]
        assert [answer.status_code for answer in answers] == [200] * 3, path
        assert {answer.headers["OKR-Position"] for answer in answers} == {str(position)}, path


def test_an_instant_is_answered_by_what_was_recorded_until_then(world, reader):
    last = world.installation.head
    path = f"/v1/key-results/{world.key_result()}"
    for offset, status in ((-1, 404), (0, 200)):
        instant = fetch_recorded_at(reader, world.installation.head) + timedelta(microseconds=offset)
        answer = reader.get(path + path_as_of(instant))
        assert answer.status_code == status
        tree = reader.get("/v1/alignment-tree" + path_as_of(instant)).json
        assert tree["position"] == (world.installation.head if status == 200 else world.installation.head - 1) > last
        assert datetime.fromisoformat(tree["evaluated_at"]) == instant
        assert (tree["final"], tree["as_of"]) == (True, instant.isoformat())


def test_a_day_means_its_end_and_today_means_now(reader, read_paths):
    now = reader.get("/v1/alignment-tree").json
    today = now["evaluated_at"][:10]
    tree = reader.get(f"/v1/alignment-tree?as_of={today}").json
    assert {**tree, "as_of": None} == now
    before = (datetime.fromisoformat(today) - timedelta(days=2)).date().isoformat()
    tree = reader.get(f"/v1/alignment-tree?as_of={before}").json
    assert (tree["evaluated_at"], tree["position"]) == (f"{before}T23:59:59.999999Z", 0)
    assert (tree["final"], tree["effective_on"]) == (True, before)
    for path in read_paths:
        assert reader.get(f"{path}?as_of={today}").status_code == 200, path


def test_now_says_that_it_is_not_final(reader, world):
    now = reader.get("/v1/alignment-tree").json
    assert (now["as_of"], now["final"], now["position"]) == (None, False, world.installation.head)
    then = reader.get(f"/v1/alignment-tree?as_of=position:{world.installation.head}").json
    assert (then["as_of"], then["final"]) == (f"position:{world.installation.head}", True)


def test_before_the_first_event_there_is_nothing(reader, read_paths):
    for path in read_paths:
        answer = reader.get(f"{path}?as_of=1969-07-20T20:17:40Z")
        if (re.search("/[0-9a-f-]{36}", path) and "/people/" not in path) or "/reports/" in path:
            assert answer.status_code == 404, path
        else:
            assert (answer.status_code, answer.headers["OKR-Position"]) == (200, "0"), path


@pytest.mark.parametrize(
    ("as_of", "rule"),
    [
        ("2999-01-01", "moment-ahead"),
        ("2999-01-01T00:00:00Z", "moment-ahead"),
        ("9999-12-31T23:59:59-14:00", "unreadable-moment"),
        ("position:999999999999999999", "moment-ahead"),
        ("position:0", "unreadable-moment"),
        ("position:-1", "unreadable-moment"),
        ("position:1e3", "unreadable-moment"),
        ("position:" + "9" * 30, "unreadable-moment"),
        ("position:٣", "unreadable-moment"),
        ("2026-06-31", "unreadable-moment"),
        ("2026-06-30T12:00:00", "unreadable-moment"),
        ("0001-01-01T00:00:00+14:00", "unreadable-moment"),
        ("yesterday", "unreadable-moment"),
        ("\0", "unreadable-moment"),
        ("", "invalid-fields"),
        ("x" * 65, "invalid-fields"),
    ],
)
def test_what_is_no_past_moment_is_refused_on_every_read(reader, read_paths, as_of, rule):
    for path in read_paths:
        refused = reader.get(path, {"as_of": as_of})
        assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, rule), path
        assert [error["parameter"] for error in refused.json["errors"]] == ["as_of"], path


def test_numbers_count_what_was_measured_up_to_effective_on(world, admin, reader):
    cycle = world.create("cycles", name=world["name"], starts_on="2025-01-01", ends_on="2099-12-31")
    objective = world.objective(cycle_id=cycle)
    path = f"/v1/key-results/{world.key_result(objective=objective)}"
    for day, value in (("2026-03-01", 3), ("2026-01-01", 1), ("2026-02-01", 2)):
        admin.post(f"{path}/check-ins", {"value": value, "measured_on": day})
    for day, value in (("2025-12-31", None), ("2026-01-01", "0.25"), ("2026-02-28", "0.5"), ("2099-01-01", "0.75")):
        one = reader.get(f"{path}?effective_on={day}").json["progress"]
        [listed] = reader.get(f"/v1/key-results?cycle={cycle}&effective_on={day}").json["items"]
        tree = reader.get(f"/v1/alignment-tree?cycle={cycle}&effective_on={day}").json
        assert (one and one["value"], tree["effective_on"]) == (value, day)
        assert listed["progress"] == tree["roots"][0]["key_results"][0]["progress"] == one
        whole = reader.get(f"/v1/objectives/{objective}?effective_on={day}").json["progress"]
        assert (whole["value"], whole["not_started"]) == (value or "0", 0 if value else 1)


def test_an_instant_may_have_small_letters_and_a_leap_second(admin):
    for text in ("2026-01-01t00:00:00z", "2025-12-31T23:59:60Z"):
        answer = admin.get("/v1/alignment-tree", {"as_of": text})
        assert (answer.status_code, answer.json["evaluated_at"]) == (200, "2026-01-01T00:00:00Z"), answer.text


@pytest.mark.parametrize(("zone", "end"), [("Pacific/Kiritimati", "09:59:59"), ("Asia/Tokyo", "14:59:59")])
def test_days_are_those_of_the_organisation(fresh_admin, zone, end):
    company = fresh_admin.post("/v1/units", {"name": "Tech", "level": "company", "time_zone": zone}).json["id"]
    tree = fresh_admin.get("/v1/alignment-tree?as_of=2026-03-31").json
    assert (tree["evaluated_at"], tree["effective_on"]) == (f"2026-03-31T{end}.999999Z", "2026-03-31")
    cycle = fresh_admin.post("/v1/cycles", {"name": "Century", **CENTURY}).json["id"]
    objective = fresh_admin.post("/v1/objectives", {"cycle_id": cycle, "unit_id": company, "title": "Lead"}).json["id"]
    key_result = fresh_admin.post(f"/v1/objectives/{objective}/key-results", {"title": "x", "metric": {"kind": "binary"}}).json
    today = datetime.now(ZoneInfo(zone)).date()
    path = f"/v1/key-results/{key_result['id']}/check-ins"
    assert fresh_admin.post(path, {"value": 1}).json["measured_on"] == today.isoformat()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert fresh_admin.post(path, {"value": 1, "measured_on": tomorrow}).json["errors"][0]["pointer"] == "/measured_on"
    assert fresh_admin.get("/v1/alignment-tree").json["effective_on"] == today.isoformat()
