"""Check-ins with their corrections, and each key result's standing: what is in force of value, confidence and status."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select

from okr_events.domain.errors import NotFound
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.hash_chain import instant
from projections.handlers.goals import columns
from projections.moment import rfc3339
from projections.store.row_buffer import Fact, Row, Rows, handles
from projections.store.tables import OPEN, at, check_ins, standings

SAID = ("value", "milestones", "confidence", "status")
PLACED = ("value_on", "value_at", "confidence_on", "confidence_at", "status_on", "status_at")
"""The day of which value, confidence and status in force speak, and the event that said each of them so."""
MARKS = {"value": "value_at", "milestones": "value_at", "confidence": "confidence_at", "status": "status_at"}
"""Where a check-in, or a correction of it, said value, confidence and status, or of which day it speaks."""
SHOWN = ("id", "measured_on", "value", "confidence", "status", "author")

FIRST = {"version": 1, "retracted": 0, "changed_by": None, "changed_at": None, "reason": None}


def standing_of(reports: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """What is in force of some check-ins: for value, confidence and status the last by (measured on, position) that states
    it; retracted ones do not count.
    """
    standing: dict[str, Any] = dict.fromkeys((*SAID, *PLACED, "latest", "latest_on", "reported_at"))
    live = (report for report in reports if not report["retracted"])
    for report in sorted(live, key=lambda report: (report["measured_on"], report["created"])):
        standing |= following(standing, report)
    return standing


def following(standing: Mapping[Any, Any], report: Mapping[Any, Any]) -> dict[str, Any]:
    """What changes of a standing with one more check-in, recorded after those before."""
    day = report["measured_on"]
    changes: dict[str, Any] = {"reported_at": max(standing["reported_at"] or 0, report["recorded_at"])}
    if (report["value"] or report["milestones"]) is not None and day >= (standing["value_on"] or ""):
        changes |= {"value": report["value"], "milestones": report["milestones"], "value_on": day}
        changes["value_at"] = report["value_at"]
    for name in ("confidence", "status"):
        if report[name] is not None and day >= (standing[f"{name}_on"] or ""):
            changes |= {name: report[name], f"{name}_on": day}
            changes[MARKS[name]] = report[MARKS[name]]
    if day >= (standing["latest_on"] or ""):
        changes |= {"latest": _shown(report), "latest_on": day}
    return changes


def _shown(report: Mapping[Any, Any]) -> str:
    """A check-in as the tree tells it, ready to be put into an answer."""
    shown = {name: report[name] for name in SHOWN}
    shown["milestones"] = orjson.Fragment(report["milestones"] or "null")
    shown["recorded_at"] = rfc3339(instant(report["recorded_at"]))
    return orjson.dumps({**shown, "position": report["created"]}).decode()


@handles(KeyResult.Created)
def nothing_said(event: KeyResult.Created, fact: Fact, rows: Rows) -> None:
    rows.open(
        standings,
        fact.id,
        version=fact.version,
        cycle_id=str(event.cycle_id),
        objective_id=str(event.objective_id),
        **standing_of(()),
    )


@handles(KeyResult.CheckedIn)
def checked_in(event: KeyResult.CheckedIn, fact: Fact, rows: Rows) -> None:
    said = {**columns(event, check_ins), "author": fact.actor, "recorded_at": fact.recorded.recorded_at}
    said |= dict.fromkeys(MARKS.values(), rows.position)
    report = rows.open(check_ins, str(event.check_in_id), **FIRST, key_result_id=fact.id, **said)
    rows.change(standings, fact.id, version=fact.version, **following(rows.current(standings, fact.id), report))


@handles(KeyResult.CheckInCorrected)
def corrected(event: KeyResult.CheckInCorrected, fact: Fact, rows: Rows) -> None:
    named = {name: value for name, value in columns(event, check_ins).items() if value is not None}
    named |= {mark: rows.position for name, mark in MARKS.items() if {name, "measured_on"} & named.keys()}
    _replace(str(event.check_in_id), named, fact, rows)


@handles(KeyResult.CheckInRetracted)
def retracted(event: KeyResult.CheckInRetracted, fact: Fact, rows: Rows) -> None:
    _replace(str(event.check_in_id), {"retracted": 1}, fact, rows)


def _replace(id: str, changes: Row, fact: Fact, rows: Rows) -> None:
    by = {
        "changed_by": fact.actor,
        "changed_at": fact.recorded.recorded_at,
        "reason": fact.reason,
        "version": rows.current(check_ins, id)["version"] + 1,
    }
    rows.change(check_ins, id, **changes, **by)
    rows.flush()
    mine = select(check_ins).where(check_ins.c.key_result_id == fact.id, check_ins.c.to_position == OPEN)
    standing = standing_of(rows.connection.execute(mine).mappings().all())
    rows.change(standings, fact.id, **standing, version=fact.version)


def one(connection: Connection, position: int, id: UUID) -> list[Row]:
    """A check-in's versions up to a position, the original first; raises `NotFound`."""
    found = _versions(connection, position, [str(id)])
    if not found:
        raise NotFound
    return found[0]


def page(connection: Connection, position: int, key_result_id: UUID, *, before: int, limit: int) -> list[list[Row]]:
    """A key result's check-ins as they stood at a position, newest first, each as its versions; `before` is a position."""
    mine = (check_ins.c.key_result_id == str(key_result_id)) & (check_ins.c.created < before)
    newest = select(check_ins.c.id).where(mine, at(check_ins, position)).order_by(check_ins.c.created.desc()).limit(limit)
    return _versions(connection, position, connection.scalars(newest).all())


def _versions(connection: Connection, position: int, ids: Sequence[str]) -> list[list[Row]]:
    chosen = (check_ins.c.from_position <= position) & check_ins.c.id.in_(ids)
    found: dict[str, list[Row]] = {}
    for row in connection.execute(select(check_ins).where(chosen).order_by(check_ins.c.from_position)).mappings():
        found.setdefault(row["id"], []).append(dict(row))
    return sorted(found.values(), key=lambda versions: versions[0]["created"], reverse=True)


def recorded_within(connection: Connection, after: int, upto: int) -> list[list[Row]]:
    """The check-ins recorded after one position and up to another, in order."""
    within = (check_ins.c.created > after) & (check_ins.c.created <= upto) & at(check_ins, upto)
    ids = connection.scalars(select(check_ins.c.id).where(within)).all()
    return _versions(connection, upto, ids)[::-1]
