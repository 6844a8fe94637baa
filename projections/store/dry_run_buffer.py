"""The row buffer of a dry run: its rows lie over the views' tables in one connection, so that nobody waits for them.

Each table that changes gets two temporary objects: a table `dry_run_…` with the rows of the dry run, and a view with the name
of the table, which shows those rows in place of the stored ones. Both engines look temporary names up first, so that every
query reads the view. All of it goes with the transaction.
"""

from functools import cache

from sqlalchemy import Column, Connection, MetaData, Table
from sqlalchemy.schema import CreateTable

from okr_events.row_types import RowTable
from projections.store.row_buffer import RowBuffer
from projections.store.tables import RowValues


class DryRunBuffer(RowBuffer):
    def __init__(self, connection: Connection, position: int) -> None:
        super().__init__(connection, position)
        self._overlaid: set[RowTable] = set()

    def flush(self) -> None:
        for table in (self._inserts.keys() | self._closings.keys()) - self._overlaid:
            self._overlay(table)
        for table, closed in self._closings.items():
            self._copy_versions(table, closed)
        super().flush()

    def _target(self, table: RowTable) -> RowTable:
        return _dry_run_table(table)

    def _overlay(self, table: RowTable) -> None:
        """Create the temporary table and the view that shows its rows in place of the stored ones."""
        own, stored = _dry_run_table(table).name, self._stored_name(table)
        columns = ", ".join(column.name for column in table.columns)
        replaced = " AND ".join(f"o.{column.name} = s.{column.name}" for column in table.primary_key.columns)
        self.connection.execute(CreateTable(_dry_run_table(table)))
        self.connection.exec_driver_sql(
            f"CREATE TEMPORARY VIEW {table.name} AS SELECT {columns} FROM {stored} s"  # noqa: S608 - our own names
            f" WHERE NOT EXISTS (SELECT 1 FROM {own} o WHERE {replaced}) UNION ALL SELECT {columns} FROM {own}"
        )
        self._overlaid.add(table)

    def _copy_versions(self, table: RowTable, closed: list[RowValues]) -> None:
        """Copy the stored versions that the dry run closes; those of the dry run itself are there already."""
        mark = "?" if self.connection.dialect.name == "sqlite" else "%s"
        copy = (
            f"INSERT INTO {_dry_run_table(table).name} SELECT * FROM {self._stored_name(table)}"  # noqa: S608 - our own names
            f" WHERE id = {mark} AND from_position = {mark}"
        )
        self.connection.exec_driver_sql(copy, [(row["_id"], row["_from"]) for row in closed])

    def _stored_name(self, table: RowTable) -> str:
        """The name of the stored table, which the view does not hide."""
        schema = (
            "main" if self.connection.dialect.name == "sqlite" else self.connection.exec_driver_sql(CURRENT_SCHEMA).scalar()
        )
        return f"{schema}.{table.name}"


CURRENT_SCHEMA = "SELECT current_schema()"


@cache
def _dry_run_table(table: RowTable) -> RowTable:
    columns = (
        Column(column.name, column.type, primary_key=column.primary_key, nullable=column.nullable, autoincrement=False)
        for column in table.columns
    )
    return Table(f"dry_run_{table.name}", MetaData(), *columns, prefixes=["TEMPORARY"])
