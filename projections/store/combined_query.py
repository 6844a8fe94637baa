"""Combined queries: the rows of several tables at a position, by one statement that is built once."""

import re
from collections import namedtuple
from collections.abc import Callable, Collection
from functools import cache
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar, cast

import orjson
from sqlalchemy import Connection, String

from projections.store.column_values import column_names
from projections.store.tables import VersionedRow

R = TypeVar("R", bound=VersionedRow)
R_co = TypeVar("R_co", bound=VersionedRow, covariant=True)
Record = tuple[str | int | None, ...]
MakeRow = Callable[[Record], VersionedRow]
VALID = "from_position <= CAST(:position AS BIGINT) AND to_position > CAST(:position AS BIGINT)"
creation = attrgetter("created", "id")


class Part(NamedTuple, Generic[R_co]):
    """The rows of a table that meet a condition in SQL, with all columns or some, `id` and `created` among them.

    A condition names the values of the query as `:name`, and lists of ids as `IN :name`.
    """

    row_type: type[R_co]
    condition: str = "1 = 1"
    columns: tuple[str, ...] = ()


class CombinedRows:
    """The rows of each part of a query, in the order of creation and id."""

    def __init__(self, rows: dict[Part[VersionedRow], list[VersionedRow]]) -> None:
        self._rows = rows

    def of(self, part: Part[R]) -> list[R]:
        return cast("list[R]", self._rows[part])


class CombinedQuery:
    """The SQL of some parts in a dialect: each row has its part's number, then its texts, then its numbers.

    So rows of different tables fit into the same columns.
    """

    def __init__(self, dialect: str, parts: tuple[Part[VersionedRow], ...]) -> None:
        self.parts = parts
        self.binds_lists = dialect == "postgresql"
        columns = [_split_columns(part) for part in parts]
        self.texts, self.numbers = (max(map(len, kind)) for kind in zip(*columns, strict=True))
        selects = [self._select(number, part, *columns[number]) for number, part in enumerate(parts)]
        self.statement = self._in_dialect(" UNION ALL ".join(selects))
        self.makers = [self._row_maker(*names) for names in columns]

    def fetch(self, connection: Connection, position: int, values: dict[str, str | Collection[str]]) -> CombinedRows:
        bound = {name: value if isinstance(value, str) else self._bind_list(value) for name, value in values.items()}
        with connection.exec_driver_sql(self.statement, {"position": position, **bound}) as result:
            records = result.cursor.fetchall()
        found: list[list[VersionedRow]] = [[] for _ in self.parts]
        for record in records:
            found[record[0]].append(self.makers[record[0]](record))
        return CombinedRows({part: sorted(rows, key=creation) for part, rows in zip(self.parts, found, strict=True)})

    def _select(self, number: int, part: Part[VersionedRow], texts: tuple[str, ...], numbers: tuple[str, ...]) -> str:
        more_texts = ("CAST(NULL AS VARCHAR)",) * (self.texts - len(texts))
        more_numbers = ("CAST(NULL AS BIGINT)",) * (self.numbers - len(numbers))
        columns = ", ".join((str(number), *texts, *more_texts, *numbers, *more_numbers))
        return f"SELECT {columns} FROM {part.row_type.table.name} WHERE {VALID} AND ({part.condition})"  # noqa: S608 - our own

    def _in_dialect(self, statement: str) -> str:
        if not self.binds_lists:
            return re.sub(r"IN (:\w+)", r"IN (SELECT value FROM json_each(\1))", statement)
        statement = re.sub(r"IN (:\w+)", r"= ANY(CAST(\1 AS TEXT[]))", statement)
        return re.sub(r":(\w+)", r"%(\1)s", statement)

    def _bind_list(self, ids: Collection[str]) -> str | list[str]:
        return list(ids) if self.binds_lists else orjson.dumps(list(ids)).decode()

    def _row_maker(self, texts: tuple[str, ...], numbers: tuple[str, ...]) -> MakeRow:
        make = cast("MakeRow", getattr(namedtuple("Row", texts + numbers), "_make"))  # noqa: B009, PYI024 - columns differ
        after_texts, first = 1 + len(texts), 1 + self.texts
        last = first + len(numbers)
        return lambda record: make(record[1:after_texts] + record[first:last])


def fetch_combined(
    connection: Connection, position: int, *parts: Part[VersionedRow], **values: str | Collection[str]
) -> CombinedRows:
    """The rows of some parts at a position, by one statement."""
    return _build_query(connection.dialect.name, parts).fetch(connection, position, values)


def _split_columns(part: Part[VersionedRow]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the texts and of the numbers."""
    table = part.row_type.table
    names = part.columns or column_names(table)
    texts = tuple(name for name in names if isinstance(table.c[name].type, String))
    return texts, tuple(name for name in names if name not in texts)


@cache
def _build_query(dialect: str, parts: tuple[Part[VersionedRow], ...]) -> CombinedQuery:
    return CombinedQuery(dialect, parts)
