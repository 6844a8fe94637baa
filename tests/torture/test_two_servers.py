"""Two servers over the same stores: one key has one effect, and a revoked token or an erased person ends at once on both."""

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from okr_events.event_log.integrity_check import LogVerifier
from tests.torture.processes import wait_until
from tests.torture.served import TOKEN, Served

THREADS = 16
"""As many on each server."""
WORD = "Quillback"


class Two:
    """Both servers; requests go to one or the other by number."""

    def __init__(self, servers):
        self.servers = servers

    def send(self, number, method, path, body=None, **headers):
        """Send a request as an administrator, unless `Authorization` says otherwise; return status, headers and body."""
        server = self.servers[number % 2]
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            fields = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} | names
            connection.request(method, path, json.dumps(body), fields)
            response = connection.getresponse()
            return response.status, response.headers, json.loads(response.read())

    def token_of(self, person):
        """Issue a token; return its id and its header."""
        status, _, answer = self.send(0, "POST", "/v1/tokens", {"person_id": person, "role": "admin"})
        assert status == 201
        return answer["id"], f"Bearer {answer['token']}"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.torture)])
def two(request, new_database, tmp_path_factory):
    """Two servers of one worker each over one installation, which the tests of this module share."""
    with ExitStack() as stack:
        url = stack.enter_context(new_database()) if request.param == "postgres" else None
        installation = [Served(tmp_path_factory.mktemp("data"), url, workers=1)]
        installation.append(Served(installation[0].folder, url, workers=1))
        installation[0].open_stores().close()
        servers = [stack.enter_context(served.start()) for served in installation]
        for server in servers:
            server.wait_for("/health/ready", 200)
        yield Two(servers)


@pytest.fixture(scope="module")
def key_result(two):
    return two.servers[0].record_key_results(1)[0]


def test_a_key_that_many_threads_race_with_has_one_effect(two, key_result, *, long_run):
    count = 1_000 if long_run else 60
    path, key = f"/v1/key-results/{key_result}/check-ins", str(uuid4())
    before = len(read_check_ins(two, 0, key_result))

    def send(number):
        status, headers, answer = two.send(number, "POST", path, {"value": 1}, Idempotency_Key=key)
        return status, answer["position"], answer["id"], headers.get("Idempotency-Replayed")

    with ThreadPoolExecutor(2 * THREADS) as pool:
        answers = Counter(pool.map(send, range(count)))
    (first, times), *others = sorted(answers.items(), key=lambda item: item[1])
    assert (times, first[3]) == (1, None)
    assert others == [((*first[:3], "true"), count - 1)]
    assert len(read_check_ins(two, 0, key_result)) == before + 1


def test_a_token_that_one_server_revokes_is_refused_by_the_other_at_its_next_request(two, *, long_run):
    person = two.send(0, "POST", "/v1/people", {"name": "Ada"})[2]["id"]
    for number in range(100 if long_run else 8):
        id, bearer = two.token_of(person)
        assert two.send(number + 1, "GET", "/v1/units", Authorization=bearer)[0] == 200
        assert two.send(number, "POST", f"/v1/tokens/{id}/revocation", {"reason": "It leaked."})[0] == 200
        assert two.send(number + 1, "GET", "/v1/units", Authorization=bearer)[0] == 401


def test_a_person_erased_while_sixteen_threads_write_as_them_leaves_no_readable_word(two, key_result, *, long_run):
    for _ in range(20 if long_run else 1):
        erase_while_writing(two, key_result)
    notes = json.dumps([read_check_ins(two, number, key_result) for number in range(2)])
    assert WORD not in notes
    assert notes.count("[erased]") >= THREADS
    with closing(two.servers[0].open_stores()) as stores:
        assert not list(LogVerifier(stores.log, stores.okrs.mapper).find_faults())


def erase_while_writing(two, key_result):
    """Erase a person once each thread has recorded a check-in as them; the threads write until they are refused."""
    person = two.send(0, "POST", "/v1/people", {"name": WORD})[2]["id"]
    _, bearer = two.token_of(person)
    recorded = Counter()

    def write(number):
        while True:
            status = two.send(
                number,
                "POST",
                f"/v1/key-results/{key_result}/check-ins",
                {"value": 1, "note": f"{WORD} {number}"},
                Authorization=bearer,
            )[0]
            if status != 201:
                return status
            recorded[number] += 1

    with ThreadPoolExecutor(THREADS) as pool:
        writers = [pool.submit(write, number) for number in range(THREADS)]
        wait_until(lambda: len(recorded) == THREADS)
        assert two.send(1, "POST", f"/v1/people/{person}/erasure", {"reason": "They asked for it."})[0] == 200
        assert {writer.result() for writer in writers} <= {401, 409}


def read_check_ins(two, number, key_result):
    """All check-ins of the key result, as one of the servers answers."""
    items, after = [], "0"
    while after:
        answer = two.send(number, "GET", f"/v1/key-results/{key_result}/check-ins?limit=100&after={after}")[2]
        items, after = items + answer["items"], answer["next"]
    return items
