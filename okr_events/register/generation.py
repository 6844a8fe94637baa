"""The register's generation: a number that rises with every change of people, keys and tokens.

Triggers raise it, so that no writer can forget it. It is not part of backups.
"""

from sqlalchemy import Connection

LOOK = "SELECT g.number, r.number FROM generation g, revision r"
WATCHED_TABLES = ("people", "erased", "word_keys", "tokens")
CHANGES = ("INSERT", "UPDATE", "DELETE")
SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS generation_{table}_{change} AFTER {change} ON {table}"  # noqa: S608 - our own names
    " BEGIN UPDATE generation SET number = number + 1; END"
    for table in WATCHED_TABLES
    for change in CHANGES
)
POSTGRES_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION raise_generation() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS"
    " $$BEGIN UPDATE generation SET number = number + 1; RETURN NULL; END$$",
    *(
        f"CREATE OR REPLACE TRIGGER raise_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION raise_generation()"
        for table in WATCHED_TABLES
    ),
)


POSTGRES_GUARDS = (
    "SELECT COUNT(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE t.tgname = 'raise_generation' AND c.relnamespace = current_schema()::regnamespace"
)
"""Counts the triggers: they are created only where one is missing, because that locks the tables."""


def create_generation(connection: Connection) -> None:
    """Create the table of the generation and the triggers that raise it, where they are missing."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY, number BIGINT NOT NULL)")
    connection.exec_driver_sql("INSERT INTO generation (one, number) VALUES (1, 0) ON CONFLICT DO NOTHING")
    for statement in _missing_triggers(connection):
        connection.exec_driver_sql(statement)


def _missing_triggers(connection: Connection) -> tuple[str, ...]:
    if connection.dialect.name == "sqlite":
        return SQLITE_TRIGGERS
    complete = connection.exec_driver_sql(POSTGRES_GUARDS).scalar() == len(WATCHED_TABLES)
    return () if complete else POSTGRES_TRIGGERS
