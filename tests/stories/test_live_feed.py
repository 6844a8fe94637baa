"""The live feed of a running server, read over a socket while others write."""

import json
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api.demo.client import Client
from api.demo.server import THREADS, run_server

PATIENCE = 60
TOKEN = "a-token-of-the-live-feed-only"
WRITERS, EACH = 6, 15
HORIZON = {"starts_on": "2026-01-01", "ends_on": "2028-01-01"}


@pytest.fixture
def server_process(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """The address and the process of a server on either engine."""
    database = {name: value for name, value in environment.items() if name == "OKR_DATABASE_URL"}
    with run_server(tmp_path / "data", TOKEN, **database) as running:
        yield running


@pytest.fixture
def address(server_process: tuple[str, Any]) -> str:
    return server_process[0]


@pytest.fixture
def client(address: str) -> Client:
    return Client(address, TOKEN)


def open_feed(address: str, query: str = "", **headers: str) -> Any:
    """Open a live feed."""
    sent = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/event-stream"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urlopen(Request(f"{address}/v1/events{query}", headers=sent | named), timeout=PATIENCE)  # noqa: S310


def read_feed(address: str, query: str = "", **headers: str) -> Generator[dict[str, Any], None, None]:
    """Yield the events of one connection, each with its last `id`; closing the iterator closes the connection."""
    with open_feed(address, query, **headers) as feed:
        fields: dict[str, str] = {}
        for line in feed:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                yield {**json.loads(fields["data"]), "last": fields["id"]}
                fields = {}


def test_an_event_arrives_while_the_client_waits_and_a_client_that_comes_back_misses_nothing(
    address: str, client: Client
) -> None:
    company = client.post("/v1/units", name="Tech", level="company")
    events = read_feed(address)
    first = next(events)
    assert (first["type"], first["subject"], first["id"]) == ("Unit.Created", company["id"], "1")
    team = client.post("/v1/units", name="Product", level="team", parent_id=company["id"])
    second = next(events)
    assert (second["subject"], second["id"], second["last"]) == (team["id"], "2", "2")
    events.close()
    away = [client.post("/v1/units", name=f"Team {n}", level="team", parent_id=company["id"]) for n in range(3)]
    again = read_feed(address, Last_Event_ID="2")
    assert [event["subject"] for event in islice(again, 3)] == [unit["id"] for unit in away]
    here = client.post("/v1/units", name="One more", level="team", parent_id=company["id"])
    assert next(again)["subject"] == here["id"]
    again.close()


def test_while_six_threads_write_nothing_is_missed_and_nothing_comes_twice(address: str, client: Client) -> None:
    company = client.post("/v1/units", name="Tech", level="company")["id"]

    def write(writer: int) -> None:
        for n in range(EACH):
            client.post("/v1/units", name=f"{writer}-{n}", level="team", parent_id=company)

    last, seen = WRITERS * EACH + 1, list[str]()
    with ThreadPoolExecutor(WRITERS) as writers:
        written = [writers.submit(write, writer) for writer in range(WRITERS)]
        while len(seen) < last:
            connection = read_feed(address, Last_Event_ID=seen[-1] if seen else "0")
            seen += [event["last"] for event in islice(connection, min(7, last - len(seen)))]
            connection.close()
        for each in written:
            each.result()
    assert seen == [str(n) for n in range(1, last + 1)]
    whole = client.get("/v1/events?limit=200")["items"]
    assert [event["id"] for event in whole] == seen
    assert len({event["data"]["name"] for event in whole}) == last


def test_a_filtered_feed_hears_only_what_it_asked_for_also_about_what_came_later(address: str, client: Client) -> None:
    company = client.post("/v1/units", name="Tech", level="company")["id"]
    events = read_feed(address, f"?unit={company}&type=Unit.")
    assert next(events)["subject"] == company
    client.post("/v1/priorities", title="Be first", perspective="customer", horizon=HORIZON)
    team = client.post("/v1/units", name="Product", level="team", parent_id=company)["id"]
    squad = client.post("/v1/units", name="Squad", level="team", parent_id=team)["id"]
    assert [event["subject"] for event in islice(events, 2)] == [team, squad]
    events.close()


def test_live_feeds_leave_half_of_the_threads_free_and_a_client_that_leaves_gives_its_place_back(
    address: str, client: Client
) -> None:
    feeds = [open_feed(address) for _ in range(THREADS // 2)]
    with pytest.raises(HTTPError) as refused:
        open_feed(address)
    assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "1")
    refused.value.close()
    assert client.get("/v1/units")["items"] == []
    feeds.pop().close()
    _reopen_feed(address).close()
    for feed in feeds:
        feed.close()


def _reopen_feed(address: str) -> Any:
    """Open a feed, again when the server asks for a reconnect."""
    for _ in range(PATIENCE):
        try:
            return open_feed(address)
        except HTTPError as error:
            error.close()
            if error.code != 503:
                raise
            time.sleep(int(error.headers["Retry-After"]))
    raise TimeoutError


def test_a_server_that_stops_ends_its_feeds_first(server_process: tuple[str, Any]) -> None:
    address, process = server_process
    feed = open_feed(address)
    assert feed.readline() == b"retry: 1000\n"
    process.terminate()
    assert feed.read() == b"\n"
    assert process.wait(PATIENCE) == 0
    feed.close()
