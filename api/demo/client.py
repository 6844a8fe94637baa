"""A minimal client of the API: JSON in, JSON out, a bearer token."""

import json
from urllib.request import Request, urlopen

from okr_events.json_types import Json, JsonObject


class Client:
    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    def post(self, path: str, **body: Json) -> JsonObject:
        return self._send("POST", path, body)

    def get(self, path: str) -> JsonObject:
        return self._send("GET", path, None)

    def _send(self, method: str, path: str, body: JsonObject | None) -> JsonObject:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers, method=method), timeout=10) as response:  # noqa: S310
            document: JsonObject = json.load(response)
            return document
