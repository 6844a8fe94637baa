"""`okr replay`."""

import click
from sqlalchemy import Connection

from api.cli.access_logging import person_option, record_access
from api.cli.context import CATCH_UP_SECONDS, exit_on_error, open_configured_stores
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


@click.command()
@click.option("--cycle", required=True, help="The cycle's name or id.")
@click.option("--unit", help="A unit's name or id, including all units below it.")
@click.option("--from", "since", help="Start at an instant, a day, or position:N.")
@click.option("--to", "until", help="End at an instant, the end of a day, or position:N.")
@click.option("--step", "stepping", is_flag=True, help="Wait for Enter after each event; q quits.")
@person_option
@exit_on_error
def replay(*, cycle: str, unit: str | None, since: str | None, until: str | None, person: str | None, stepping: bool) -> None:
    """Replay a cycle event by event: who did what, why, and how the numbers changed."""
    with open_configured_stores(prepare=False) as (stores, _):
        head = stores.views.catch_up(CATCH_UP_SECONDS)
        after, upto = _span(stores, head, since, until)
        with stores.views.connect() as connection:
            cycle_id: str = find_cycle(connection, cycle, head.position).id
            below = _unit_ids_below(connection, unit, head.position)
            options = {"cycle": cycle, "unit": unit, "from": since, "to": until}
            record_access(stores, "replay", person, {name: value for name, value in options.items() if value is not None})
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
    """Return the position after which the replay starts, and the one at which it ends."""
    zone, option = stores.okrs.time_zone(), "--from"
    try:
        after = moment.last_position_before(since, log=stores.log, head=head, zone=zone) if since else 0
        option = "--to"
        return after, moment.parse(until, None, log=stores.log, head=head, zone=zone).position
    except Invalid as error:
        raise click.BadParameter(str(error.detail), param_hint=option) from None


def _conditions(cycle_id: str, below: list[str] | None) -> event_filters.Conditions:
    """Return the conditions for the facts of the cycle; with units, only those of these units and of the cycle itself."""
    if below is None:
        return [event_filters.cycle_condition(cycle_id)]
    return [event_filters.cycle_condition(cycle_id), event_filters.units_condition(below) | (facts.c.stream_id == cycle_id)]


def _unit_ids_below(connection: Connection, text: str | None, position: int) -> list[str] | None:
    """Return the unit with this name or id and all units below it, or `None` for all units."""
    unit = find_unit(connection, text, position)
    return lookups.fetch_unit_subtree(connection, unit, position) if unit else None
