"""`okr token`."""

from datetime import UTC, date, datetime, time

import click

from api.cli.context import exit_on_error, open_configured_stores
from api.cli.parameters import Day
from okr_events.domain.names import parse_line
from okr_events.register.tokens import Role


@click.command()
@click.option("--person", required=True, help="A person's id, e-mail address or name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="The role of the token.")
@click.option("--expires", type=Day(), help="The day on which it expires, in UTC.")
@click.option("--new", is_flag=True, help="Create the person.")
@exit_on_error
def token(person: str, role: str, expires: date | None, *, new: bool) -> None:
    """Issue a bearer token. It is shown once."""
    expires_at = datetime.combine(expires, time(), UTC) if expires else None
    if expires_at and expires_at <= datetime.now(UTC):
        raise click.BadParameter("The day must be in the future.", param_hint="--expires")
    with open_configured_stores() as (stores, _):
        known = stores.register.people.find(person)
        if bool(known) == new:
            missing = f"No person has the id, e-mail address or name {person}. Use --new to create them."
            existing = f"A person with the name {person} exists already. Omit --new."
            raise click.BadParameter(existing if new else missing, param_hint="--person")
        name = person if known else _parse_name(person)
        with stores.register.write_transaction() as connection:
            id = known or stores.register.people.add(connection, name=name).id
            issued, secret = stores.register.tokens.issue(connection, person_id=id, role=Role(role), expires_at=expires_at)
        click.echo(f"Token {issued.id} with role {role} for person {id}:", err=True)
        click.echo(secret)


def _parse_name(text: str) -> str:
    try:
        return parse_line(text)
    except ValueError as error:
        raise click.BadParameter(f"The name {error}.", param_hint="--person") from None
