"""Types of options: days and whole numbers, in the same grammar as in the API."""

from datetime import date

import click

from okr_events.domain.decimals import parse_integer
from okr_events.domain.schedule.days import parse_day


class Day(click.ParamType[date, str | date]):
    name = "YYYY-MM-DD"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else parse_day(value)
        except ValueError as error:
            self.fail(f"{value!r} {error}.", param, ctx)


class Integer(click.IntRange):
    """An integer between two bounds, in plain ASCII digits."""

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number: int = super().convert(parse_integer(str(value)), param, ctx)
        except ValueError as error:
            self.fail(f"{value!r} {error}.", param, ctx)
        return number
