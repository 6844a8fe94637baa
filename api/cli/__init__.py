"""The command line: `okr`. Each command is a function of this package, imported when somebody asks for it."""

from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "token": "token:token",
    "doctor": "doctor:doctor",
    "rebuild": "rebuild:rebuild",
    "import": "import_journal:import_journal",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "export": "export:export",
    "replay": "replay:replay",
    "report": "report:report",
    "verify": "verify:verify",
    "checkpoint": "checkpoint:checkpoint",
    "follow": "follow:follow",
}


class Commands(click.Group):
    """The commands by name; a place says the module and the function."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        module, function = COMMANDS[name].split(":")
        found: Any = getattr(import_module(f"api.cli.{module}"), function)
        return found  # type: ignore[no-any-return]


@click.group(cls=Commands)
@click.version_option(package_name="okr-events")
def okr() -> None:
    """OKR check-ins that cannot lose history.

    Settings are environment variables: OKR_DATA_DIR, OKR_DATABASE_URL, OKR_ADMIN_TOKEN, … (see the README).
    """
