"""`okr report`."""

import sys
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

import click

from api.cli.access_logging import person_option, record_access
from api.cli.atomic_file import atomic_write
from api.cli.context import CATCH_UP_SECONDS, exit_on_error, open_configured_stores
from api.cli.lookups import find_cycle, find_unit
from api.cli.parameters import Day
from api.http.content_negotiation import JSON, MediaFormat
from api.operations.stores import Stores
from api.representations.report_request import build_report_context
from api.resources.reports import FORMATS
from okr_events.domain.errors import Invalid
from projections import moment
from projections.moment import Moment
from projections.reports.report_types import REPORT_TYPES

FORMAT_BY_SUFFIX = {".md": "markdown", ".htm": "html", ".zip": "csv", ".txt": "text"}


class Options(TypedDict):
    """The options that say what is reported; the access log records them."""

    cycle: str
    unit: str | None
    as_of: str | None
    effective_on: date | None
    since: str | None


@click.command()
@click.argument("kind", type=click.Choice(list(REPORT_TYPES)))
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id, including all units below it.")
@click.option("--format", "form", type=click.Choice([form.name for form in FORMATS]), help="Default: by the file's suffix.")
@click.option("-o", "output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The output file.")
@click.option("--as-of", help="An instant, the end of a day, or position:N. Default: now.")
@click.option("--effective-on", type=Day(), help="Use check-ins measured up to this day.")
@click.option("--since", help="For weekly and monthly reports: the start of the window, in the same form as --as-of.")
@person_option
@exit_on_error
def report(*, kind: str, form: str | None, output: Path, person: str | None, **options: Unpack[Options]) -> None:
    """Write a report of type KIND to a file. The access log records it."""
    media_format = _choose_format(form, output)
    if options["since"] and not REPORT_TYPES[kind].default_since:
        raise click.UsageError("--since is for weekly and monthly reports; a retrospective covers the whole cycle.")
    with open_configured_stores() as (stores, _):
        stores.views.catch_up(CATCH_UP_SECONDS)
        at = _parse_moment(stores, "--as-of", options["as_of"], options["effective_on"])
        since = _parse_moment(stores, "--since", options["since"]) if options["since"] else None
        given = {name: str(value) for name, value in options.items() if value is not None}
        record_access(stores, "report", person, {"kind": kind, **given})
        with atomic_write(output) as file:
            file.write(_render_report(stores, kind, media_format, at, since, options))
    click.echo(f"Wrote the {kind} report as of position {at.position} to {output}.", err=True)


def _render_report(stores: Stores, kind: str, form: MediaFormat, at: Moment, since: Moment | None, options: Options) -> bytes:
    report_type = REPORT_TYPES[kind]
    with stores.views.connect() as connection:
        cycle = find_cycle(connection, options["cycle"], at.position)
        unit = find_unit(connection, options["unit"], at.position)
        context = build_report_context(stores, connection, at, kind=report_type, cycle=cycle, unit=unit, since=since)
        with click.progressbar(length=report_type.steps + 1, label="Reporting", file=sys.stderr) as bar:
            content = report_type.build(context, lambda: bar.update(1))
            data = form.encode(content if form is JSON else report_type.document(context, content))
            bar.update(1)
    return data.encode() if isinstance(data, str) else data


def _choose_format(name: str | None, output: Path) -> MediaFormat:
    name = name or FORMAT_BY_SUFFIX.get(output.suffix, output.suffix.removeprefix("."))
    form = next((form for form in FORMATS if form.name == name), None)
    if form is None:
        raise click.BadParameter(f"The suffix of {output.name} is not a known format. Use --format.", param_hint="--format")
    return form


def _parse_moment(stores: Stores, option: str, text: str | None, effective_on: date | None = None) -> Moment:
    try:
        head, zone = stores.views.catch_up(CATCH_UP_SECONDS), stores.okrs.time_zone()
        return moment.parse(text, effective_on, log=stores.log, head=head, zone=zone)
    except Invalid as error:
        raise click.BadParameter(str(error.detail), param_hint=option) from None
