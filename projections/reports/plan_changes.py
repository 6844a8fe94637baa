"""What moved between the start and the end, and why: goalposts, what was added and dropped, hands, weights and links."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from projections.changes.change import Change
from projections.changes.change_report import ChangeSource
from projections.changes.change_window import Entry
from projections.changes.descriptions import describe_change
from projections.event_catalog import CATALOG
from projections.queries import scope
from projections.queries.scope import Scope
from projections.reports.context import ReportContext
from projections.store.tables import facts, felt_facts, key_results, objectives
from projections.text.names import NameHistory

MAX_ITEMS = 500
BATCH_SIZE = 200
FACT_FIELDS = ("position", "recorded_at", "actor", "reason")


def summarize_changes(asked: ReportContext, *, after: int | None = None) -> dict[str, Any]:
    """How many changes there are of each kind, and the newest of them with who, when and why, in order.

    They are those after the start, or after a position.
    """
    entries = _fetch_entries(asked, asked.start.position if after is None else after)
    items = _serialize_changes(asked, entries[-MAX_ITEMS:])
    kinds = Counter(entry.kind for entry in entries)
    return {
        "count": len(entries),
        "kinds": [{"kind": kind, "count": count} for kind, count in sorted(kinds.items(), key=lambda each: str(each[0]))],
        "items": items,
        "more": len(entries) - len(items),
    }


def _fetch_entries(asked: ReportContext, after: int) -> list[Entry]:
    """The facts that others may feel, and those that brought a goal into being."""
    found: set[int] = set()
    for column in (felt_facts.c.position, objectives.c.created, key_results.c.created):
        within = column.between(after + 1, asked.end.position)
        found.update(asked.connection.scalars(select(column).where(within).distinct()))
    return _entries_in_scope(asked, sorted(found))


def _entries_in_scope(asked: ReportContext, positions: list[int]) -> list[Entry]:
    entries = []
    for start in range(0, len(positions), BATCH_SIZE):
        some = facts.c.position.in_(positions[start : start + BATCH_SIZE])
        query = select(facts.c.position, facts.c.stream_id, facts.c.type).where(some).order_by(facts.c.position)
        entries += [Entry(*row, CATALOG[row.type].change_kind) for row in asked.connection.execute(query)]
    streams: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        streams[entry.aggregate].add(entry.stream_id)
    homes, mine = scope.find_units_and_cycles(asked.connection, streams), Scope(asked.cycle.id, asked.units)
    return [each for each in entries if mine.contains(each.aggregate, each.stream_id, homes.get(each.stream_id, ()))]


def _serialize_changes(asked: ReportContext, entries: list[Entry]) -> list[dict[str, Any]]:
    told = ChangeSource(asked.connection, asked.mapper, asked.end, entries)
    changes = told.build_changes(told.create_builder())
    ids = {id for change in changes for id in change.mentioned_ids}
    naming = NameHistory(asked.connection, asked.resolve_names(ids))
    naming.preload(ids)
    opened = asked.decrypt([change.fact for change in changes])
    return [_serialize_change(change, fact, naming) for change, fact in zip(changes, opened, strict=True)]


def _serialize_change(change: Change, fact: Mapping[str, Any], naming: NameHistory) -> dict[str, Any]:
    return {
        **{name: fact[name] for name in FACT_FIELDS},
        "kind": change.kind,
        "direction": change.direction,
        "subject": change.subject.as_dict(),
        "fields": change.fields,
        "sentence": describe_change(change, fact, naming),
    }
