"""The application in the test process, and callers with a token."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.operations.settings import Settings
from api.operations.stores import Stores, open_stores
from okr_events.register.tables import metadata as register_tables
from okr_events.register.tokens import Role
from projections.store.tables import metadata as view_tables
from tests.app_factory import create_app_over


@dataclass(frozen=True)
class Caller:
    """A person with a token. Header names are keyword arguments with `_` for `-`; a body of bytes is sent unchanged.

    The client raises `UndocumentedResponse` for a response that differs from the OpenAPI document.
    """

    client: FlaskClient
    token: str
    person: str

    def call(self, method: str, path: str, body: Any = None, query: Any = None, **headers: str) -> TestResponse:
        arguments: dict[str, Any] = {"query_string": query} if query else {}
        if body is not None:
            arguments |= {"data": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            arguments["content_type"] = headers.pop("Content_Type", "application/json")
        sent_headers = {"Authorization": f"Bearer {self.token}"} | {n.replace("_", "-"): value for n, value in headers.items()}
        return self.client.open(path, method=method, headers=sent_headers, **arguments)

    def get(self, path: str, query: Any = None, **headers: str) -> TestResponse:
        return self.call("GET", path, query=query, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("PUT", path, body, **headers)


@dataclass(frozen=True)
class Installation:
    """The application with its own stores."""

    engine: str
    settings: Settings
    stores: Stores
    app: Flask

    @classmethod
    def create(cls, engine: str, settings: Settings) -> "Installation":
        stores = open_stores(settings)
        return cls(engine, settings, stores, create_app_over(stores, largest_body=settings.largest_body))

    def close(self) -> None:
        self.stores.close()

    def caller(self, role: Role, name: str = "") -> Caller:
        register = self.stores.register
        with register.write_transaction() as connection:
            person = register.people.add(connection, name=name or role.capitalize())
            _, secret = register.tokens.issue(connection, person_id=person.id, role=role)
        return Caller(self.app.test_client(), secret, str(person.id))

    @property
    def head(self) -> int:
        position: int = self.stores.log.head().position
        return position

    def read_state(self) -> dict[str, Any]:
        """The heads of the log, the register and the views, brought up to date, and the number of rows in each table."""
        self.stores.views.catch_up()
        with self.stores.log.read_transaction() as run:
            names = ("events", "answers", "claims", "edges", "ended")
            rows = {name: run(f"SELECT COUNT(*) FROM {name}", ()) for name in names}
        with self.stores.register.engine.connect() as register, self.stores.views.connect() as views:
            tables = [(register, table) for table in register_tables.sorted_tables]
            tables += [(views, table) for table in view_tables.sorted_tables]
            rows |= {str(table): store.scalar(select(func.count()).select_from(table)) for store, table in tables}
        return {
            "head": self.stores.log.head(),
            "tracked": self.stores.views.tracked_head().position,
            "people": self.stores.register.people.revision(),
            **rows,
        }
