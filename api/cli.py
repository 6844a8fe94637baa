"""The command line: `okr`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from getpass import getuser
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from environs import EnvValidationError

from api import demonstration
from api.settings import Settings, from_environment
from api.stores import Stores, ensure_admin, open_stores, remove_other_views
from okr_events.errors import OKRError
from okr_events.journal.importing import Import
from okr_events.journal.rows import JournalError
from okr_events.log.recording import Rehearsed
from okr_events.log.verify import Verifier
from okr_events.register.tokens import Role

UNUSABLE = 2


@click.group()
@click.version_option(package_name="okr-events")
def okr() -> None:
    """OKR check-ins that cannot lose history.

    Settings are environment variables: OKR_DATA_DIR, OKR_DATABASE_URL, OKR_ADMIN_TOKEN, … (see the README).
    """


@contextmanager
def opened() -> Iterator[tuple[Stores, Settings]]:
    """The stores that the environment names; what is wrong with it is said all at once."""
    try:
        settings = from_environment()
    except EnvValidationError as error:
        wrong: Any = error.error_messages
        for name, messages in wrong.items():
            click.echo(f"{name}: {' '.join(messages)}", err=True)
        sys.exit(UNUSABLE)
    stores = open_stores(settings)
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
        except (OKRError, JournalError) as error:
            raise click.ClickException(str(error)) from None

    return wrapped


@okr.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
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
@click.option("--as", "actor", default=getuser, help="Who imports: a person's name. Default: your login name.")
@failing
def import_journal(file: Path, actor: str, *, dry_run: bool, trust_times: bool) -> None:
    """Import a journal of OKRs from a CSV file, all rows or none."""
    with opened() as (stores, _):
        journal = Import(stores.okrs, file, actor=person_called(stores, actor), trust_times=trust_times)
        with click.progressbar(enumerate(journal.lines, start=2), len(journal.lines), label="Reading") as numbered:
            for number, cells in numbered:
                journal.take(number, cells)
        if journal.faults:
            for fault in journal.faults:
                click.echo(fault, err=True)
            raise click.ClickException(f"{len(journal.faults)} lines are wrong: nothing was recorded.")
        try:
            count = journal.record(rehearse=dry_run)
        except Rehearsed as rehearsal:
            click.echo(f"{len(rehearsal.recorded)} events would be recorded from {len(journal.lines)} lines.")
            return
        click.echo(f"Recorded {count} events from {len(journal.lines)} lines of {file.name}.")


@okr.command()
@click.option("--person", required=True, help="A person's id or name; a new name adds a person.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends, in UTC.")
@failing
def token(person: str, role: str, expires: datetime | None) -> None:
    """Issue a bearer token; it is shown once."""
    with opened() as (stores, _):
        id = person_called(stores, person)
        with stores.register.changing() as connection:
            _, secret = stores.register.tokens.issue(
                connection, person_id=id, role=Role(role), expires_at=expires.astimezone() if expires else None
            )
        click.echo(secret)


@okr.command()
@failing
def rebuild() -> None:
    """Build the views anew from the log; readers see the old ones until it is done."""
    with opened() as (stores, settings):
        with click.progressbar(length=stores.log.head().position, label="Rebuilding") as bar:
            stores.views.rebuild(bar.update)
        for old in remove_other_views(settings, stores):
            click.echo(f"Removed the views of another version: {old}")
        click.echo(f"The views are at position {stores.views.tracked().position}.")


@okr.command()
@failing
def doctor() -> None:
    """Check the log, event by event, and the stores; status 1 when something is wrong."""
    with opened() as (stores, settings):
        head = stores.log.head()
        click.echo(f"log       {stores.log.engine}, {head.position} events, chain {head.chain.hex()[:16]}…")
        with click.progressbar(length=head.position, label="Verifying") as bar:
            faults = list(Verifier(stores.log, stores.okrs.mapper).faults(bar.update))
        for fault in faults:
            click.echo(f"FAULT     position {fault.position}: {fault.what}")
        tracked = stores.views.tracked()
        click.echo(f"views     at position {tracked.position}")
        click.echo(f"register  {len(stores.register.people.names())} people, in {settings.data_dir}")
        if faults:
            raise click.ClickException(f"{len(faults)} faults: the log is not as it was recorded.")
        click.echo("Everything is as it was recorded.")


@okr.command()
@click.option("--serve", "serving", is_flag=True, help="Keep serving afterwards.")
def demo(*, serving: bool) -> None:
    """Enter the worked example through HTTP into a scratch folder, and read it as of then and now."""
    demonstration.run(serving=serving)


def person_called(stores: Stores, text: str) -> UUID:
    """The person with this id or name; a name that nobody has is added."""
    known = stores.register.people.names()
    found = [id for id, name in known.items() if text in (str(id), name)]
    if found:
        return found[0]
    with stores.register.changing() as connection:
        return stores.register.people.add(connection, name=text).id
