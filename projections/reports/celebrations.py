"""Glad: what people celebrate: wins that check-ins told of, milestones that key results reached, and remarks."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import format_decimal
from okr_events.event_log.hash_chain import from_microseconds
from projections.evaluation import milestones
from projections.moment import rfc3339
from projections.reports.check_in_entries import HAS_WINS, EntryGroup
from projections.reports.context import ReportContext, fetch_rows
from projections.store.batching import batches
from projections.store.tables import check_ins, comments, valid_at

MAX_ITEMS = 200


def summarize_celebrations(asked: ReportContext) -> dict[str, Any]:
    """What there was to be glad of since the start, the newest last; `more` of each are not told."""
    after = asked.start.position
    rows = fetch_rows(
        asked, check_ins, asked.key_result_filter(check_ins.c.key_result_id), check_ins.c.created > after, HAS_WINS
    )
    told = {
        "milestones": list(_serialize_milestones(asked)),
        "wins": [win for row in rows if not row.retracted for win in _serialize_wins(asked, row)],
        "remarks": list_celebration_comments(asked),
    }
    more = {name: max(len(items) - MAX_ITEMS, 0) for name, items in told.items()}
    return {**{name: items[-MAX_ITEMS:] for name, items in told.items()}, "more": more}


def _serialize_milestones(asked: ReportContext) -> Iterator[dict[str, Any]]:
    live = [part.row.id for _, part in asked.live_key_results]
    for each in milestones.find_crossings(asked.connection, asked.end, live, after=asked.start.position):
        yield {
            "key_result_id": each.key_result_id,
            "title": asked.titles[each.key_result_id],
            "check_in_id": each.check_in_id,
            "recorded_at": rfc3339(from_microseconds(each.recorded_at)),
            "share": format_decimal(each.share),
            "progress": format_decimal(each.progress),
            "author": each.actor,
        }


def summarize_wins(asked: ReportContext, told: EntryGroup) -> dict[str, Any]:
    """The newest wins of a whole cycle."""
    rows = _fetch_check_ins(asked, [entry.id for _, entry in told.newest])
    items = [win for row in rows for win in _serialize_wins(asked, row)]
    return {"check_ins": told.count, "items": items, "more": told.count - len(rows)}


def _fetch_check_ins(asked: ReportContext, ids: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for some in batches(ids):
        query = select(check_ins).where(check_ins.c.id.in_(some), valid_at(check_ins, asked.end.position))
        found += asked.connection.execute(query)
    return sorted(found, key=lambda row: row.created)


def _serialize_wins(asked: ReportContext, row: Any) -> Iterator[dict[str, Any]]:
    for token in orjson.loads(row.wins):
        yield {
            "key_result_id": row.key_result_id,
            "title": asked.titles[row.key_result_id],
            "measured_on": row.measured_on,
            "author": row.author,
            "text": {"sealed": token},
        }


def list_celebration_comments(asked: ReportContext) -> list[dict[str, Any]]:
    """The remarks since the start that celebrate a goal asked about or a check-in on it."""
    goals = {each.row.id: each.row.title for each in asked.objectives} | asked.titles
    rows = fetch_rows(asked, comments, comments.c.kind == "celebration", comments.c.created > asked.start.position)
    homes = _fetch_key_result_ids(asked, [row.subject_id for row in rows if row.subject_type == "check_in"])
    told = [(row, homes.get(row.subject_id, row.subject_id)) for row in rows]
    return [
        {
            "comment_id": row.id,
            "subject_id": id,
            "title": goals[id],
            "author": row.author,
            "recorded_at": rfc3339(from_microseconds(row.recorded_at)),
            "text": {"sealed": row.text},
        }
        for row, id in told
        if id in goals
    ]


def _fetch_key_result_ids(asked: ReportContext, ids: Sequence[str]) -> dict[str, str]:
    """The key results of check-ins, by the check-ins' ids."""
    found: dict[str, str] = {}
    for some in batches(ids):
        query = select(check_ins.c.id, check_ins.c.key_result_id).where(check_ins.c.id.in_(some)).distinct()
        found |= {row.id: row.key_result_id for row in asked.connection.execute(query)}
    return found
