"""The changes to goals, targets, owners, weights and links between the start and the end, with their reasons."""

from collections import Counter, defaultdict

from sqlalchemy import select

from okr_events.json_types import JsonObject
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


def summarize_changes(context: ReportContext, *, after: int | None = None) -> JsonObject:
    """The number of changes by kind, and the newest in order, after the start or after a position."""
    entries = _fetch_entries(context, context.start.position if after is None else after)
    items = _serialize_changes(context, entries[-MAX_ITEMS:])
    kinds = Counter(entry.kind for entry in entries)
    return {
        "count": len(entries),
        "kinds": [{"kind": kind, "count": count} for kind, count in sorted(kinds.items(), key=lambda item: str(item[0]))],
        "items": items,
        "more": len(entries) - len(items),
    }


def _fetch_entries(context: ReportContext, after: int) -> list[Entry]:
    """The facts that affect other objectives, and those that created an objective or key result."""
    positions: set[int] = set()
    for column in (felt_facts.c.position, objectives.c.created, key_results.c.created):
        within = column.between(after + 1, context.end.position)
        positions.update(context.connection.scalars(select(column).where(within).distinct()))
    return _entries_in_scope(context, sorted(positions))


def _entries_in_scope(context: ReportContext, positions: list[int]) -> list[Entry]:
    entries = []
    for start in range(0, len(positions), BATCH_SIZE):
        batch = facts.c.position.in_(positions[start : start + BATCH_SIZE])
        query = select(facts.c.position, facts.c.stream_id, facts.c.type).where(batch).order_by(facts.c.position)
        entries += [Entry(*row, CATALOG[row.type].change_kind) for row in context.connection.execute(query)]
    streams: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        streams[entry.aggregate].add(entry.stream_id)
    places, included = scope.find_units_and_cycles(context.connection, streams), Scope(context.cycle.id, context.units)
    return [entry for entry in entries if included.contains(entry.aggregate, entry.stream_id, places.get(entry.stream_id, ()))]


def _serialize_changes(context: ReportContext, entries: list[Entry]) -> list[JsonObject]:
    source = ChangeSource(context.connection, context.mapper, context.end, entries)
    changes = source.build_changes(source.create_builder())
    ids = {id for change in changes for id in change.mentioned_ids}
    names = NameHistory(context.connection, context.resolve_names(ids))
    names.preload(ids)
    decrypted = context.decrypt([change.fact for change in changes])
    return [_serialize_change(change, fact, names) for change, fact in zip(changes, decrypted, strict=True)]


def _serialize_change(change: Change, fact: JsonObject, names: NameHistory) -> JsonObject:
    return {
        **{name: fact[name] for name in FACT_FIELDS},
        "kind": change.kind,
        "direction": change.direction,
        "subject": change.subject.as_dict(),
        "fields": change.fields,
        "sentence": describe_change(change, fact, names),
    }
