"""What all reports share: tables of items, formats of numbers and names, facts and the policy section."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from okr_events.json_types import Json, JsonObject
from projections.documents.document import Cell, Column, ColumnKind, Paragraph, Section, Table
from projections.moment import local_day, local_time
from projections.text.phrases import pluralize, with_spaces
from projections.text.rounding import Rounding

Report = JsonObject
Item = JsonObject
FRACTION = re.compile(r"-?[0-9]+\.[0-9]+")
NO_VALUE, NO_OWNER = "no value yet", "no owner"
NAMES = {"owner", "author", "unit_id"}
LABELS = {"kind", "state", "code", "decision", "health", "health_before", "health_at_start", "health_at_end"}
LABELS |= {"effective", "reported", "computed"}
DAYS = {"day", "due_on", "next_due_on", "done_on", "held_on", "measured_on", "resolved_on", "opened_at", "recorded_at"}
SHARES = {"adherence", "before", "after", "progress", "progress_at_start", "progress_at_end", "score", "error", "weight"}
SHARES |= {"mean", "objective_mean", "confidence", "confidence_before"}
NUMBERS = {"count", "position", "age_days", "at_start", "at_end", "compared", "stated", "capacity", "scored", "unscored"}
NUMBERS |= {"on_time", "late", "missed", "pending", "done", "current", "longest", "on_track", "at_risk", "off_track"}
NUMBERS |= {"objectives", "key_results", "key_results_cancelled", "achieved", "partial"}
NUMBERS |= {"below_aim", "within_aim", "above_aim", "too_safe", "in_full"}
KINDS = (
    dict.fromkeys(DAYS, ColumnKind.DAY) | dict.fromkeys(SHARES, ColumnKind.SHARE) | dict.fromkeys(NUMBERS, ColumnKind.NUMBER)
)
"""The kind of each member of a report's items; other members are texts."""


def item_table(
    report: Report,
    id: str,
    title: str,
    columns: Mapping[str, str],
    items: Iterable[Item],
    *,
    more: int = 0,
    note: str | None = None,
    empty: str = "None.",
) -> Table:
    """A table with a row for each item. `columns` maps headings to members of the items; `more` counts items left out."""
    heads = tuple(Column(heading, KINDS.get(member, ColumnKind.TEXT)) for heading, member in columns.items())
    rows = [tuple(_format_member(report, member, item[member]) for member in columns.values()) for item in items]
    return Table(id, title, heads, rows, f"{pluralize(more, 'more row')} left out." if more else note, empty)


def _format_member(report: Report, member: str, value: Json) -> Cell:
    if member in NAMES:
        return display_name(report, value)
    if value is None:
        return None
    if member in DAYS:
        return report_day(report, value)
    if member in LABELS:
        return with_spaces(value)
    cell: Cell = Decimal(value) if member in SHARES or member == "capacity" else value
    return cell


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """The cycle, unit and moment of a report, and the proof of its source."""
    cycle, seal = report["cycle"], report["cycle"]["seal"]
    return (
        ("Cycle", f"{cycle['name']}, {cycle['state']}"),
        ("Dates", f"{cycle['starts_on']} to {cycle['ends_on']}"),
        ("Unit", scope_phrase(report)),
        ("Position", str(report["position"])),
        ("As of", report_time(report, report["evaluated_at"])),
        ("Check-ins measured up to", report["effective_on"]),
        ("Ledger root", report["ledger_root"]),
        *((("Sealed", f"at position {seal['position']}, SHA-256 {seal['digest']}"),) if seal else ()),
    )


def scope_phrase(report: Report) -> str:
    return f"{report['unit']['name']} and the units below it" if report["unit"] else "All units"


def policy_section(report: Report) -> Section:
    """The policy in force, with a permanent link to the report."""
    columns = (Column("Rule"), Column("Value"))
    table = Table("policy", "Policy in force", columns, list(_policy_rules(report["policy"])))
    return Section("policy", "Policy", (_permalink(report), table), ())


def source_section(report: Report) -> Section:
    return Section("source", "Link to this report", (_permalink(report),), ())


def _permalink(report: Report) -> Paragraph:
    return Paragraph(f"Permanent link to this report: {report['again']}")


def _policy_rules(rules: JsonObject, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in rules.items():
        if isinstance(value, dict):
            yield from _policy_rules(value, f"{path}{with_spaces(name)}, ")
        else:
            yield f"{path}{with_spaces(name)}", str(value)


def display_name(report: Report, id: str | None) -> str:
    """The name of a person or a unit."""
    return str(report["names"].get(id, id)) if id else NO_OWNER


def parse_share(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def with_shares(report: Report) -> Report:
    """The report with all its `shares`, and the `rounding` that tells them apart."""
    shares = tuple(map(Decimal, sorted(_collect_fractions(report))))
    return {**report, "shares": shares, "rounding": Rounding(shares)}


def _collect_fractions(report: Report) -> set[str]:
    """All texts inside that are decimals with a fraction; a large report has a million values."""
    found, remaining = set[str](), list[Iterable[Json]]([report.values()])
    while remaining:
        for value in remaining.pop():
            if isinstance(value, str):
                if "." in value and FRACTION.fullmatch(value):
                    found.add(value)
            elif isinstance(value, dict):
                remaining.append(value.values())
            elif isinstance(value, list):
                remaining.append(value)
    return found


def format_share(report: Report, number: str | None) -> str:
    """A share for sentences: two decimals, or as many as tell it from the report's other shares."""
    return NO_VALUE if number is None else report["rounding"].decimals(Decimal(number))


def format_count(number: int, noun: str) -> str:
    """The number with its noun; 0 as `no`."""
    return pluralize(number, noun) if number else f"no {noun}s"


def as_sentence(text: str) -> str:
    """The text with a capital letter at its beginning and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def report_day(report: Report, moment: str) -> str:
    """A day as it is; of an instant the day in the organisation's time zone."""
    return local_day(moment, report["zone"]) if "T" in moment else moment


def report_time(report: Report, instant: str) -> str:
    """An instant as the local time of the organisation's time zone."""
    return local_time(instant, report["zone"])


def humanize(text: str | None) -> str | None:
    return None if text is None else with_spaces(text)
