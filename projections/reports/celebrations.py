"""What to celebrate: wins in check-ins, milestones that key results reached, and comments of celebration."""

from collections.abc import Iterator, Sequence

import orjson
from sqlalchemy import select

from okr_events.domain.decimals import format_decimal
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.json_types import JsonObject
from projections.evaluation import milestones
from projections.moment import rfc3339
from projections.reports.check_in_entries import HAS_WINS, EntryGroup
from projections.reports.context import ReportContext
from projections.store.batching import batches
from projections.store.tables import CheckInRow, CommentRow, check_ins, comments

MAX_ITEMS = 200


def summarize_celebrations(context: ReportContext) -> JsonObject:
    """The milestones, wins and comments since the start, the newest last; `more` counts those left out of each."""
    conditions = (context.key_result_filter(check_ins.c.key_result_id), check_ins.c.created > context.start.position)
    rows = context.fetch_rows(CheckInRow, *conditions, HAS_WINS)
    items = {
        "milestones": list(_serialize_milestones(context)),
        "wins": [win for row in rows if not row.retracted for win in _serialize_wins(context, row)],
        "remarks": list_celebration_comments(context),
    }
    more = {name: max(len(group) - MAX_ITEMS, 0) for name, group in items.items()}
    return {**{name: group[-MAX_ITEMS:] for name, group in items.items()}, "more": more}


def _serialize_milestones(context: ReportContext) -> Iterator[JsonObject]:
    live = [part.row.id for _, part in context.live_key_results]
    for crossing in milestones.find_crossings(context.connection, context.end, live, after=context.start.position):
        yield {
            "key_result_id": crossing.key_result_id,
            "title": context.titles[crossing.key_result_id],
            "check_in_id": crossing.check_in_id,
            "recorded_at": rfc3339(from_microseconds(crossing.recorded_at)),
            "share": format_decimal(crossing.share),
            "progress": format_decimal(crossing.progress),
            "author": crossing.actor,
        }


def summarize_wins(context: ReportContext, entries: EntryGroup) -> JsonObject:
    """The newest wins of a whole cycle."""
    ids = [entry.id for _, entry in entries.newest]
    rows = [row for batch in batches(ids) for row in context.fetch_rows(CheckInRow, check_ins.c.id.in_(batch), at=context.end)]
    items = [win for row in sorted(rows, key=lambda row: row.created) for win in _serialize_wins(context, row)]
    return {"check_ins": entries.count, "items": items, "more": entries.count - len(rows)}


def _serialize_wins(context: ReportContext, row: CheckInRow) -> Iterator[JsonObject]:
    for token in orjson.loads(row.wins):
        yield {
            "key_result_id": row.key_result_id,
            "title": context.titles[row.key_result_id],
            "measured_on": row.measured_on,
            "author": row.author,
            "text": {"sealed": token},
        }


def list_celebration_comments(context: ReportContext) -> list[JsonObject]:
    """The comments since the start that celebrate an objective or key result of the report, or a check-in on one."""
    titles = {objective.row.id: objective.row.title for objective in context.objectives} | context.titles
    rows = context.fetch_rows(CommentRow, comments.c.kind == "celebration", comments.c.created > context.start.position)
    by_check_in = _fetch_key_result_ids(context, [row.subject_id for row in rows if row.subject_type == "check_in"])
    subjects = [(row, by_check_in.get(row.subject_id, row.subject_id)) for row in rows]
    return [
        {
            "comment_id": row.id,
            "subject_id": id,
            "title": titles[id],
            "author": row.author,
            "recorded_at": rfc3339(from_microseconds(row.recorded_at)),
            "text": {"sealed": row.text},
        }
        for row, id in subjects
        if id in titles
    ]


def _fetch_key_result_ids(context: ReportContext, ids: Sequence[str]) -> dict[str, str]:
    """The key result of each check-in, by the check-in's id."""
    found: dict[str, str] = {}
    for batch in batches(ids):
        query = select(check_ins.c.id, check_ins.c.key_result_id).where(check_ins.c.id.in_(batch)).distinct()
        found |= {row.id: row.key_result_id for row in context.connection.execute(query)}
    return found
