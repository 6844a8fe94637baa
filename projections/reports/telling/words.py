"""Words: what documents of all reports say alike."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Column, Kind, Table
from projections.wording import counted, spaced

Report = Mapping[str, Any]


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
        ("Policy", policy(report["policy"])),
        ("Asked for again with", report["again"]),
    ]
    return (*found, *((("Sealed at position", f"{seal['position']}, SHA-256 {seal['digest']}"),) if seal else ()))


def policy(parts: Mapping[str, Any], path: str = "") -> str:
    """The rules of a policy in a line."""
    told = [
        policy(part, f"{path}{spaced(name)} ") if isinstance(part, Mapping) else f"{path}{spaced(name)} {part}"
        for name, part in parts.items()
    ]
    return ", ".join(told)


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
