"""`okr accept-clock`."""

from uuid import UUID

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.operations.admin_token import ensure_administrator
from okr_events.commands.intent import Intent
from okr_events.register.register import Register
from projections.moment import format_recorded_at


@click.command("accept-clock")
@click.option("--reason", required=True, help="Why the clock is right and the newest event's time is not.")
@click.option(
    "--as", "actor", help="The person who accepts it, by id, e-mail address or name. Default: the installation's administrator."
)
@exit_on_error
def accept_clock(reason: str, actor: str | None) -> None:
    """Go on recording although the newest event leads the clock: the way out after the clock was set far ahead.

    The acceptance is an event. From it on, times of the log rise by a microsecond until the clock catches up, and each event
    keeps the wall time beside them.
    """
    with open_configured_stores() as (stores, _):
        leading = stores.log.head()
        result = stores.okrs.accept_clock(Intent(_find_actor(stores.register, actor), reason))
        click.echo(
            f"Accepted the clock at position {result.position}. "
            f"Times of the log rise by a microsecond until {format_recorded_at(leading.recorded_at)}."
        )


def _find_actor(register: Register, actor: str | None) -> UUID:
    if actor is None:
        with register.write_transaction() as connection:
            return ensure_administrator(register, connection)
    id = register.people.find(actor)
    if id is None:
        raise click.BadParameter(f"No person has the name or id {actor}.", param_hint="--as")
    return id
