"""`okr report`."""

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from api.cli.access_logging import as_person, note
from api.cli.atomic_file import replacing
from api.cli.context import failing, opened
from api.cli.lookups import cycle_called, unit_called
from api.http.content_negotiation import JSON, Form
from api.operations.stores import Stores
from api.representations.report_request import asked_of
from api.resources.reports import FORMS
from okr_events.domain.errors import Invalid
from projections import moment
from projections.moment import Moment
from projections.reports.report_types import KINDS

PATIENCE = 600.0
"""Seconds that the views may take to catch up with the log."""
ENDINGS = {".md": "markdown", ".htm": "html", ".zip": "csv", ".txt": "text"}


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id: itself and all below it.")
@click.option(
    "--format", "form", type=click.Choice([form.name for form in FORMS]), help="Default: what the file's name ends with."
)
@click.option("-o", "output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--as-of", help="An instant, the end of a day, or position:N. Default: now.")
@click.option("--effective-on", type=click.DateTime(["%Y-%m-%d"]), help="Count check-ins measured up to this day.")
@click.option("--since", help="For weekly and monthly: what came after this moment, written like --as-of.")
@as_person
@failing
def report(*, kind: str, form: str | None, output: Path, person: str | None, **asked: Any) -> None:
    """Write a report, KIND, to a file; it is noted in the access log."""
    written_as = _form(form, output)
    if asked["since"] and not KINDS[kind].since:
        raise click.UsageError("--since is for weekly and monthly: a retrospective looks at the whole cycle.")
    with opened() as (stores, _):
        stores.views.catch_up(PATIENCE)
        at = _moment(stores, "--as-of", asked["as_of"], asked["effective_on"])
        since = _moment(stores, "--since", asked["since"]) if asked["since"] else None
        note(stores, "report", person, {"kind": kind, **{name: str(said) for name, said in asked.items() if said is not None}})
        with stores.views.reading() as connection, replacing(output) as file:
            file.write(_made(stores, connection, kind, written_as, at, since, asked))
    click.echo(f"Wrote the {kind} report as of position {at.position} to {output}.", err=True)


def _made(
    stores: Stores, connection: Connection, kind: str, form: Form, at: Moment, since: Moment | None, named: dict[str, Any]
) -> bytes:
    row = cycle_called(connection, named["cycle"], at.position)
    unit = unit_called(connection, named["unit"], at.position)
    made = KINDS[kind]
    asked = asked_of(stores, connection, at, kind=made, cycle=row, unit=unit, since=since)
    with click.progressbar(length=made.steps + 1, label="Reporting", file=sys.stderr) as bar:
        told = made.make(asked, lambda: bar.update(1))
        written = form.write(told if form is JSON else made.document(asked, told))
        bar.update(1)
    return written.encode() if isinstance(written, str) else written


def _form(name: str | None, output: Path) -> Form:
    wanted = name or ENDINGS.get(output.suffix, output.suffix.removeprefix("."))
    found = [form for form in FORMS if form.name == wanted]
    if not found:
        raise click.BadParameter(f"{output.name} says no format that there is.", param_hint="--format")
    return found[0]


def _moment(stores: Stores, option: str, text: str | None, effective_on: Any = None) -> Moment:
    day = effective_on.date() if effective_on else None
    try:
        head, zone = stores.views.catch_up(PATIENCE), stores.okrs.time_zone()
        return moment.parse(text, day, log=stores.log, head=head, zone=zone)
    except Invalid as wrong:
        raise click.BadParameter(str(wrong.detail), param_hint=option) from None
