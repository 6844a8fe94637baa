"""Typed rows: the types of tables whose columns are the annotations of a row type, and of their queries."""

from typing import Annotated, TypeAlias, TypeVar, cast

from sqlalchemy import Column, Connection, Select, Table
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import Integer

from okr_events.json_types import Json

RowTable: TypeAlias = Table[ReadOnlyColumnCollection[str, Column[Json]]]
SmallInt = Annotated[int, Integer]
"""A number of 32 bits; flags are 0 or 1."""

R = TypeVar("R")


def fetch_rows(connection: Connection, _row_type: type[R], query: "Select[tuple[object, ...]]") -> list[R]:
    """The rows of a query that selects all columns of the row type's table."""
    return cast("list[R]", connection.execute(query).all())
