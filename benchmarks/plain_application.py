"""The plain application: a check-in updates a row and inserts a row of history, without an event log.

It is what the check-ins over HTTP are compared with, written as for production: a sized pool, a statement where one suffices, a
commit that waits for the disk. `gunicorn "benchmarks.plain_application:create_app()"` serves the database in `PLAIN_URL`.
"""

import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID, uuid4

from flask import Flask, Response, abort, jsonify, request
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, Range
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    ForeignKey,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    event,
    func,
    select,
)

THREADS = 16
BUSY_SECONDS = 30
PREFIX = "Bearer "

metadata = MetaData()
tokens = Table("tokens", metadata, Column("hash", String, primary_key=True), Column("person_id", Uuid, nullable=False))
key_results = Table(
    "key_results",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("title", String, nullable=False),
    Column("value", Float),
    Column("confidence", Float),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
check_ins = Table(
    "check_ins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key_result_id", Uuid, ForeignKey("key_results.id"), nullable=False, index=True),
    Column("author", Uuid, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("value", Float, nullable=False),
    Column("confidence", Float),
    Column("note", String),
)


class CheckIn(Schema):
    """A check-in, as a request states it and as the response tells it."""

    id = fields.UUID(dump_only=True)
    key_result_id = fields.UUID(dump_only=True)
    author = fields.UUID(dump_only=True)
    recorded_at = fields.DateTime(dump_only=True)
    value = fields.Float(required=True)
    confidence = fields.Float(validate=Range(0, 1), load_default=None)
    note = fields.String(validate=Length(max=10_000), load_default=None)


CHECK_IN = CheckIn()


def create_app() -> Flask:
    app, engine = Flask(__name__), open_engine(os.environ["PLAIN_URL"])

    @app.get("/health/live")
    def live() -> Response:
        return jsonify(status="live")

    @app.post("/key-results/<uuid:key_result_id>/check-ins")
    def check_in(key_result_id: UUID) -> tuple[Response, int]:
        stated = CHECK_IN.load(request.get_json())
        with engine.begin() as connection:
            author = _authenticate(connection)
            row = _record(connection, key_result_id, {**stated, "author": author})
        return jsonify(CHECK_IN.dump(row)), HTTPStatus.CREATED

    @app.errorhandler(ValidationError)
    def invalid(error: ValidationError) -> tuple[Response, int]:
        return jsonify(errors=error.messages), HTTPStatus.UNPROCESSABLE_ENTITY

    return app


def open_engine(url: str) -> Engine:
    """Return an engine with a connection per thread. SQLite has a write-ahead log, and waits for the disk on commit."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=THREADS)
    engine = create_engine(url, pool_size=THREADS, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    return engine


def prepare(url: str, token: str, *, count: int) -> list[UUID]:
    """Create the tables, a token and key results; return the key results."""
    engine, ids, now = open_engine(url), [uuid4() for _ in range(count)], datetime.now(UTC)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(tokens.insert(), {"hash": _hash(token), "person_id": uuid4()})
        connection.execute(key_results.insert(), [{"id": id, "title": "Launch", "updated_at": now} for id in ids])
    engine.dispose()
    return ids


def count_check_ins(url: str) -> int:
    engine = open_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(check_ins))
    engine.dispose()
    return count or 0


def _authenticate(connection: Connection) -> UUID:
    header = request.headers.get("Authorization", "")
    query = select(tokens.c.person_id).where(tokens.c.hash == _hash(header.removeprefix(PREFIX)))
    person: UUID | None = connection.scalar(query)
    return person or abort(HTTPStatus.UNAUTHORIZED)


def _record(connection: Connection, key_result_id: UUID, stated: Mapping[str, object]) -> dict[str, object]:
    """Update the key result and insert the check-in, which is returned."""
    now = datetime.now(UTC)
    present = {"value": stated["value"], "confidence": stated["confidence"], "updated_at": now}
    updated = connection.execute(key_results.update().where(key_results.c.id == key_result_id).values(present))
    if not updated.rowcount:
        abort(HTTPStatus.NOT_FOUND)
    row = {"id": uuid4(), "key_result_id": key_result_id, "recorded_at": now, **stated}
    connection.execute(check_ins.insert(), row)
    return row


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
