"""The register's tables. The annotations of a row type become its columns, the first one the primary key."""

from types import NoneType
from typing import ClassVar, TypeVar, cast, get_args

from sqlalchemy import DDL, Column, Connection, Engine, MetaData, Select, Table, event, text
from sqlalchemy.types import BigInteger, Integer, LargeBinary, String

from okr_events.register.generation import create_generation
from okr_events.row_types import RowTable, SmallInt

COLUMN_TYPES = {Integer: Integer, int: BigInteger, str: String, bytes: LargeBinary}

metadata = MetaData()
R = TypeVar("R", bound="Row")


class Row:
    """A row of a table, never instantiated. Ids are hexadecimal, times ISO 8601 in UTC."""

    table: ClassVar[RowTable]

    def __init_subclass__(cls, name: str, unique: str = "") -> None:
        cls.table = Table(name, metadata)
        for field, hint in cls.__annotations__.items():
            kinds, key = get_args(hint) or (hint,), not cls.table.columns
            kind, null = next(COLUMN_TYPES[kind] for kind in COLUMN_TYPES if kind in kinds), NoneType in kinds
            cls.table.append_column(
                Column(field, kind, nullable=null, primary_key=key, unique=field == unique, autoincrement=kind is Integer)
            )


class PersonRow(Row, name="people", unique="added"):
    id: str
    name: str  # encrypted
    email: str | None  # encrypted
    version: SmallInt
    added: int


class ErasedRow(Row, name="erased"):
    """A tombstone. `added` is the person's number in the list; `overwritten` says that no file contains their data any more."""

    id: str
    version: SmallInt
    added: int
    erased_at: str
    overwritten: SmallInt


class TokenRow(Row, name="tokens", unique="digest"):
    id: str
    digest: bytes
    person_id: str
    role: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    version: SmallInt


class CalendarRow(Row, name="calendars", unique="digest"):
    id: str
    digest: bytes
    person_id: str
    owner: str | None
    unit: str | None
    created_at: str
    revoked_at: str | None
    version: SmallInt


class AccessRow(Row, name="access_log"):
    number: int
    at: str
    person_id: str | None
    role: str | None
    via: str
    what: str
    asked: str  # JSON
    position: int


class SigningKeyRow(Row, name="signing_keys", unique="public"):
    number: SmallInt
    name: str
    public: bytes
    seed: bytes | None
    created_at: str
    retired_at: str | None


class CheckpointRow(Row, name="checkpoints"):
    number: SmallInt
    size: int
    root: bytes
    note: str
    made_at: str
    why: str
    delivered: str
    published_at: str | None
    error: str | None


people = PersonRow.table
erased = ErasedRow.table
tokens = TokenRow.table
calendars = CalendarRow.table
access_log = AccessRow.table
signing_keys = SigningKeyRow.table
checkpoints = CheckpointRow.table
word_keys = Table("word_keys", metadata, Column("author", String, primary_key=True), Column("key", LargeBinary, nullable=False))
secrets = Table("secrets", metadata, Column("name", String, primary_key=True), Column("value", LargeBinary, nullable=False))
revision = Table("revision", metadata, Column("one", Integer, primary_key=True), Column("number", BigInteger, nullable=False))
answers = Table(
    "answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("id", String),
    Column("version", BigInteger),
    Column("position", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
)
for table, column in ((people, "name"), (people, "email"), (word_keys, "key"), (signing_keys, "seed")):
    disable_statistics = DDL(f"ALTER TABLE {table.name} ALTER COLUMN {column} SET STATISTICS 0")  # type: ignore[no-untyped-call]
    # pg_statistic would hold samples of the values
    event.listen(table, "after_create", disable_statistics.execute_if(dialect="postgresql"))


def fetch_row(connection: Connection, _row_type: type[R], query: "Select[tuple[object, ...]]") -> R | None:
    return cast("R | None", connection.execute(query).first())


def create_tables(engine: Engine) -> None:
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('okr_events.register'))"))
        create_missing_tables(connection)


def create_missing_tables(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(text("INSERT INTO revision (one, number) VALUES (1, 0) ON CONFLICT DO NOTHING"))
    create_generation(connection)
