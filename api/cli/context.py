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
from sqlalchemy.exc import SQLAlchemyError

from api.operations.settings import Settings, load_settings
from api.operations.stores import StoreMissing, Stores, TokenRevoked, open_stores
from okr_events.domain.errors import OKRError
from okr_events.journal.csv_rows import JournalError

CATCH_UP_SECONDS = 600.0
"""The time that the views may take to catch up with the log."""
EXIT_UNUSABLE = 2
P = ParamSpec("P")


@contextmanager
def open_configured_stores(*, prepare: bool = True) -> Iterator[tuple[Stores, Settings]]:
    """Open the configured stores; exit with a message if that fails."""
    settings = load_settings_or_exit()
    try:
        stores = open_stores(settings, prepare=prepare)
    except StoreMissing as error:
        raise click.ClickException(str(error)) from None
    except (OSError, SQLAlchemyError, PersistenceError, OKRError, sqlite3.Error) as error:
        location = "OKR_DATABASE_URL" if settings.database_url else f"OKR_DATA_DIR ({settings.data_dir})"
        raise click.ClickException(f"The stores in {location} cannot be opened: {error}") from None
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


def exit_on_error(command: Callable[P, None]) -> Callable[P, None]:
    """Print a broken rule in one line and exit with status 1."""

    @wraps(command)
    def wrapped(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(*args, **options)
        except (OKRError, JournalError, TokenRevoked) as error:
            raise click.ClickException(str(error)) from None

    return wrapped
