"""Shared parts of the commands: opening the configured stores, and reporting errors in one line."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import click
from environs import EnvValidationError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.operations import logging
from api.operations.admin_token import TokenRevoked
from api.operations.settings import Settings, load_settings
from api.operations.stores import StoreMissing, Stores, open_stores
from okr_events.domain.errors import OKRError
from okr_events.journal.csv_rows import JournalError

CATCH_UP_SECONDS = 600.0
"""The time that the views may take to catch up with the log."""
EXIT_UNUSABLE = 2
STORE_ERRORS = (SQLAlchemyError, PersistenceError, sqlite3.Error)
"""Errors of the databases: the log is opened by a library of its own, register and views by SQLAlchemy."""
P = ParamSpec("P")


@contextmanager
def open_configured_stores(*, prepare: bool = True, create: bool = False) -> Iterator[tuple[Stores, Settings]]:
    """Open the configured stores; exit with a message if that fails, or if there are none and `create` is not set."""
    logging.configure()
    settings = load_settings_or_exit()
    try:
        stores = open_stores(settings, prepare=prepare, create=create)
    except StoreMissing as error:
        raise click.ClickException(str(error)) from None
    except (OSError, OKRError, *STORE_ERRORS) as error:
        location = "OKR_DATABASE_URL" if settings.database_url else f"OKR_DATA_DIR ({settings.data_dir})"
        store = "The register" if isinstance(error, SQLAlchemyError) else name_store(error)
        raise click.ClickException(f"{store} in {location} cannot be opened: {describe_error(error)}") from None
    try:
        yield stores, settings
    finally:
        stores.close()


def load_settings_or_exit() -> Settings:
    """Load the settings; print all errors and exit if any is invalid."""
    try:
        return load_settings()
    except EnvValidationError as error:
        for name, messages in error.error_messages.items():  # type: ignore[union-attr]  # `seal` lists them by name
            text = " and ".join(messages)
            click.echo(f"{name} {text}" if text.startswith("must ") else f"{name}: {text}", err=True)
        sys.exit(EXIT_UNUSABLE)


def name_store(error: Exception) -> str:
    """Name the store that raised an error."""
    match error:
        case SQLAlchemyError():
            return "The register or the views"
        case PersistenceError() | sqlite3.Error() | OKRError():
            return "The log"
    return "The stores"


def describe_error(error: Exception) -> str:
    """Return the driver's own message, without statements and links."""
    return str(error.orig) if isinstance(error, DBAPIError) else str(error)


def exit_on_error(command: Callable[P, None]) -> Callable[P, None]:
    """Print a broken rule, or the failure of a store, in one line and exit with status 1."""

    @wraps(command)
    def wrapped(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(*args, **options)
        except (OKRError, JournalError, TokenRevoked) as error:
            raise click.ClickException(str(error)) from None
        except STORE_ERRORS as error:
            raise click.ClickException(f"{name_store(error)} cannot be read: {describe_error(error)}") from None

    return wrapped
