"""What commands share: the stores that the environment names, and broken rules said in one line."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from environs import EnvValidationError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api.operations.settings import Settings, load_settings
from api.operations.stores import StoreMissing, Stores, TokenRevoked, open_stores
from okr_events.domain.errors import OKRError
from okr_events.journal.csv_rows import JournalError

EXIT_UNUSABLE = 2


@contextmanager
def open_configured_stores(*, prepare: bool = True) -> Iterator[tuple[Stores, Settings]]:
    """The stores that the environment names."""
    settings = load_settings_or_exit()
    try:
        stores = open_stores(settings, prepare=prepare)
    except StoreMissing as error:
        raise click.ClickException(str(error)) from None
    except (OSError, SQLAlchemyError, PersistenceError, OKRError, sqlite3.Error) as error:
        place = "OKR_DATABASE_URL" if settings.database_url else f"OKR_DATA_DIR ({settings.data_dir})"
        raise click.ClickException(f"The stores of {place} cannot be opened: {error}") from None
    try:
        yield stores, settings
    finally:
        stores.close()


def load_settings_or_exit() -> Settings:
    """The settings of the environment; what is wrong with it is said all at once."""
    try:
        return load_settings()
    except EnvValidationError as error:
        wrong: Any = error.error_messages
        for name, messages in wrong.items():
            click.echo(f"{name}: {' '.join(messages)}", err=True)
        sys.exit(EXIT_UNUSABLE)


def exit_on_error(command: Callable[..., None]) -> Callable[..., None]:
    """Say a broken rule in one line and end with status 1."""

    @wraps(command)
    def wrapped(**options: Any) -> None:
        try:
            command(**options)
        except (OKRError, JournalError, TokenRevoked) as error:
            raise click.ClickException(str(error)) from None

    return wrapped


def count_with_verb(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"
