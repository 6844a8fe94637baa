"""The command line `okr`. Each command is a module of this package, imported on use."""

from importlib import import_module

import click

COMMANDS = (
    *("serve", "demo", "token", "doctor", "rebuild", "import", "backup"),
    *("restore", "export", "replay", "report", "verify", "checkpoint", "follow", "accept-clock"),
)


class Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        module = "import_journal" if name == "import" else name.replace("-", "_")
        command: click.Command = getattr(import_module(f"api.cli.{module}"), module)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="okr-events")
def okr() -> None:
    """OKR check-ins that cannot lose history.

    Settings are environment variables such as OKR_DATA_DIR, OKR_DATABASE_URL and OKR_ADMIN_TOKEN; see docs/operating.md.
    """
