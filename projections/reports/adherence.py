"""Check-in adherence: how reliably check-ins met the due days of the cycle, and which are due."""

from okr_events.json_types import JsonObject
from projections.evaluation import adherence
from projections.evaluation.key_results import CycleRules
from projections.queries import due_list
from projections.reports.context import ReportContext
from projections.store.tables import key_results

BREAKDOWNS = ("units", "owners")


def summarize_adherence(context: ReportContext) -> JsonObject:
    """Adherence in total, by unit, by owner of the key result on its due day, and by due day."""
    rules = CycleRules(context.cycle, context.moment)
    result = adherence.compute_adherence(context.connection, context.moment, [rules], units=context.units)
    totals = result.as_dict()
    days = [
        {"day": day.isoformat(), **{state.value: count for state, count in states.items()}}
        for day, states in result.count_by_day().items()
    ]
    breakdowns = {name: totals.pop(name) for name in BREAKDOWNS}
    return {"total": totals, **breakdowns, "days": days}


def list_due_check_ins(context: ReportContext) -> list[JsonObject]:
    """The open key results with a check-in due, overdue ones first."""
    moment, rules = context.moment, CycleRules(context.cycle, context.moment)
    items = due_list.find_due_items(context.connection, moment, [rules], context.key_result_filter(key_results.c.id))
    return due_list.serialize(context.connection, moment, items)
