"""What is true of every command: how it answers, and that the next read sees what it did."""

import re

import pytest

from .catalogue import WHY


def test_a_command_answers_what_it_recorded_and_where(installation, world, admin, command):
    method, path, body = world.command(command)
    answer = admin.call(method, path, body | {"reason": WHY})
    documented = admin.get("/openapi.json").json["paths"][re.sub(r"<uuid:(\w+)>", r"{\1}", command.split(" ")[1])]
    assert str(answer.status_code) in documented[method.lower()]["responses"]
    assert answer.content_type == "application/json"
    assert answer.json["position"] == int(answer.headers["OKR-Position"]) == installation.head
    assert answer.headers["Cache-Control"] == "private, no-cache"
    if command != "POST /v1/check-ins/batch":
        assert answer.headers["Location"].endswith("/" + answer.json["id"])
        assert re.fullmatch(rf'"{answer.json["version"]}\.[0-9a-f]{{16}}"', answer.headers["ETag"])


def test_the_read_that_follows_sees_the_write(world, reader, command):
    if command == "POST /v1/check-ins/batch" or "/v1/tokens" in command:
        pytest.skip("answers with no address to read")
    answer = world.run(command)
    read = reader.get(answer.headers["Location"])
    assert read.status_code == 200
    assert {**read.json, "position": answer.json["position"]} == answer.json
    assert read.headers["ETag"].partition(".")[0] == answer.headers["ETag"].partition(".")[0]
