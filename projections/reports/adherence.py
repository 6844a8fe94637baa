"""Rhythm: how reliably the check-ins of the cycle came by their due days, and which are due."""

from typing import Any

from projections.evaluation import adherence
from projections.evaluation.key_results import CycleRules
from projections.queries import due_list
from projections.reports.context import Asked
from projections.store.tables import key_results

APART = ("units", "owners")


def kept(asked: Asked) -> dict[str, Any]:
    """In all, by unit, by who owned the key results on their due days, and by due day."""
    rules = CycleRules(asked.cycle, asked.moment)
    found = adherence.of(asked.connection, asked.moment, [rules], units=asked.units)
    told = found.as_dict()
    days = [
        {"day": day.isoformat(), **{state.value: count for state, count in states.items()}}
        for day, states in found.days().items()
    ]
    total = {name: part for name, part in told.items() if name not in APART}
    return {"total": total, **{name: told[name] for name in APART}, "days": days}


def due(asked: Asked) -> list[dict[str, Any]]:
    """What was due last and is not met, the overdue first, then what is due next."""
    mine = asked.of_measures(key_results.c.id)
    found = due_list.dues(asked.connection, asked.moment, [CycleRules(asked.cycle, asked.moment)], mine)
    return due_list.told(asked.connection, asked.moment, found)
