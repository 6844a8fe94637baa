"""`okr replay`."""

from typing import Any

import click
from sqlalchemy import Connection

from api.cli.access_logging import person_option, record_access
from api.cli.context import exit_on_error, open_configured_stores
from api.cli.lookups import find_cycle, find_unit
from api.cli.replay_view import print_steps, print_summary
from api.operations.stores import Stores
from api.representations.decryption import decrypt
from okr_events.domain.errors import Invalid
from okr_events.event_log.hash_chain import Head
from projections import moment
from projections.queries import event_filters
from projections.queries.replay import Replay
from projections.store import lookups
from projections.store.tables import facts

CATCH_UP_SECONDS = 600.0
"""Seconds that the views may take to catch up with the log."""


@click.command()
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id: itself and all below it.")
@click.option("--from", "since", help="From an instant, the beginning of a day, or position:N on.")
@click.option("--to", "until", help="Up to an instant, the end of a day, or position:N.")
@click.option("--step", "stepping", is_flag=True, help="Wait for Enter after each event; q ends it.")
@person_option
@exit_on_error
def replay(*, cycle: str, unit: str | None, since: str | None, until: str | None, person: str | None, stepping: bool) -> None:
    """Walk through a cycle, event by event: who did what, why, and what it did to the numbers."""
    with open_configured_stores(prepare=False) as (stores, _):
        head = stores.views.catch_up(CATCH_UP_SECONDS)
        after, upto = _span(stores, head, since, until)
        with stores.views.connect() as connection:
            cycle_id: str = find_cycle(connection, cycle, head.position).id
            below = _unit_ids_below(connection, unit, head.position)
            asked = {"cycle": cycle, "unit": unit, "from": since, "to": until}
            record_access(stores, "replay", person, {name: value for name, value in asked.items() if value is not None})
            steps = _create_replay(stores, connection).steps(_conditions(cycle_id, below), after=after, upto=upto)
            print_summary(connection, cycle_id, below, print_steps(steps, stepping=stepping))


def _create_replay(stores: Stores, connection: Connection) -> Replay:
    return Replay(
        connection,
        stores.log,
        stores.okrs.mapper,
        {str(id): name for id, name in stores.register.people.names().items()},
        lambda value: decrypt(stores.register.keys, value),
        stores.okrs.time_zone(),
    )


def _span(stores: Stores, head: Head, since: str | None, until: str | None) -> tuple[int, int]:
    """After which position, and up to which."""
    place: dict[str, Any] = {"log": stores.log, "head": head, "zone": stores.okrs.time_zone()}
    try:
        option = "--from"
        after = moment.last_position_before(since, **place) if since else 0
        option = "--to"
        return after, moment.parse(until, None, **place).position
    except Invalid as wrong:
        raise click.BadParameter(str(wrong.detail), param_hint=option) from None


def _conditions(cycle_id: str, below: list[str] | None) -> event_filters.Conditions:
    """The facts of the cycle; with units only those about these, and those of the cycle itself."""
    if below is None:
        return [event_filters.cycle_condition(cycle_id)]
    return [event_filters.cycle_condition(cycle_id), event_filters.units_condition(below) | (facts.c.stream_id == cycle_id)]


def _unit_ids_below(connection: Connection, text: str | None, position: int) -> list[str] | None:
    """The unit with this name or id, and all below it; nothing for all units."""
    unit = find_unit(connection, text, position)
    return lookups.fetch_unit_subtree(connection, unit, position) if unit else None
