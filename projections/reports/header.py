"""The heading of every report: whose it is, and the position, root and policy by which anyone can ask for it again."""

from typing import Any
from urllib.parse import urlencode

from projections.moment import rfc3339
from projections.queries import serializers
from projections.reports.context import ReportContext

FORMAT_VERSION = 1
"""The number rises when a report says other things, or says them otherwise."""


def build_header(asked: ReportContext, kind: str, **more: str) -> dict[str, Any]:
    """What stands at the top. `again` asks for the same report: the same instant is the same position for ever."""
    moment, cycle = asked.moment, asked.cycle
    query = {"cycle": cycle.id, **({"unit": asked.unit.id} if asked.unit else {}), **more}
    query |= {"as_of": rfc3339(moment.evaluated_at), "effective_on": moment.effective_on.isoformat()}
    return {
        "report": kind,
        "format": FORMAT_VERSION,
        "cycle": {name: getattr(cycle, name) for name in ("id", "name", "starts_on", "ends_on")} | _state(cycle),
        "unit": asked.unit and {name: getattr(asked.unit, name) for name in ("id", "name", "level")},
        "position": moment.position,
        "evaluated_at": rfc3339(moment.evaluated_at),
        "effective_on": moment.effective_on.isoformat(),
        "ledger_root": asked.log.compute_root(moment.position).hex(),
        "policy": asked.policy,
        "again": f"/v1/reports/{kind}?{urlencode(query)}",
    }


def _state(cycle: Any) -> dict[str, Any]:
    return {"state": cycle.state, "seal": serializers.serialize_seal(cycle) if cycle.closed_at else None}
