"""The command line: `okr`."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from getpass import getuser
from pathlib import Path
from typing import Any

import click
from environs import EnvValidationError
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from api import demonstration
from api.examination import examined
from api.settings import Settings, from_environment
from api.stores import StoreMissing, Stores, TokenRevoked, ensure_admin, open_stores, other_views, remove_views
from okr_events.errors import OKRError
from okr_events.journal.importing import Import
from okr_events.journal.rows import JournalError
from okr_events.log.recording import Rehearsed
from okr_events.register.tokens import Role

UNUSABLE = 2


@click.group()
@click.version_option(package_name="okr-events")
def okr() -> None:
    """OKR check-ins that cannot lose history.

    Settings are environment variables: OKR_DATA_DIR, OKR_DATABASE_URL, OKR_ADMIN_TOKEN, … (see the README).
    """


@contextmanager
def opened(*, prepare: bool = True) -> Iterator[tuple[Stores, Settings]]:
    """The stores that the environment names; what is wrong with it is said all at once."""
    try:
        settings = from_environment()
    except EnvValidationError as error:
        wrong: Any = error.error_messages
        for name, messages in wrong.items():
            click.echo(f"{name}: {' '.join(messages)}", err=True)
        sys.exit(UNUSABLE)
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


def failing(command: Callable[..., None]) -> Callable[..., None]:
    """Say a broken rule in one line and end with status 1."""

    @wraps(command)
    def wrapped(**options: Any) -> None:
        try:
            command(**options)
        except (OKRError, JournalError, TokenRevoked) as error:
            raise click.ClickException(str(error) or " ".join((type(error).__doc__ or "").split())) from None

    return wrapped


@okr.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@failing
def serve(host: str, port: int) -> None:
    """Serve the HTTP API with gunicorn."""
    with opened() as (stores, settings):
        minted = ensure_admin(stores, settings)
    if minted:
        click.echo(f"The admin token, shown once and kept in {settings.data_dir / 'admin-token'}:\n\n  {minted}\n")
    click.echo(f"Serving on http://{host}:{port} - the API is described at http://{host}:{port}/docs")
    sys.stdout.flush()
    arguments = [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket", "--worker-class", "gthread"),
        *("--bind", f"{host}:{port}", "--workers", str(settings.workers), "--threads", str(settings.threads)),
        *("--log-level", "warning"),
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 - no shell, our own interpreter


@okr.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, record nothing.")
@click.option("--trust-times", is_flag=True, help="Take recorded_at from the journal; only into an empty log.")
@click.option("--as", "actor", default=getuser, help="Who imports: a person's id or name. Default: your login name.")
@failing
def import_journal(file: Path, actor: str, *, dry_run: bool, trust_times: bool) -> None:
    """Import a journal of OKRs from a CSV file, all rows or none."""
    with opened() as (stores, _):
        journal = Import(stores.okrs, file, actor=actor, trust_times=trust_times)
        with click.progressbar(enumerate(journal.lines, start=2), len(journal.lines), label="Reading") as numbered:
            for number, cells in numbered:
                journal.take(number, cells)
        if journal.faults:
            for fault in journal.faults:
                click.echo(fault, err=True)
            raise click.ClickException(f"{counted(len(journal.faults), 'line')} wrong: nothing was recorded.")
        try:
            count = journal.record(rehearse=dry_run)
        except Rehearsed as rehearsal:
            click.echo(f"{len(rehearsal.recorded)} events would be recorded from {len(journal.lines)} lines.")
            return
        click.echo(f"Recorded {count} events from {len(journal.lines)} lines of {file.name}.")


@okr.command()
@click.option("--person", required=True, help="A person's id or name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends, in UTC.")
@click.option("--new", is_flag=True, help="Add the person: nobody has this name yet.")
@failing
def token(person: str, role: str, expires: datetime | None, *, new: bool) -> None:
    """Issue a bearer token; it is shown once."""
    expires_at = expires.replace(tzinfo=UTC) if expires else None
    if expires_at and expires_at <= datetime.now(UTC):
        raise click.BadParameter("It lies in the past.", param_hint="--expires")
    with opened() as (stores, _):
        known = stores.register.people.called(person)
        if bool(known) == new:
            raise click.BadParameter("Somebody is." if new else "Nobody is; --new adds them.", param_hint="--person")
        with stores.register.changing() as connection:
            id = known or stores.register.people.add(connection, name=person).id
            issued, secret = stores.register.tokens.issue(connection, person_id=id, role=Role(role), expires_at=expires_at)
        click.echo(f"Token {issued.id}, {role}, for the person {id}:", err=True)
        click.echo(secret)


@okr.command()
@click.option("--remove-old", is_flag=True, help="Remove the views of other versions, once no process uses them.")
@failing
def rebuild(*, remove_old: bool) -> None:
    """Build the views anew from the log; readers see the old ones until it is done."""
    with opened() as (stores, settings):
        with click.progressbar(length=stores.log.head().position, label="Rebuilding") as bar:
            stores.views.rebuild(bar.update)
        click.echo(f"The views are at position {stores.views.tracked().position}.")
        for name in other_views(settings, stores):
            if remove_old:
                remove_views(settings, stores, name)
            click.echo(f"{'Removed' if remove_old else 'There are'} the views of another version: {name}")


@okr.command()
@click.option("--expect", metavar="POSITION:CHAIN", help="A head noted elsewhere: the log must still hold it.")
@failing
def doctor(expect: str | None) -> None:
    """Check the log, event by event, and the stores around it; status 1 when something is wrong."""
    with opened(prepare=False) as (stores, _):
        head = stores.log.head()
        click.echo(f"log       {stores.log.engine}, {head.position} events\nhead      {head.position}:{head.chain.hex()}")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            faults = examined(stores, expect, bar.update)
        for fault in faults:
            click.echo(f"FAULT     {f'position {fault.position}: ' if fault.position else ''}{fault.what}")
        if faults:
            raise click.ClickException(f"{counted(len(faults), 'thing')} wrong.")
        click.echo("Everything is as it was recorded. Note the head elsewhere: only it shows that a tail was cut off.")


@okr.command()
@click.option("--serve", "serving", is_flag=True, help="Keep serving afterwards.")
def demo(*, serving: bool) -> None:
    """Enter the worked example through HTTP into a scratch folder, and read it as of then and now."""
    demonstration.run(serving=serving)


def counted(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"
