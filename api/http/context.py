"""The request that is being answered: the stores, the caller, and what a read starts from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from uuid import UUID

from flask import current_app, g
from sqlalchemy import ColumnElement, Connection

from api.operations.stores import Stores
from okr_events.json_types import JsonObject
from okr_events.register.tokens import Token
from projections.moment import Moment
from projections.queries.check_in_source import CheckInSource, StoredCheckIns
from projections.store import lookups
from projections.store.tables import VersionedRow

P = ParamSpec("P")
R = TypeVar("R", bound=VersionedRow)


def stores() -> Stores:
    """The stores of the application. Only endpoints call this; helpers take the stores as a parameter.

    The first request opens them. Raises `StoresUnavailable`.
    """
    open_stores: Callable[[], Stores] = current_app.extensions["okr-events"]
    return open_stores()


def caller() -> Token:
    """The token of the authenticated caller. Only endpoints call this."""
    token: Token = g.token
    return token


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a response is read from: the stores, a connection to the views, and a moment."""

    stores: Stores
    connection: Connection
    moment: Moment

    @property
    def position(self) -> int:
        return self.moment.position

    @property
    def check_ins(self) -> CheckInSource:
        return StoredCheckIns(self.connection, self.moment)

    def fetch_rows(self, row_type: type[R], *conditions: ColumnElement[bool]) -> list[R]:
        """The rows that meet the conditions at the moment, oldest first."""
        return lookups.fetch_rows_at(self.connection, row_type, self.position, *conditions)

    def fetch_row(self, row_type: type[R], id: UUID) -> R:
        """The row with this id at the moment. Raises `NotFound`."""
        return lookups.fetch_row(self.connection, row_type, id, self.position)


SerializeById = Callable[[ReadContext, UUID], JsonObject]


def record_access(stores: Stores, caller: Token, action: str, position: int, parameters: JsonObject) -> None:
    """Append to the access log, before the response is sent. `parameters` hold no words and no secrets."""
    stores.register.access_log.append_entry(
        action, position=position, asked=parameters, person_id=caller.person_id, role=caller.role
    )
