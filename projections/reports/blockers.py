"""The blockers of the report's key results and their ages."""

from datetime import date

from okr_events.domain.decimals import ZERO, format_decimal_or_null
from okr_events.event_log.hash_chain import from_microseconds
from okr_events.json_types import JsonObject
from projections.moment import rfc3339
from projections.reports.context import ReportContext
from projections.reports.scores import mean
from projections.store.tables import BlockerRow, blockers

MAX_ITEMS = 200
STATES = ("open", "resolved")


def summarize_blockers(context: ReportContext) -> JsonObject:
    """The blockers as they stood at the end, the oldest first; `age_days` runs to the resolution or to the end."""
    items = _list_blockers(context, STATES)
    ages = {state: [ZERO + item["age_days"] for item in items if item["state"] == state] for state in STATES}
    return {
        **{state: len(ages[state]) for state in STATES},
        **{f"mean_age_of_{state}": format_decimal_or_null(mean(ages[state])) for state in STATES},
        "items": items[:MAX_ITEMS],
        "more": max(len(items) - MAX_ITEMS, 0),
    }


def list_open_blockers(context: ReportContext) -> list[JsonObject]:
    """The open blockers, the oldest first."""
    return _list_blockers(context, ("open",))[:MAX_ITEMS]


def _list_blockers(context: ReportContext, states: tuple[str, ...]) -> list[JsonObject]:
    conditions = (blockers.c.state.in_(states), context.key_result_filter(blockers.c.key_result_id))
    rows = context.fetch_rows(BlockerRow, *conditions, at=context.end)
    return sorted((_serialize_blocker(context, row) for row in rows), key=lambda item: (-item["age_days"], item["position"]))


def _serialize_blocker(context: ReportContext, row: BlockerRow) -> JsonObject:
    until = date.fromisoformat(row.resolved_on) if row.resolved_on else context.end.today
    return {
        "blocker_id": row.id,
        "key_result_id": row.key_result_id,
        "title": context.titles[row.key_result_id],
        "kind": row.kind,
        "text": {"sealed": row.text},
        "owner": row.owner,
        "author": row.author,
        "state": row.state,
        "opened_at": rfc3339(from_microseconds(row.opened_at)),
        "resolved_on": row.resolved_on,
        "age_days": max((until - context.end.recorded_day(row.opened_at)).days, 0),
        "position": row.created,
    }
