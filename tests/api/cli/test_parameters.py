"""Options of the command line keep to the grammar of days and integers of the API."""

from datetime import date

import click
import pytest

from api.cli.parameters import Day, Integer


@pytest.mark.parametrize("text", ["20260105", "2026-1-5", "2026-W02-1", "٢٠٢٦-01-05", "2026-02-30", " 2026-01-05", ""])
def test_a_day_is_written_in_one_form(text):
    with pytest.raises(click.BadParameter, match="must be a day such as 2026-06-30"):
        Day().convert(text, None, None)


def test_a_day_is_read():
    assert Day().convert("2026-01-05", None, None) == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["8_000", "٨", " 80", "+80", "80.0", "", "70000", "0"])
def test_a_port_is_an_integer_of_plain_digits_within_its_bounds(text):
    with pytest.raises(click.BadParameter):
        Integer(1, 65535).convert(text, None, None)


def test_a_port_is_read():
    assert Integer(1, 65535).convert("8000", None, None) == 8000
