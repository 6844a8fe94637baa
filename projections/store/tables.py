"""The views' tables, each with the type of its rows.

A versioned row is valid in `[from_position, to_position)`, so that one query serves now and any moment of the past. The
annotations of a row type become its columns, in order; it is never instantiated and only types the rows of queries.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import SimpleNamespace
from typing import Annotated, ClassVar, TypeAlias, TypeVar, cast, get_args, get_type_hints

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, String, Table, and_
from sqlalchemy.schema import CreateIndex, CreateTable

from okr_events.json_types import Json
from okr_events.row_types import RowTable, SmallInt

OPEN_ENDED = 2**62
LOGIC_VERSION = 1
"""Raised when a handler changes what it writes, so that the tables are rebuilt."""

RowValues: TypeAlias = dict[str, Json]
"""The values of a row of any table, by column."""

metadata = MetaData()
R = TypeVar("R", bound="Row")


class Row:
    """A row of a table. Positions and times in microseconds are `int`; decimals, days, ids and JSON are `str`."""

    table: ClassVar[RowTable]


class VersionedRow(Row):
    """One version of a thing; `created` is the position of its first event and orders lists.

    A subclass names its table, and the columns that get an index each, which serves any moment.
    """

    id: str
    from_position: int
    to_position: int
    created: int
    version: SmallInt

    def __init_subclass__(cls, name: str, index: tuple[str, ...] = ()) -> None:
        keys = ("id", "from_position")
        required = {*keys, "to_position", "created", "version"}
        columns = [
            Column(column, type_, primary_key=column in keys, nullable=column not in required, autoincrement=False)
            for column, type_ in _column_types(cls)
        ]
        cls.table = table = Table(name, metadata, *columns, sqlite_with_rowid=False)
        for column in index:
            Index(f"{name}_by_{column}", table.c[column], table.c.to_position, table.c.from_position)


def row_from_values(_row_type: type[R], values: Mapping[str, object]) -> R:
    """A row as queries return it, from the values of its columns."""
    return cast("R", SimpleNamespace(**values))


def valid_at(table: RowTable, position: int) -> ColumnElement[bool]:
    """The versions of a table's rows that are valid at a position."""
    return and_(table.c.from_position <= position, table.c.to_position > position)


def _column_types(row_type: type[Row]) -> Iterable[tuple[str, type[String | BigInteger | Integer]]]:
    for name, hint in get_type_hints(row_type, include_extras=True).items():
        kinds = get_args(hint) or (hint,)
        if name != "table":
            yield name, Integer if Integer in kinds else String if str in kinds else BigInteger


class UnitRow(VersionedRow, name="units", index=("parent_id", "cadence")):
    name: str
    level: str
    parent_id: str | None
    vision: str | None
    mission: str | None
    time_zone: str | None
    time_zone_from: str | None
    cadence: str | None  # JSON, null where unset
    moved_at: int | None


class CycleRow(VersionedRow, name="cycles"):
    """A cycle. `closed` is the time of its closing, `closed_at` its position; the digest was recorded at `sealed_at`."""

    name: str
    starts_on: str
    ends_on: str
    parent_id: str | None
    policy: str  # JSON
    state: str
    digest: str | None
    policy_at: int
    closed_at: int | None
    sealed_at: int | None
    closed: int | None
    format: Annotated[int | None, Integer]
    rules: Annotated[int | None, Integer]


class PriorityRow(VersionedRow, name="priorities", index=("owner",)):
    title: str
    description: str | None
    perspective: str
    starts_on: str
    ends_on: str
    owner: str | None
    state: str


class ObjectiveRow(VersionedRow, name="objectives", index=("cycle_id", "unit_id", "owner")):
    cycle_id: str
    unit_id: str
    title: str
    description: str | None
    owner: str | None
    commitment: str
    urgent: SmallInt
    important: SmallInt
    progress_driver: str
    state: str
    agreed_by: str  # JSON
    prioritised_at: int


class KeyResultRow(VersionedRow, name="key_results", index=("cycle_id", "objective_id", "owner", "origin", "scored_at")):
    """A key result. `metric_at` is the position of the event that last defined or revised its metric."""

    objective_id: str
    cycle_id: str
    title: str
    description: str | None
    metric: str  # JSON
    weight: str
    owner: str | None
    due_on: str
    state: str
    score: str | None
    suggested: str | None
    decision: str | None
    root_cause: str | None  # encrypted
    cadence: str | None  # JSON, null where unset
    origin: str | None
    suggested_at: int | None
    scored_at: int | None
    metric_at: int
    defined_at: int


class ContributorRow(VersionedRow, name="contributors", index=("key_result_id", "person_id")):
    key_result_id: str
    person_id: str
    contribution: str
    role: str
    due_on: str | None
    state: str


class InitiativeRow(VersionedRow, name="initiatives", index=("key_result_id", "owner")):
    key_result_id: str
    title: str
    owner: str | None
    due_on: str | None
    done_on: str | None


class AlignmentRow(VersionedRow, name="alignments", index=("child_id", "parent_id")):
    """A link from an objective to what it serves."""

    child_id: str
    parent_id: str
    parent_type: str
    kind: str
    weight: str | None
    state: str
    capacity: str | None
    agreed_capacity: str | None
    agreement: str | None


