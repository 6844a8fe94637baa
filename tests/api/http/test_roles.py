"""Authorization: every route, with every role and without a token."""

import re

import pytest

from tests.api.command_catalog import ADMIN_ONLY_PATHS, COMMANDS, UNKNOWN_ID
from tests.api.conftest import list_read_paths

PUBLIC_PATHS = {"/", "/health/live", "/health/ready", "/openapi.json", "/docs/", "/docs/<path:name>", "/static/<path:filename>"}

CALENDAR_PATH = "/v1/calendars/<string:secret>.ics"
"""Authorized by the secret in the URL alone."""


def routes(installation):
    for rule in installation.app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.rule}"


def test_every_route_is_open_or_a_read_or_a_command_of_the_catalogue(installation):
    others = {route for route in routes(installation) if not route.startswith("GET /")}
    assert others == set(COMMANDS)
    reads = {route for route in routes(installation) if route not in others}
    assert {route.removeprefix("GET ") for route in reads if not route.startswith("GET /v1/")} == PUBLIC_PATHS


def test_nothing_below_v1_answers_without_a_token(installation, admin):
    stranger = admin.client
    for route in routes(installation):
        method, rule = route.split(" ")
        if rule not in {*PUBLIC_PATHS, CALENDAR_PATH}:
            answer = stranger.open(re.sub(r"<[^>]+>", UNKNOWN_ID, rule), method=method)
            assert answer.status_code == 401, route
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), route


@pytest.mark.parametrize("secret", ["", "nonsense", "okr_" + "x" * 43, "\xff"])
def test_an_unknown_token_is_unauthorized(admin, secret):
    answer = admin.client.get("/v1/units", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_health_and_the_description_need_no_token(admin):
    for path in ("/health/live", "/health/ready", "/openapi.json", "/docs/"):
        assert admin.client.get(path).status_code == 200, path


def test_everybody_inside_reads_everything(world, read_paths, admin, member, reader, auditor):
    for caller, paths in ((reader, list_read_paths(world)), (member, read_paths), (auditor, read_paths), (admin, read_paths)):
        for path in [*paths, "/v1/people", f"/v1/people/{admin.person}"]:
            assert caller.get(path).status_code == 200, path


def test_readers_and_auditors_command_nothing(installation, reader, auditor, command):
    before = installation.head
    method, rule = command.split(" ")
    for caller in (reader, auditor):
        answer = caller.call(method, re.sub(r"<[^>]+>", UNKNOWN_ID, rule), {})
        assert (answer.status_code, answer.json["type"]) == (403, "urn:okr-events:problem:forbidden")
    assert installation.head == before


def test_a_member_does_what_is_about_their_own_objectives(world, member, command):
    answer = world.run(command, member)
    allowed = not command.split(" ")[1].startswith(ADMIN_ONLY_PATHS)
    assert answer.status_code in ({200, 201} if allowed else {403}), answer.text
