"""HTTP benchmarks: a check-in and an unchanged tree, against a route that does nothing."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from api.demo.client import Client
from api.demo.server import run_server
from benchmarks.ratios import Figure, throughput_ratios

TOKEN = "a-token-of-the-benchmark-only"  # noqa: S105 - for a temporary folder on loopback


def measure_http() -> Iterator[Figure]:
    with TemporaryDirectory() as folder, run_server(Path(folder), TOKEN) as (address, _):
        key_result = _create_key_result(Client(address, TOKEN))
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

        def request(method: str, path: str, body: object = None, **extra: str) -> http.client.HTTPResponse:
            connection.request(method, path, None if body is None else json.dumps(body), {**headers, **extra})
            response = connection.getresponse()
            response.read()
            return response

        def baseline() -> object:
            return request("GET", "/health/live")

        def check_in() -> object:
            return request("POST", f"/v1/key-results/{key_result}/check-ins", {"value": 1, "note": "On our way."})

        tag = str(request("GET", "/v1/alignment-tree").headers["ETag"])

        def unchanged() -> object:
            return request("GET", "/v1/alignment-tree", **{"If-None-Match": tag})

        if request("GET", "/v1/alignment-tree", **{"If-None-Match": tag}).status != http.client.NOT_MODIFIED:
            raise RuntimeError("the tree did not return 304")
        ratios = throughput_ratios(lambda: unchanged, lambda: baseline)
        yield Figure("the tree again, unchanged (304), against no-op: SQLite", ratios)
        yield Figure("a check-in over HTTP, against no-op: SQLite", throughput_ratios(lambda: check_in, lambda: baseline))


def _create_key_result(api: Client) -> str:
    company = api.post("/v1/units", name="Ada's", level="company")
    cycle = api.post("/v1/cycles", name="Now", starts_on="2026-01-01", ends_on="2099-12-31")
    objective = api.post("/v1/objectives", cycle_id=cycle["id"], unit_id=company["id"], title="Grow")
    metric = {"kind": "increase", "baseline": 0, "target": 100}
    return str(api.post(f"/v1/objectives/{objective['id']}/key-results", title="Launch", metric=metric)["id"])