class CheckInRow(VersionedRow, name="check_ins"):
    """A check-in with its corrections applied. Text is encrypted, lists are JSON."""

    key_result_id: str
    measured_on: str
    value: str | None
    milestones: str | None
    confidence: str | None
    status: str | None
    note: str | None
    wins: str
    blockers: str
    next_steps: str
    author: str
    changed_by: str | None
    reason: str | None
    recorded_at: int
    changed_at: int | None
    retracted: SmallInt
    value_at: int | None
    confidence_at: int | None
    status_at: int | None


class ConversationRow(VersionedRow, name="conversations", index=("subject_id",)):
    subject_type: str
    subject_id: str


class CommentRow(VersionedRow, name="comments", index=("subject_id",)):
    conversation_id: str
    subject_type: str
    subject_id: str
    kind: str
    text: str  # encrypted
    author: str
    answers_to: str | None
    recorded_at: int


class BlockerRow(VersionedRow, name="blockers", index=("key_result_id", "check_in_id", "owner")):
    """A blocker. `number` rises in the order of recording; `opened_at` is the time of its check-in."""

    key_result_id: str
    check_in_id: str
    kind: str
    text: str  # encrypted
    owner: str | None
    author: str
    state: str
    resolved_on: str | None
    resolved_by: str | None
    number: int
    opened_at: int


class ReviewRow(VersionedRow, name="reviews", index=("unit_id", "cycle_id")):
    """A review. Lists are JSON with encrypted text."""

    unit_id: str
    cycle_id: str
    kind: str
    held_on: str
    participants: str
    what_worked: str
    what_did_not: str
    lessons: str
    adjustments: str
    author: str
    recorded_at: int


class DecisionRow(VersionedRow, name="decisions", index=("review_id", "unit_id", "cycle_id", "owner")):
    """A decision of a review; `number` is its place there, from 0 on."""

    review_id: str
    unit_id: str
    cycle_id: str
    text: str  # encrypted
    owner: str | None
    due_on: str | None
    done_on: str | None
    done_by: str | None
    author: str
    recorded_at: int
    number: SmallInt


class ErasureRow(VersionedRow, name="erasures"):
    """A person who was erased, by the opaque id."""


class StandingRow(VersionedRow, name="standings", index=("cycle_id",)):
    """What is in force of a key result's check-ins: value, confidence and status, and who stated them when."""

    cycle_id: str
    value: str | None
    milestones: str | None
    value_on: str | None
    confidence: str | None
    confidence_on: str | None
    status: str | None
    status_on: str | None
    latest: str | None
    latest_on: str | None
    value_at: int | None
    confidence_at: int | None
    status_at: int | None
    reported_at: int | None


units = UnitRow.table
cycles = CycleRow.table
priorities = PriorityRow.table
objectives = ObjectiveRow.table
key_results = KeyResultRow.table
contributors = ContributorRow.table
initiatives = InitiativeRow.table
alignments = AlignmentRow.table
check_ins = CheckInRow.table
conversations = ConversationRow.table
comments = CommentRow.table
blockers = BlockerRow.table
reviews = ReviewRow.table
decisions = DecisionRow.table
erasures = ErasureRow.table
standings = StandingRow.table
TIMING_COLUMNS = ("to_position", "from_position", "retracted", "recorded_at")
"""The index ends with these columns, so that it alone answers when check-ins were recorded."""
Index("check_ins_by_key_result_id", *(check_ins.c[name] for name in ("key_result_id", *TIMING_COLUMNS)))


class FactRow(Row):
    """An event as it was recorded; `state` and `envelope` are JSON."""

    position: int
    recorded_at: int
    stream_id: str
    type: str
    state: str
    envelope: str
    version: int


FactRow.table = facts = Table(
    "facts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False),
    *(Column(name, String) for name in ("stream_id", "type", "state", "envelope")),
    Column("version", Integer, nullable=False),
    Index("facts_by_stream", "stream_id", "position"),
)
felt_facts = Table(
    "felt_facts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", String),
    Index("felt_facts_by_stream", "stream_id"),
)
"""The facts that also show in the histories of other objectives than their subject."""
tracking = Table(
    "tracking",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", String, nullable=False),
)
"""One row: the position that the views have reached, and the ledger's hash there."""

TABLE_BY_AGGREGATE: dict[str, RowTable] = {
    "Unit": units,
    "Priority": priorities,
    "Cycle": cycles,
    "Objective": objectives,
    "KeyResult": key_results,
    "Initiative": initiatives,
    "Alignment": alignments,
    "Conversation": conversations,
    "Person": erasures,
    "Review": reviews,
}


def schema_digest() -> str:
    """Eight hexadecimal digits that identify the tables' definitions; other definitions get their own file or schema."""
    statements = [str(CreateTable(table)) for table in metadata.sorted_tables]
    statements += [str(CreateIndex(index)) for table in metadata.sorted_tables for index in sorted(table.indexes, key=str)]
    return sha256("\n".join([*statements, str(LOGIC_VERSION)]).encode()).hexdigest()[:8]
