"""The command line `okr`. Each command is a module of this package, imported on use."""

from importlib import import_module

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
    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        module, function = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(f"api.cli.{module}"), function)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="okr-events")
def okr() -> None:
    """OKR check-ins that cannot lose history.

    Settings are environment variables such as OKR_DATA_DIR, OKR_DATABASE_URL and OKR_ADMIN_TOKEN; see docs/operating.md.
    """
