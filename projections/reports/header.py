"""The header of every report: cycle, unit, position, ledger root, policy and a permanent link."""

from urllib.parse import urlencode

from okr_events.json_types import JsonObject
from projections.moment import rfc3339
from projections.queries import goal_serializers
from projections.reports.context import ReportContext

FORMAT_VERSION = 2
"""Raised when the content or the members of a report change."""


def build_header(context: ReportContext, kind: str, **more: str) -> JsonObject:
    """The header. `again` links to the same report for ever: an instant always means the same position."""
    moment, cycle = context.moment, context.cycle
    query = {"cycle": cycle.id, **({"unit": context.unit.id} if context.unit else {}), **more}
    members = {name: getattr(cycle, name) for name in ("id", "name", "starts_on", "ends_on", "state")}
    query |= {"as_of": rfc3339(moment.evaluated_at), "effective_on": moment.effective_on.isoformat()}
    return {
        "report": kind,
        "format": FORMAT_VERSION,
        "cycle": {**members, "seal": goal_serializers.serialize_seal(cycle) if cycle.closed_at else None},
        "unit": context.unit and {name: getattr(context.unit, name) for name in ("id", "name", "level")},
        "position": moment.position,
        "evaluated_at": rfc3339(moment.evaluated_at),
        "effective_on": moment.effective_on.isoformat(),
        "ledger_root": context.log.compute_root(moment.position).hex(),
        "policy": context.policy,
        "again": f"/v1/reports/{kind}?{urlencode(query)}",
    }
