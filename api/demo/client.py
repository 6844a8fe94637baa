"""A minimal client of the API: JSON in, JSON out, a bearer token."""

import json
from typing import Any
from urllib.request import Request, urlopen

JSONObject = dict[str, Any]


class Client:
    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    def post(self, path: str, **body: Any) -> JSONObject:
        return self._send("POST", path, body)

    def get(self, path: str) -> JSONObject:
        return self._send("GET", path, None)

    def _send(self, method: str, path: str, body: JSONObject | None) -> JSONObject:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers, method=method), timeout=10) as response:  # noqa: S310
            document: JSONObject = json.load(response)
            return document
