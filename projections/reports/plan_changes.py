"""What moved between the start and the end, and why: goalposts, what was added and dropped, hands, weights and links."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from projections.changes.change import Change
from projections.changes.change_kinds import kind_of
from projections.changes.change_report import Told
from projections.changes.change_window import Entry
from projections.changes.descriptions import sentence
from projections.queries import scope
from projections.queries.scope import Scope
from projections.reports.context import Asked
from projections.store.tables import facts, felt_facts, key_results, objectives
from projections.text.names import Naming

SHOWN = 500
BATCH = 200
TOLD = ("position", "recorded_at", "actor", "reason")


def moved(asked: Asked, *, after: int | None = None) -> dict[str, Any]:
    """How many changes there are of each kind, and the newest of them with who, when and why, in order.

    They are those after the start, or after a position.
    """
    entries = _entries(asked, asked.start.position if after is None else after)
    items = _told(asked, entries[-SHOWN:])
    kinds = Counter(entry.kind for entry in entries)
    return {
        "count": len(entries),
        "kinds": [{"kind": kind, "count": count} for kind, count in sorted(kinds.items(), key=lambda each: str(each[0]))],
        "items": items,
        "more": len(entries) - len(items),
    }


def _entries(asked: Asked, after: int) -> list[Entry]:
    """The facts that others may feel, and those that brought a goal into being."""
    found: set[int] = set()
    for column in (felt_facts.c.position, objectives.c.created, key_results.c.created):
        within = column.between(after + 1, asked.end.position)
        found.update(asked.connection.scalars(select(column).where(within).distinct()))
    return _within(asked, sorted(found))


def _within(asked: Asked, positions: list[int]) -> list[Entry]:
    entries = []
    for start in range(0, len(positions), BATCH):
        some = facts.c.position.in_(positions[start : start + BATCH])
        query = select(facts.c.position, facts.c.stream_id, facts.c.type).where(some).order_by(facts.c.position)
        entries += [Entry(*row, kind_of(row.type)) for row in asked.connection.execute(query)]
    streams: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        streams[entry.aggregate].add(entry.stream_id)
    homes, mine = scope.places(asked.connection, streams), Scope(asked.cycle.id, asked.units)
    return [each for each in entries if mine.holds(each.aggregate, each.stream_id, homes.get(each.stream_id, ()))]


def _told(asked: Asked, entries: list[Entry]) -> list[dict[str, Any]]:
    told = Told(asked.connection, asked.mapper, asked.end, entries)
    changes = told.changes(told.among())
    ids = {id for change in changes for id in change.ids}
    naming = Naming(asked.connection, asked.names(ids))
    naming.learn(ids)
    opened = asked.open([change.fact for change in changes])
    return [_item(change, fact, naming) for change, fact in zip(changes, opened, strict=True)]


def _item(change: Change, fact: Mapping[str, Any], naming: Naming) -> dict[str, Any]:
    return {
        **{name: fact[name] for name in TOLD},
        "kind": change.kind,
        "direction": change.direction,
        "subject": change.subject.as_dict(),
        "fields": change.fields,
        "sentence": sentence(change, fact, naming),
    }
