"""The rows of a journal, one change to a team's OKRs each, and what their cells say."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from okr_events.domain.decimals import ONE, ZERO, format_decimal, parse_decimal
from okr_events.domain.names import canonical, parse_line
from okr_events.domain.values import MAX_TITLE_LENGTH

COLUMNS = ("recorded_at", "cycle", "action", "objective", "key_result", "title", "owner", "value", "projected")
NUMBER_COLUMNS = (COLUMNS.index("value"), COLUMNS.index("projected"))


class JournalError(Exception):
    """A journal or one of its rows is invalid."""


class Row(NamedTuple):
    """The cells of a row, up to the last filled one, and the number of its first line in the file."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row of a journal; `value` and `projected` are shares from 0 to 1, or null when blank."""

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
    def parse(cls, cells: list[str]) -> "JournalRow":
        """The row with these cells; the last ones may be missing. Raises `JournalError`."""
        if len(cells) > len(COLUMNS):
            raise JournalError(f"a row has {len(COLUMNS)} cells, not {len(cells)}")
        named = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, cells, strict=False))
        cycle, action, objective, key_result, title, owner = (_parse_text(named[name], name) for name in COLUMNS[1:7])
        value, projected = (_parse_share(named[name].strip(), name) for name in COLUMNS[7:])
        recorded_at = _parse_time(named["recorded_at"].strip())
        return cls(recorded_at, cycle, action, objective, key_result, title, owner, value, projected)

    @property
    def place(self) -> tuple[str, str, str]:
        """The names by which a journal refers to a key result."""
        return self.cycle, self.objective, self.key_result

    @property
    def facts(self) -> tuple[str, ...]:
        """What the row says: the same for the same row in another file, encoding or spelling of numbers and times."""
        shares = ("" if share is None else format_decimal(share) for share in (self.value, self.projected))
        texts = map(canonical, (self.cycle, self.action, self.objective, self.key_result, self.title, self.owner))
        return self.recorded_at.astimezone(UTC).isoformat(), *texts, *shares


def _parse_time(cell: str) -> datetime:
    try:
        recorded_at = datetime.fromisoformat(cell)
        recorded_at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise JournalError("recorded_at must be a time such as 2019-03-11T11:31:30-07:00") from None
    if recorded_at.tzinfo is None:
        raise JournalError("recorded_at must have an offset from UTC")
    return recorded_at


def _parse_text(cell: str, column: str) -> str:
    return parse_name(cell, column) if cell.strip() else ""


def parse_name(cell: str, name: str) -> str:
    """The same titles and names as the API takes; `name` is that of the cell. Raises `JournalError`."""
    try:
        line = parse_line(cell)
    except ValueError as error:
        raise JournalError(f"{name} {error}") from None
    if len(line) > MAX_TITLE_LENGTH or "\0" in line:
        raise JournalError(f"{name} must have at most {MAX_TITLE_LENGTH} characters, and no NUL")
    return line


def _parse_share(cell: str, name: str) -> Decimal | None:
    if not cell:
        return None
    try:
        share = parse_decimal(cell)
    except ValueError as error:
        raise JournalError(f"{name} {error}") from None
    if not ZERO <= share <= ONE:
        raise JournalError(f"{name} must lie between 0 and 1")
    return share


def parse_quarter(name: str) -> tuple[date, date]:
    """The first and last day of a calendar quarter such as `2019-Q1`; raises `JournalError`."""
    match = re.fullmatch("([0-9]{4})-Q([1-4])", name)
    if not match or match[1] == "0000":
        raise JournalError(f"cycle must be a calendar quarter such as 2019-Q1, not {name!r}")
    year, quarter = int(match[1]), int(match[2])
    return date(year, 3 * quarter - 2, 1), date(year, 3 * quarter, 31 if quarter in {1, 4} else 30)
