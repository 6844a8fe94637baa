"""Words: what documents of all reports say alike."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Column, Kind, Section, Table
from projections.wording import counted, spaced

Report = Mapping[str, Any]
TEXT = Kind.TEXT


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Whose report it is, and what anybody needs to ask for it again."""
    cycle, unit = report["cycle"], report["unit"]
    seal = cycle["seal"]
    found = [
        ("Cycle", f"{cycle['name']}, {cycle['starts_on']} to {cycle['ends_on']}, {cycle['state']}"),
        ("Unit", f"{unit['name']} and what lies below it" if unit else "Everybody"),
        ("As of", f"{report['evaluated_at']}, check-ins measured up to {report['effective_on']}"),
        ("Position", str(report["position"])),
        ("Ledger root", report["ledger_root"]),
        ("Asked for again with", report["again"]),
    ]
    return (*found, *((("Sealed at position", f"{seal['position']}, SHA-256 {seal['digest']}"),) if seal else ()))


def rules(report: Report) -> Section:
    """The policy by which everything was judged."""
    rows = list(_rules(report["policy"]))
    return Section("policy", "The policy in force", (table("policy", "Its rules", {"Rule": TEXT, "Value": TEXT}, rows),))


def _rules(parts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, part in parts.items():
        if isinstance(part, Mapping):
            yield from _rules(part, f"{path}{spaced(name)}, ")
        else:
            yield f"{path}{spaced(name)}", str(part)


def name(report: Report, id: str | None) -> str:
    """What somebody or a unit is called."""
    return str(report["names"].get(id, id)) if id else "nobody"


def share(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def word(text: str | None) -> str | None:
    return None if text is None else spaced(text)


def day(moment: str) -> str:
    """The day of an instant, in UTC."""
    return moment[:10]


def table(id: str, title: str, columns: Mapping[str, Kind], rows: Sequence[Sequence[Cell]], *, more: int = 0) -> Table:
    """`more` says how many rows are not told."""
    note = f"{counted(more, 'more row')} left out." if more else None
    return Table(id, title, tuple(Column(name, kind) for name, kind in columns.items()), rows, note)
