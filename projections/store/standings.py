"""Standings: what is in force of a key result's check-ins, by value, confidence and status."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from okr_events.event_log.hash_chain import from_microseconds
from projections.moment import rfc3339

REPORTED_COLUMNS = ("value", "milestones", "confidence", "status")
SOURCE_COLUMNS = ("value_on", "value_at", "confidence_on", "confidence_at", "status_on", "status_at")
"""The day of which value, confidence and status in force speak, and the event that said each of them so."""
POSITION_COLUMN_BY_FIELD = {"value": "value_at", "milestones": "value_at", "confidence": "confidence_at", "status": "status_at"}
"""Where a check-in, or a correction of it, said value, confidence and status, or of which day it speaks."""
SERIALIZED_COLUMNS = ("id", "measured_on", "value", "confidence", "status", "author")


def compute_standing(reports: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """What is in force of some check-ins: for value, confidence and status the last by (measured on, position) that states
    it; retracted ones do not count.
    """
    standing: dict[str, Any] = dict.fromkeys((*REPORTED_COLUMNS, *SOURCE_COLUMNS, "latest", "latest_on", "reported_at"))
    live = (report for report in reports if not report["retracted"])
    for report in sorted(live, key=lambda report: (report["measured_on"], report["created"])):
        standing |= standing_changes(standing, report)
    return standing


def standing_changes(standing: Mapping[Any, Any], report: Mapping[Any, Any]) -> dict[str, Any]:
    """What changes of a standing with one more check-in, recorded after those before."""
    day = report["measured_on"]
    changes: dict[str, Any] = {"reported_at": max(standing["reported_at"] or 0, report["recorded_at"])}
    if (report["value"] or report["milestones"]) is not None and day >= (standing["value_on"] or ""):
        changes |= {"value": report["value"], "milestones": report["milestones"], "value_on": day}
        changes["value_at"] = report["value_at"]
    for name in ("confidence", "status"):
        if report[name] is not None and day >= (standing[f"{name}_on"] or ""):
            changes |= {name: report[name], f"{name}_on": day}
            changes[POSITION_COLUMN_BY_FIELD[name]] = report[POSITION_COLUMN_BY_FIELD[name]]
    if day >= (standing["latest_on"] or ""):
        changes |= {"latest": _serialize_latest(report), "latest_on": day}
    return changes


def _serialize_latest(report: Mapping[Any, Any]) -> str:
    """A check-in as the tree tells it, ready to be put into an answer."""
    shown = {name: report[name] for name in SERIALIZED_COLUMNS}
    shown["milestones"] = orjson.Fragment(report["milestones"] or "null")
    shown["recorded_at"] = rfc3339(from_microseconds(report["recorded_at"]))
    return orjson.dumps({**shown, "position": report["created"]}).decode()
