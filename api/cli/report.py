"""`okr report`."""

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from api.cli.access_logging import person_option, record_access
from api.cli.atomic_file import atomic_write
from api.cli.context import exit_on_error, open_configured_stores
from api.cli.lookups import find_cycle, find_unit
from api.http.content_negotiation import JSON, MediaFormat
from api.operations.stores import Stores
from api.representations.report_request import build_report_context
from api.resources.reports import FORMATS
from okr_events.domain.errors import Invalid
from projections import moment
from projections.moment import Moment
from projections.reports.report_types import REPORT_TYPES

CATCH_UP_SECONDS = 600.0
"""Seconds that the views may take to catch up with the log."""
FORMAT_BY_SUFFIX = {".md": "markdown", ".htm": "html", ".zip": "csv", ".txt": "text"}


@click.command()
@click.argument("kind", type=click.Choice(list(REPORT_TYPES)))
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id: itself and all below it.")
@click.option(
    "--format", "form", type=click.Choice([form.name for form in FORMATS]), help="Default: what the file's name ends with."
)
@click.option("-o", "output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--as-of", help="An instant, the end of a day, or position:N. Default: now.")
@click.option("--effective-on", type=click.DateTime(["%Y-%m-%d"]), help="Count check-ins measured up to this day.")
@click.option("--since", help="For weekly and monthly: what came after this moment, written like --as-of.")
@person_option
@exit_on_error
def report(*, kind: str, form: str | None, output: Path, person: str | None, **asked: Any) -> None:
    """Write a report, KIND, to a file; it is noted in the access log."""
    written_as = _choose_format(form, output)
    if asked["since"] and not REPORT_TYPES[kind].default_since:
        raise click.UsageError("--since is for weekly and monthly: a retrospective looks at the whole cycle.")
    with open_configured_stores() as (stores, _):
        stores.views.catch_up(CATCH_UP_SECONDS)
        at = _parse_moment(stores, "--as-of", asked["as_of"], asked["effective_on"])
        since = _parse_moment(stores, "--since", asked["since"]) if asked["since"] else None
        record_access(
            stores, "report", person, {"kind": kind, **{name: str(said) for name, said in asked.items() if said is not None}}
        )
        with stores.views.connect() as connection, atomic_write(output) as file:
            file.write(_render_report(stores, connection, kind, written_as, at, since, asked))
    click.echo(f"Wrote the {kind} report as of position {at.position} to {output}.", err=True)


def _render_report(
    stores: Stores,
    connection: Connection,
    kind: str,
    form: MediaFormat,
    at: Moment,
    since: Moment | None,
    named: dict[str, Any],
) -> bytes:
    row = find_cycle(connection, named["cycle"], at.position)
    unit = find_unit(connection, named["unit"], at.position)
    made = REPORT_TYPES[kind]
    asked = build_report_context(stores, connection, at, kind=made, cycle=row, unit=unit, since=since)
    with click.progressbar(length=made.steps + 1, label="Reporting", file=sys.stderr) as bar:
        told = made.build(asked, lambda: bar.update(1))
        written = form.encode(told if form is JSON else made.document(asked, told))
        bar.update(1)
    return written.encode() if isinstance(written, str) else written


def _choose_format(name: str | None, output: Path) -> MediaFormat:
    wanted = name or FORMAT_BY_SUFFIX.get(output.suffix, output.suffix.removeprefix("."))
    found = [form for form in FORMATS if form.name == wanted]
    if not found:
        raise click.BadParameter(f"{output.name} says no format that there is.", param_hint="--format")
    return found[0]


def _parse_moment(stores: Stores, option: str, text: str | None, effective_on: Any = None) -> Moment:
    day = effective_on.date() if effective_on else None
    try:
        head, zone = stores.views.catch_up(CATCH_UP_SECONDS), stores.okrs.time_zone()
        return moment.parse(text, day, log=stores.log, head=head, zone=zone)
    except Invalid as wrong:
        raise click.BadParameter(str(wrong.detail), param_hint=option) from None
