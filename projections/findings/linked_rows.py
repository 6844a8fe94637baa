"""The surroundings of a cycle: the links that touch its objectives, what they lead to, and dependencies further on."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from projections.store.batching import batches
from projections.store.links import LIVE_LINK_STATES
from projections.store.tables import alignments, key_results, objectives, priorities, valid_at

LINKED_TABLES: dict[str, Table] = {"objective": objectives, "key_result": key_results, "priority": priorities}


def read_links(connection: Connection, position: int, cycle_id: str | None, *, own: Collection[str]) -> list[Any]:
    """The links from or to a cycle's objectives and key results, or all there are, ended ones too, the oldest first.

    Beyond the cycle's `own` objectives dependencies are followed to their ends: a circle may lead through other cycles.
    """
    found = {
        link.id: link
        for chosen in _cycle_conditions(position, cycle_id)
        for link in _read_rows(connection, alignments, position, chosen)
    }
    seen = set(own)
    ahead = _dependency_targets(found.values()) - seen
    while ahead:
        seen |= ahead
        further = _read_by_ids(connection, alignments, position, alignments.c.child_id, ahead)
        found |= {link.id: link for link in further if link.kind == "horizontal"}
        ahead = _dependency_targets(further) - seen
    return sorted(found.values(), key=lambda link: int(link.created))


def read_linked_rows(
    connection: Connection, position: int, links: Iterable[Any], *, known: Mapping[str, Any]
) -> dict[str, Any]:
    """The rows of what links name at either end, and of the objectives of key results; those `known` are not read again."""
    named: dict[str, set[str]] = {type: set() for type in LINKED_TABLES}
    for link in links:
        named["objective"].add(link.child_id)
        named[link.parent_type].add(link.parent_id)
    found = {id: known[id] for ids in named.values() for id in ids if id in known}
    for type in ("priority", "key_result", "objective"):
        if type == "objective":
            named[type] |= {found[id].objective_id for id in named["key_result"]}
        table = LINKED_TABLES[type]
        found |= {row.id: row for row in _read_by_ids(connection, table, position, table.c.id, named[type] - found.keys())}
    return found


def _cycle_conditions(position: int, cycle_id: str | None) -> list[ColumnElement[bool]]:
    """The links with an end in the cycle, as several conditions: each has an index of its own."""
    if cycle_id is None:
        return [alignments.c.id.is_not(None)]
    goals, parts = (
        select(table.c.id).where(valid_at(table, position), table.c.cycle_id == cycle_id) for table in (objectives, key_results)
    )
    return [alignments.c.child_id.in_(goals), alignments.c.parent_id.in_(goals), alignments.c.parent_id.in_(parts)]


def _dependency_targets(links: Iterable[Any]) -> set[str]:
    return {link.parent_id for link in links if link.kind == "horizontal" and link.state in LIVE_LINK_STATES}


def _read_by_ids(connection: Connection, table: Table, position: int, column: Any, ids: Collection[str]) -> list[Any]:
    return [row for some in batches(ids) for row in _read_rows(connection, table, position, column.in_(some))]


def _read_rows(connection: Connection, table: Table, position: int, chosen: ColumnElement[bool]) -> list[Any]:
    return list(connection.execute(select(table).where(valid_at(table, position), chosen)))
