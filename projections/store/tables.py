"""The views' tables. A versioned row says `[from_position, to_position)`: one query serves now and any moment of the past."""

from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, String, Table, and_
from sqlalchemy.schema import CreateIndex, CreateTable

OPEN_ENDED = 2**62
LOGIC_VERSION = 1
"""Raised when a handler changes what it writes, so that the tables are built anew."""

metadata = MetaData()


def versioned_table(name: str, *columns: Column[Any], index: tuple[str, ...] = ()) -> Table:
    """A table of versioned rows: `created` is the position that brought the thing into being, and orders lists."""
    table = Table(
        name,
        metadata,
        Column("id", String, primary_key=True),
        Column("from_position", BigInteger, primary_key=True, autoincrement=False),
        Column("to_position", BigInteger, nullable=False),
        Column("created", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        *columns,
        sqlite_with_rowid=False,
    )
    for column in index:
        Index(f"{name}_by_{column}", table.c[column], table.c.to_position, table.c.from_position)
    return table


def text_column(name: str) -> Column[Any]:
    return Column(name, String)


def position_column(name: str) -> Column[Any]:
    """The position of the event that last said something."""
    return Column(name, BigInteger)


def valid_at(table: Table, position: int) -> ColumnElement[bool]:
    """The rows of a table as they stood at a position."""
    return and_(table.c.from_position <= position, table.c.to_position > position)


tracking = Table(
    "tracking",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", String, nullable=False),
)
units = versioned_table(
    "units",
    *(text_column(name) for name in ("name", "level", "parent_id", "vision", "mission", "time_zone", "cadence")),
    position_column("moved_at"),
    index=("parent_id", "cadence"),
)
cycles = versioned_table(
    "cycles",
    *(text_column(name) for name in ("name", "starts_on", "ends_on", "parent_id", "policy", "state", "digest")),
    *(position_column(name) for name in ("policy_at", "closed_at", "sealed_at")),
    Column("closed", BigInteger),
    Column("format", Integer),
)
"""`closed` is the time of its closing, `closed_at` its position; `sealed_at` is where the report's digest was recorded."""
priorities = versioned_table(
    "priorities",
    *(text_column(name) for name in ("title", "description", "perspective", "starts_on", "ends_on", "owner", "state")),
    index=("owner",),
)
objectives = versioned_table(
    "objectives",
    *(text_column(name) for name in ("cycle_id", "unit_id", "title", "description", "owner", "commitment")),
    Column("urgent", Integer),
    Column("important", Integer),
    *(text_column(name) for name in ("progress_driver", "state", "agreed_by")),
    position_column("prioritised_at"),
    index=("cycle_id", "unit_id", "owner"),
)
key_results = versioned_table(
    "key_results",
    *(
        text_column(name)
        for name in ("objective_id", "cycle_id", "title", "description", "metric", "weight", "owner", "due_on")
    ),
    *(text_column(name) for name in ("state", "score", "suggested", "decision", "root_cause", "cadence", "origin")),
    position_column("suggested_at"),
    position_column("scored_at"),
    position_column("metric_at"),
    Column("defined_at", BigInteger),
    index=("cycle_id", "objective_id", "owner", "origin", "scored_at"),
)
"""A `cadence` is null where a unit or key result sets none of its parts."""
contributors = versioned_table(
    "contributors",
    *(text_column(name) for name in ("key_result_id", "person_id", "contribution", "role", "due_on", "state")),
    index=("key_result_id", "person_id"),
)
initiatives = versioned_table(
    "initiatives",
    *(text_column(name) for name in ("key_result_id", "title", "owner", "due_on", "done_on")),
    index=("key_result_id", "owner"),
)
alignments = versioned_table(
    "alignments",
    *(text_column(name) for name in ("child_id", "parent_id", "parent_type", "kind", "weight", "state")),
    *(text_column(name) for name in ("capacity", "agreed_capacity", "agreement")),
    index=("child_id", "parent_id"),
)
TIMING_COLUMNS = ("to_position", "from_position", "retracted", "recorded_at")
"""An index that ends with these tells when check-ins came without a look at what they say."""
check_ins = versioned_table(
    "check_ins",
    *(text_column(name) for name in ("key_result_id", "measured_on", "value", "milestones", "confidence", "status")),
    *(text_column(name) for name in ("note", "wins", "blockers", "next_steps", "author", "changed_by", "reason")),
    Column("recorded_at", BigInteger),
    Column("changed_at", BigInteger),
    Column("retracted", Integer),
    *(position_column(name) for name in ("value_at", "confidence_at", "status_at")),
)
Index("check_ins_by_key_result_id", *(check_ins.c[name] for name in ("key_result_id", *TIMING_COLUMNS)))
conversations = versioned_table("conversations", text_column("subject_type"), text_column("subject_id"), index=("subject_id",))
comments = versioned_table(
    "comments",
    *(text_column(name) for name in ("conversation_id", "subject_type", "subject_id", "kind", "text", "author", "answers_to")),
    Column("recorded_at", BigInteger),
    index=("subject_id",),
)
blockers = versioned_table(
    "blockers",
    *(text_column(name) for name in ("key_result_id", "check_in_id", "kind", "text", "owner", "author", "state")),
    *(text_column(name) for name in ("resolved_on", "resolved_by")),
    Column("number", BigInteger),
    Column("opened_at", BigInteger),
    index=("key_result_id", "check_in_id", "owner"),
)
"""`number` rises in the order in which they were told; `opened_at` is when the check-in was recorded that told of it."""
reviews = versioned_table(
    "reviews",
    *(text_column(name) for name in ("unit_id", "cycle_id", "kind", "held_on", "participants", "what_worked", "what_did_not")),
    *(text_column(name) for name in ("lessons", "adjustments", "author")),
    Column("recorded_at", BigInteger),
    index=("unit_id", "cycle_id"),
)
decisions = versioned_table(
    "decisions",
    *(
        text_column(name)
        for name in ("review_id", "unit_id", "cycle_id", "text", "owner", "due_on", "done_on", "done_by", "author")
    ),
    Column("recorded_at", BigInteger),
    Column("number", Integer),
    index=("review_id", "unit_id", "cycle_id", "owner"),
)
"""`number` is a decision's place in its review, from 0 on."""
erasures = versioned_table("erasures")
"""People who were erased, by their opaque ids."""
standings = versioned_table(
    "standings",
    *(text_column(name) for name in ("cycle_id", "value", "milestones", "value_on", "confidence", "confidence_on")),
    *(text_column(name) for name in ("status", "status_on", "latest", "latest_on")),
    *(position_column(name) for name in ("value_at", "confidence_at", "status_at")),
    Column("reported_at", BigInteger),
    index=("cycle_id",),
)
facts = Table(
    "facts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False),
    *(text_column(name) for name in ("stream_id", "type", "state", "envelope")),
    Column("version", Integer, nullable=False),
    Index("facts_by_stream", "stream_id", "position"),
)

felt_facts = Table(
    "felt_facts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    text_column("stream_id"),
    Index("felt_facts_by_stream", "stream_id"),
)
"""The few facts that others than their subject may feel."""


def schema_digest() -> str:
    """The tables' shape as eight hexadecimal digits: another shape lives in another place, beside the old one."""
    statements = [str(CreateTable(table)) for table in metadata.sorted_tables]
    statements += [str(CreateIndex(index)) for table in metadata.sorted_tables for index in sorted(table.indexes, key=str)]
    return sha256("\n".join([*statements, str(LOGIC_VERSION)]).encode()).hexdigest()[:8]
