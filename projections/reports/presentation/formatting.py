"""Words: what documents of all reports say alike."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from projections.documents.document import Cell, Column, ColumnKind, Paragraph, Section, Table
from projections.text.phrases import pluralize, with_spaces

Report = Mapping[str, Any]
TEXT = ColumnKind.TEXT
HUNDREDTH = Decimal("0.01")


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Whose report it is, and what it rests on."""
    cycle, unit = report["cycle"], report["unit"]
    seal = cycle["seal"]
    found = [
        ("Cycle", f"{cycle['name']}, {cycle['state']}"),
        ("Days", f"{cycle['starts_on']} to {cycle['ends_on']}"),
        ("Unit", f"{unit['name']} and what lies below it" if unit else "Everybody"),
        ("Position", str(report["position"])),
        ("As of", report["evaluated_at"]),
        ("Check-ins measured up to", report["effective_on"]),
        ("Ledger root", report["ledger_root"]),
    ]
    return (*found, *((("Sealed", f"at position {seal['position']}, SHA-256 {seal['digest']}"),) if seal else ()))


def policy_section(report: Report) -> Section:
    """The policy by which everything was judged, and how to ask for the same again."""
    policy = build_table("policy", "The policy in force", {"Rule": TEXT, "Value": TEXT}, list(_policy_rows(report["policy"])))
    return Section("policy", "How this was judged", (_permalink_paragraph(report), policy), ())


def source_section(report: Report) -> Section:
    return Section("source", "How to ask for this again", (_permalink_paragraph(report),), ())


def _permalink_paragraph(report: Report) -> Paragraph:
    return Paragraph(f"This very report, at any later time: {report['again']}")


def _policy_rows(parts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, part in parts.items():
        if isinstance(part, Mapping):
            yield from _policy_rows(part, f"{path}{with_spaces(name)}, ")
        else:
            yield f"{path}{with_spaces(name)}", str(part)


def display_name(report: Report, id: str | None) -> str:
    """What somebody or a unit is called."""
    return str(report["names"].get(id, id)) if id else "nobody"


def parse_share(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def format_share(number: str | None) -> str:
    """A share with two decimals, as sentences say it."""
    return "none" if number is None else f"{Decimal(number).quantize(HUNDREDTH, ROUND_HALF_EVEN)}"


def format_count(number: int, noun: str) -> str:
    """How many of them, where none is said as a word."""
    return pluralize(number, noun) if number else f"no {noun}"


def as_sentence(text: str) -> str:
    """With a capital at its beginning and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def humanize(text: str | None) -> str | None:
    return None if text is None else with_spaces(text)


def utc_day(moment: str) -> str:
    """The day of an instant, in UTC."""
    return moment[:10]


def build_table(
    id: str,
    title: str,
    columns: Mapping[str, ColumnKind],
    rows: Sequence[Sequence[Cell]],
    *,
    more: int = 0,
    note: str | None = None,
) -> Table:
    """`more` says how many rows are not told."""
    left_out = f"{pluralize(more, 'more row')} left out." if more else None
    return Table(id, title, tuple(Column(name, kind) for name, kind in columns.items()), rows, left_out or note)
