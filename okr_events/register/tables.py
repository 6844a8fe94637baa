"""The register's tables."""

from sqlalchemy import DDL, BigInteger, Column, Connection, Engine, Integer, LargeBinary, MetaData, String, Table, event, text

metadata = MetaData()


def text_columns(*names: str, nullable: bool = False) -> list[Column[str]]:
    return [Column(name, String, nullable=nullable) for name in names]


people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String),
    Column("version", Integer, nullable=False),
    Column("added", BigInteger, nullable=False, unique=True),
)
word_keys = Table("word_keys", metadata, Column("author", String, primary_key=True), Column("key", LargeBinary, nullable=False))
erased = Table(
    "erased",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("erased_at", String, nullable=False),
    Column("overwritten", Integer, nullable=False),
)
tokens = Table(
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    *text_columns("person_id", "role", "created_at"),
    *text_columns("expires_at", "revoked_at", nullable=True),
    Column("version", Integer, nullable=False),
)
calendars = Table(
    "calendars",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("person_id", String, nullable=False),
    *text_columns("owner", "unit", nullable=True),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
    Column("version", Integer, nullable=False),
)
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
access_log = Table(
    "access_log",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    *text_columns("person_id", "role", nullable=True),
    *text_columns("via", "what", "asked"),
    Column("position", BigInteger, nullable=False),
)
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("public", LargeBinary, nullable=False, unique=True),
    Column("seed", LargeBinary),
    Column("created_at", String, nullable=False),
    Column("retired_at", String),
)
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    *text_columns("note", "made_at", "why", "delivered"),
    *text_columns("published_at", "error", nullable=True),
)
for table, column in ((people, "name"), (people, "email"), (word_keys, "key"), (signing_keys, "seed")):
    disable_statistics = DDL(f"ALTER TABLE {table.name} ALTER COLUMN {column} SET STATISTICS 0")  # type: ignore[no-untyped-call]
    # pg_statistic would hold samples of the values
    event.listen(table, "after_create", disable_statistics.execute_if(dialect="postgresql"))


def create_tables(engine: Engine) -> None:
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('okr_events.register'))"))
        create_missing_tables(connection)


def create_missing_tables(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(text("INSERT INTO revision (one, number) VALUES (1, 0) ON CONFLICT DO NOTHING"))
