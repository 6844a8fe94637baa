"""Parsing a journal: a CSV file with one change to a team's OKRs per row."""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from okr_events.domain.decimals import ONE, ZERO, parse_decimal
from okr_events.domain.values import MAX_TITLE_LENGTH

COLUMNS = ("recorded_at", "cycle", "action", "objective", "key_result", "title", "owner", "value", "projected")


class JournalError(Exception):
    """A journal or one of its rows is invalid."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row of a journal; `value` and `projected` are shares from 0 to 1, or null when blank."""

    number: int
    recorded_at: datetime
    cycle: str
    action: str
    objective: str
    key_result: str
    title: str
    owner: str
    value: Decimal | None
    projected: Decimal | None

    @classmethod
    def parse(cls, number: int, cells: dict[str, str]) -> "JournalRow":
        """The row in line `number` of a file; raises `JournalError`."""
        if None in cells or None in cells.values():
            raise JournalError(f"a row must have {len(COLUMNS)} cells")
        try:
            recorded_at = datetime.fromisoformat(cells["recorded_at"])
        except ValueError:
            raise JournalError("recorded_at must be a time such as 2019-03-11T11:31:30-07:00") from None
        if recorded_at.tzinfo is None:
            raise JournalError("recorded_at must have an offset from UTC")
        texts = {name: _parse_text(cells, name) for name in COLUMNS[1:7]}
        return cls(number, recorded_at, **texts, value=_parse_share(cells, "value"), projected=_parse_share(cells, "projected"))


def _parse_text(cells: dict[str, str], name: str) -> str:
    line = cells[name].strip()
    if len(line) > MAX_TITLE_LENGTH or not line.isprintable():
        raise JournalError(f"{name} must be one line of at most {MAX_TITLE_LENGTH} printable characters")
    return line


def _parse_share(cells: dict[str, str], name: str) -> Decimal | None:
    if not cells[name].strip():
        return None
    try:
        share = parse_decimal(cells[name].strip())
    except ValueError as error:
        raise JournalError(f"{name} {error}") from None
    if not ZERO <= share <= ONE:
        raise JournalError(f"{name} must lie between 0 and 1")
    return share


def parse_csv(data: bytes) -> list[dict[str, str]]:
    """The cells of each row by column; raises `JournalError` when the file is not a journal."""
    try:
        reader = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise JournalError(f"the file is not CSV in UTF-8: {error}") from None
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise JournalError(f"the columns must be {', '.join(COLUMNS)}")
    return rows


def parse_quarter(name: str) -> tuple[date, date]:
    """The first and last day of a calendar quarter such as `2019-Q1`; raises `JournalError`."""
    match = re.fullmatch("([0-9]{4})-Q([1-4])", name)
    if not match or match[1] == "0000":
        raise JournalError(f"cycle must be a calendar quarter such as 2019-Q1, not {name!r}")
    year, quarter = int(match[1]), int(match[2])
    return date(year, 3 * quarter - 2, 1), date(year, 3 * quarter, 31 if quarter in {1, 4} else 30)
