"""Check-ins with their corrections, and each key result's standing: what is in force of value, confidence and status."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.hash_chain import from_microseconds
from projections.handlers.goals import event_column_values
from projections.moment import rfc3339
from projections.store.row_buffer import EventMetadata, Row, RowBuffer, handles
from projections.store.tables import OPEN_ENDED, check_ins, standings, valid_at

REPORTED_COLUMNS = ("value", "milestones", "confidence", "status")
SOURCE_COLUMNS = ("value_on", "value_at", "confidence_on", "confidence_at", "status_on", "status_at")
"""The day of which value, confidence and status in force speak, and the event that said each of them so."""
POSITION_COLUMN_BY_FIELD = {"value": "value_at", "milestones": "value_at", "confidence": "confidence_at", "status": "status_at"}
"""Where a check-in, or a correction of it, said value, confidence and status, or of which day it speaks."""
SERIALIZED_COLUMNS = ("id", "measured_on", "value", "confidence", "status", "author")

INITIAL_VALUES = {"version": 1, "retracted": 0, "changed_by": None, "changed_at": None, "reason": None}


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


@handles(KeyResult.Created)
def insert_standing(event: KeyResult.Created, fact: EventMetadata, rows: RowBuffer) -> None:
    rows.insert(
        standings,
        fact.id,
        version=fact.version,
        cycle_id=str(event.cycle_id),
        objective_id=str(event.objective_id),
        **compute_standing(()),
    )


@handles(KeyResult.CheckedIn)
def insert_check_in(event: KeyResult.CheckedIn, fact: EventMetadata, rows: RowBuffer) -> None:
    said = {**event_column_values(event, check_ins), "author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    said |= dict.fromkeys(POSITION_COLUMN_BY_FIELD.values(), rows.position)
    report = rows.insert(check_ins, str(event.check_in_id), **INITIAL_VALUES, key_result_id=fact.id, **said)
    rows.update(standings, fact.id, version=fact.version, **standing_changes(rows.current(standings, fact.id), report))


@handles(KeyResult.CheckInCorrected)
def correct_check_in(event: KeyResult.CheckInCorrected, fact: EventMetadata, rows: RowBuffer) -> None:
    named = {name: value for name, value in event_column_values(event, check_ins).items() if value is not None}
    named |= {mark: rows.position for name, mark in POSITION_COLUMN_BY_FIELD.items() if {name, "measured_on"} & named.keys()}
    _update_check_in(str(event.check_in_id), named, fact, rows)


@handles(KeyResult.CheckInRetracted)
def retract_check_in(event: KeyResult.CheckInRetracted, fact: EventMetadata, rows: RowBuffer) -> None:
    _update_check_in(str(event.check_in_id), {"retracted": 1}, fact, rows)


def _update_check_in(id: str, changes: Row, fact: EventMetadata, rows: RowBuffer) -> None:
    by = {
        "changed_by": fact.actor,
        "changed_at": fact.recorded.recorded_at,
        "reason": fact.reason,
        "version": rows.current(check_ins, id)["version"] + 1,
    }
    rows.update(check_ins, id, **changes, **by)
    rows.flush()
    mine = select(check_ins).where(check_ins.c.key_result_id == fact.id, check_ins.c.to_position == OPEN_ENDED)
    standing = compute_standing(rows.connection.execute(mine).mappings().all())
    rows.update(standings, fact.id, **standing, version=fact.version)


def fetch_versions(connection: Connection, position: int, id: UUID) -> list[Row]:
    """A check-in's versions up to a position, the original first; raises `NotFound`."""
    found = _load_versions(connection, position, [str(id)])
    if not found:
        raise NotFound
    return found[0]


def fetch_page(connection: Connection, position: int, key_result_id: UUID, *, before: int, limit: int) -> list[list[Row]]:
    """A key result's check-ins as they stood at a position, newest first, each as its versions; `before` is a position."""
    mine = (check_ins.c.key_result_id == str(key_result_id)) & (check_ins.c.created < before)
    newest = select(check_ins.c.id).where(mine, valid_at(check_ins, position)).order_by(check_ins.c.created.desc()).limit(limit)
    return _load_versions(connection, position, connection.scalars(newest).all())


def _load_versions(connection: Connection, position: int, ids: Sequence[str]) -> list[list[Row]]:
    chosen = (check_ins.c.from_position <= position) & check_ins.c.id.in_(ids)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(select(check_ins).where(chosen).order_by(check_ins.c.from_position)).mappings():
        found.setdefault(row["id"], []).append(dict(row))
    return sorted(found.values(), key=lambda versions: versions[0]["created"], reverse=True)


def fetch_recorded_between(connection: Connection, after: int, upto: int) -> list[list[Row]]:
    """The check-ins recorded after one position and up to another, in order."""
    within = (check_ins.c.created > after) & (check_ins.c.created <= upto) & valid_at(check_ins, upto)
    ids = connection.scalars(select(check_ins.c.id).where(within)).all()
    return _load_versions(connection, upto, ids)[::-1]
