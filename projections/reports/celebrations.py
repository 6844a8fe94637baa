"""Glad: what people celebrate: wins that check-ins told of, milestones that key results reached, and remarks."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import plain
from okr_events.event_log.hash_chain import instant
from projections.evaluation import milestones
from projections.evaluation.key_results import batches
from projections.moment import rfc3339
from projections.reports.check_in_entries import HAS_WINS, Sort
from projections.reports.context import Asked, rows_about
from projections.store.tables import at, check_ins, comments

SHOWN = 200


def of(asked: Asked) -> dict[str, Any]:
    """What there was to be glad of since the start, the newest last; `more` of each are not told."""
    after = asked.start.position
    rows = rows_about(asked, check_ins, asked.of_measures(check_ins.c.key_result_id), check_ins.c.created > after, HAS_WINS)
    told = {
        "milestones": list(_milestones(asked)),
        "wins": [win for row in rows if not row.retracted for win in _wins(asked, row)],
        "remarks": celebrated(asked),
    }
    more = {name: max(len(items) - SHOWN, 0) for name, items in told.items()}
    return {**{name: items[-SHOWN:] for name, items in told.items()}, "more": more}


def _milestones(asked: Asked) -> Iterator[dict[str, Any]]:
    live = [part.row.id for _, part in asked.live]
    for each in milestones.crossed(asked.connection, asked.end, live, after=asked.start.position):
        yield {
            "key_result_id": each.key_result_id,
            "title": asked.titles[each.key_result_id],
            "check_in_id": each.check_in_id,
            "recorded_at": rfc3339(instant(each.recorded_at)),
            "share": plain(each.share),
            "progress": plain(each.progress),
            "author": each.actor,
        }


def wins(asked: Asked, told: Sort) -> dict[str, Any]:
    """The newest wins of a whole cycle."""
    rows = _newest(asked, [entry.id for _, entry in told.newest])
    items = [win for row in rows for win in _wins(asked, row)]
    return {"check_ins": told.count, "items": items, "more": told.count - len(rows)}


def _newest(asked: Asked, ids: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for some in batches(ids):
        query = select(check_ins).where(check_ins.c.id.in_(some), at(check_ins, asked.end.position))
        found += asked.connection.execute(query)
    return sorted(found, key=lambda row: row.created)


def _wins(asked: Asked, row: Any) -> Iterator[dict[str, Any]]:
    for token in orjson.loads(row.wins):
        yield {
            "key_result_id": row.key_result_id,
            "title": asked.titles[row.key_result_id],
            "measured_on": row.measured_on,
            "author": row.author,
            "text": {"sealed": token},
        }


def celebrated(asked: Asked) -> list[dict[str, Any]]:
    """The remarks since the start that celebrate a goal asked about or a check-in on it."""
    goals = {each.row.id: each.row.title for each in asked.objectives} | asked.titles
    rows = rows_about(asked, comments, comments.c.kind == "celebration", comments.c.created > asked.start.position)
    homes = _reported_on(asked, [row.subject_id for row in rows if row.subject_type == "check_in"])
    told = [(row, homes.get(row.subject_id, row.subject_id)) for row in rows]
    return [
        {
            "comment_id": row.id,
            "subject_id": id,
            "title": goals[id],
            "author": row.author,
            "recorded_at": rfc3339(instant(row.recorded_at)),
            "text": {"sealed": row.text},
        }
        for row, id in told
        if id in goals
    ]


def _reported_on(asked: Asked, ids: Sequence[str]) -> dict[str, str]:
    """The key results of check-ins, by the check-ins' ids."""
    found: dict[str, str] = {}
    for some in batches(ids):
        query = select(check_ins.c.id, check_ins.c.key_result_id).where(check_ins.c.id.in_(some)).distinct()
        found |= {row.id: row.key_result_id for row in asked.connection.execute(query)}
    return found
