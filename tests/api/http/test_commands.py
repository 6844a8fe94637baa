"""What holds for every command: its response, and that the next read sees its effect."""

import re

from tests.api.command_catalog import REASON


def test_a_command_answers_what_it_recorded_and_where_and_the_next_read_sees_it(installation, world, admin, command):
    method, path, body = world.command(command)
    answer = admin.call(method, path, body | {"reason": REASON})
    documented = admin.get("/openapi.json").json["paths"][re.sub(r"<uuid:(\w+)>", r"{\1}", command.split(" ")[1])]
    assert str(answer.status_code) in documented[method.lower()]["responses"]
    assert answer.content_type == "application/json"
    sealed = 1 if command.endswith("<uuid:cycle_id>/closing") else 0  # the event that fixes the report follows the answer's own
    assert answer.json["position"] == int(answer.headers["OKR-Position"]) == installation.head - sealed
    assert answer.headers["Cache-Control"] == "private, no-cache"
    if command != "POST /v1/check-ins/batch":
        assert answer.headers["Location"].endswith("/" + answer.json["id"])
        assert re.fullmatch(rf'"{answer.json["version"]}\.[0-9a-f]{{16}}"', answer.headers["ETag"])
        assert_visible(admin, answer, query={"as_of": f"position:{answer.json['position']}"} if sealed else None)


def assert_visible(admin, answer, query=None):
    """The resource at the Location shows the command."""
    read = admin.get(answer.headers["Location"], query)
    result = {
        name: value for name, value in answer.json.items() if name not in {"token", "secret", "url", "touches", "warnings"}
    }
    assert (read.status_code, {**read.json, "position": result["position"]}) == (200, result)
    assert read.headers["ETag"].partition(".")[0] == answer.headers["ETag"].partition(".")[0]
