"""The load driver, on the plain application."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest

from benchmarks import plain_application
from benchmarks.load_driver import TOKEN, Load, run, send
from benchmarks.servers import run_plain

REQUESTS = 12


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Load, str]]:
    with run_plain("SQLite") as (server, url):
        paths = [f"/key-results/{id}/check-ins" for id in plain_application.prepare(url, TOKEN, count=4)]
        yield Load(server.port, paths, '{"value": 1}', status=HTTPStatus.CREATED, connections=3, requests=REQUESTS), url


@pytest.mark.parametrize("sender", [run, send])
def test_the_driver_sends_as_many_check_ins_as_a_load_says_and_the_plain_application_keeps_each(served, sender):
    load, url = served
    before = plain_application.count_check_ins(url)
    outcome = sender(load)
    assert (len(outcome.latencies), outcome.failures) == (REQUESTS, 0)
    assert plain_application.count_check_ins(url) == before + REQUESTS


def test_each_connection_ends_with_the_seconds_of_a_load(served):
    load, _ = served
    assert len(run(replace(load, requests=10_000, seconds=0.0)).latencies) == load.connections


@pytest.mark.parametrize("change", [{"status": 200}, {"part": "something else"}, {"body": '{"value": "much"}'}])
def test_an_unexpected_response_is_a_failure_without_a_latency(served, change):
    outcome = run(replace(served[0], **change))
    assert (len(outcome.latencies), outcome.failures) == (0, REQUESTS)


def test_the_plain_application_refuses_an_unknown_token_and_an_unknown_key_result(served):
    load, url = served
    before = plain_application.count_check_ins(url)
    stranger = replace(load, headers={"Authorization": "Bearer unknown"}, status=HTTPStatus.UNAUTHORIZED)
    missing = replace(load, paths=["/key-results/00000000-0000-0000-0000-000000000000/check-ins"], status=HTTPStatus.NOT_FOUND)
    assert [run(case).failures for case in (stranger, missing)] == [0, 0]
    assert plain_application.count_check_ins(url) == before
