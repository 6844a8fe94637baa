"""ETag and If-None-Match: a 304 saves the body and is never stale."""

from datetime import datetime, timedelta

from projections import moment
from tests.api.command_catalog import REASON, UNKNOWN_ID


class Tomorrow(datetime):
    """A clock one day ahead."""

    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + timedelta(days=1)


def test_an_answer_that_the_client_has_is_not_sent_again(read_paths, reader, world):
    for path in [*read_paths, "/v1/people", f"/v1/people/{world['person']}"]:
        first = reader.get(path)
        again = reader.get(path, If_None_Match=f'"other", W/{first.headers["ETag"]}')
        assert (again.status_code, again.data) == (304, b""), path
        for header in ("ETag", "OKR-Position", "Cache-Control"):
            assert again.headers[header] == first.headers[header], path
        assert reader.get(path, If_None_Match='"other"').status_code == 200, path


def test_a_star_is_every_version_of_what_exists(read_paths, reader, world):
    for path in [*read_paths, "/v1/people", f"/v1/people/{world['person']}"]:
        first, again = reader.get(path), reader.get(path, If_None_Match="*")
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"]), path
    for path in ("objectives/{}", "objectives/{}/history", "key-results/{}/check-ins", "people/{}"):
        assert reader.get(f"/v1/{path.format(UNKNOWN_ID)}", If_None_Match="*").status_code == 404, path


def test_every_version_there_is_has_its_own_etag(read_paths, reader):
    tags = [reader.get(path).headers["ETag"] for path in read_paths]
    assert len(set(tags)) == len(tags)
    assert reader.get("/v1/units?limit=2").headers["ETag"] != reader.get("/v1/units?limit=3").headers["ETag"]


def test_after_a_check_in_no_read_is_as_it_was(world, admin, reader, read_paths):
    tags = {path: reader.get(path).headers["ETag"] for path in read_paths}
    admin.post(f"/v1/key-results/{world['launch']}/check-ins", {"value": 1})
    for path, tag in tags.items():
        assert reader.get(path, If_None_Match=tag).status_code == 200, path


def test_after_a_rename_no_read_is_as_it_was(world, admin, reader, read_paths):
    paths = [*read_paths, "/v1/people", f"/v1/people/{world['person']}"]
    paths += [f"{path}?as_of=position:{world.installation.head}" for path in read_paths]
    tags = {path: reader.get(path).headers["ETag"] for path in paths}
    assert admin.patch(f"/v1/people/{admin.person}", {"name": "Admin"}).status_code == 200
    for path, tag in tags.items():
        assert reader.get(path, If_None_Match=tag).status_code == 200, path


def test_on_a_new_day_no_read_is_as_it_was(monkeypatch, read_paths, reader):
    tags = {path: reader.get(path).headers["ETag"] for path in read_paths}
    monkeypatch.setattr(moment, "datetime", Tomorrow)
    for path, tag in tags.items():
        assert reader.get(path, If_None_Match=tag).status_code == 200, path


def test_another_day_of_measurement_is_another_answer(world, reader):
    path = f"/v1/key-results/{world['launch']}"
    tag = reader.get(f"{path}?effective_on=2026-01-01").headers["ETag"]
    assert reader.get(f"{path}?effective_on=2026-01-02", If_None_Match=tag).status_code == 200
    assert reader.get(path, If_None_Match=tag).status_code == 200
    assert reader.get(f"{path}?effective_on=2026-01-01", If_None_Match=tag).status_code == 304


def test_a_provisional_response_is_sent_again_once_final(world, reader):
    world.key_result()
    at = reader.get("/v1/alignment-tree").json["evaluated_at"]
    later = (datetime.fromisoformat(at) + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    path = f"/v1/alignment-tree?as_of={later}"
    open_still = reader.get(path)
    assert open_still.json["final"] is False
    world.key_result()
    body = reader.get(path, If_None_Match=open_still.headers["ETag"])
    assert (body.status_code, body.json["final"], body.json["position"]) == (200, True, open_still.json["position"])


def test_one_by_id_carries_its_own_version(world, reader, admin):
    answer = world.run("PATCH /v1/objectives/<uuid:objective_id>")
    read = reader.get(answer.headers["Location"])
    assert read.headers["ETag"].startswith(f'"{answer.json["version"]}.')
    admin.post(f"{answer.headers['Location']}/cancellation", {"reason": REASON})
    assert reader.get(answer.headers["Location"], If_None_Match=read.headers["ETag"]).status_code == 200
