"""Rhythm: how reliably the check-ins of the cycle came by their due days, and which are due."""

from typing import Any

from projections.evaluation import adherence
from projections.evaluation.key_results import CycleRules
from projections.queries import due_list
from projections.reports.context import ReportContext
from projections.store.tables import key_results

BREAKDOWNS = ("units", "owners")


def summarize_adherence(asked: ReportContext) -> dict[str, Any]:
    """In all, by unit, by who owned the key results on their due days, and by due day."""
    rules = CycleRules(asked.cycle, asked.moment)
    found = adherence.compute_adherence(asked.connection, asked.moment, [rules], units=asked.units)
    told = found.as_dict()
    days = [
        {"day": day.isoformat(), **{state.value: count for state, count in states.items()}}
        for day, states in found.count_by_day().items()
    ]
    total = {name: part for name, part in told.items() if name not in BREAKDOWNS}
    return {"total": total, **{name: told[name] for name in BREAKDOWNS}, "days": days}


def list_due_check_ins(asked: ReportContext) -> list[dict[str, Any]]:
    """What was due last and is not met, the overdue first, then what is due next."""
    mine = asked.key_result_filter(key_results.c.id)
    found = due_list.find_due_items(asked.connection, asked.moment, [CycleRules(asked.cycle, asked.moment)], mine)
    return due_list.serialize(asked.connection, asked.moment, found)
