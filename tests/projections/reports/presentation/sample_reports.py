"""Reports made by hand, in which every part has something to tell and no two numbers are alike."""

from itertools import count
from typing import Any

POLICY = {
    "aim": {"low": "0.7", "high": "0.8"},
    "too_safe": "0.9",
    "bands": {"achieved": "0.7", "partial": "0.4"},
    "cadence": {"every": "weekly", "weekday": "friday"},
}
NAMES = {"ada": "Ada Park", "ben": "Ben Ito", "mia": "Mia Roth", "tech": "Tech Innovations", "lab": "The lab"}
STATES = ("on_time", "late", "missed", "pending")
BANDS = ("achieved", "partial", "missed", "below_aim", "within_aim", "above_aim", "too_safe", "in_full")


class Numbers:
    """Numbers that come once, from 1000; shares with three decimals, that come once too."""

    def __init__(self) -> None:
        self._numbers, self._shares = count(1000), count(11)

    def number(self) -> int:
        return next(self._numbers)

    def share(self) -> str:
        return f"0.{next(self._shares):03}"

    def each(self, *names: str) -> dict[str, int]:
        return {name: self.number() for name in names}

    def summary(self) -> dict[str, Any]:
        return {**self.each("scored", "unscored", *BANDS), "mean": self.share()}

    def counts(self, **more: str) -> dict[str, Any]:
        had = self.each("objectives", "objectives_cancelled", "key_results", "key_results_cancelled")
        return {**more, **had, "key_result_scores": self.summary(), "objective_scores": {"mean": self.share()}}

    def kept(self, **more: str) -> dict[str, Any]:
        return {**more, **self.each(*STATES), "adherence": self.share(), "streak": self.each("current", "longest")}


def heading(kind: str, number: Numbers) -> dict[str, Any]:
    return {
        "report": kind,
        "cycle": {
            "id": "quarter",
            "name": "Q1",
            "starts_on": "2026-01-01",
            "ends_on": "2026-03-31",
            "state": "closed",
            "seal": {"position": number.number(), "digest": "d1ge57"},
        },
        "unit": {"id": "tech", "name": "Tech Innovations"},
        "position": number.number(),
        "evaluated_at": "2026-04-01T09:30:00Z",
        "effective_on": "2026-03-30",
        "ledger_root": "6b86b273",
        "policy": POLICY,
        "again": "/v1/reports/again?cycle=quarter",
        "names": NAMES,
    }


def retrospective() -> dict[str, Any]:
    n = Numbers()
    return {
        **heading("retrospective", n),
        "span": {
            "start": {"position": n.number(), "at": "2026-01-01T00:00:01Z"},
            "end": {"position": n.number(), "at": "2026-04-01T09:29:00Z"},
        },
        "counts": {
            "total": n.counts(),
            "levels": [n.counts(level="company"), n.counts(level="team")],
            "units": [n.counts(name="Tech", level="company"), n.counts(name="Lab", level="team")],
        },
        "commitments": [{"commitment": kind, **n.summary()} for kind in ("committed", "aspirational")],
        "scores": [_score(n, "First goal", "committed"), _score(n, "Second goal", "aspirational")],
        "unscored": [{"key_result_id": "k3", "title": "Never scored", "owner": None}],
        "moved": moved(n),
        "confidence": _confidence(n),
        "entries": entries(n),
        "wins": {"check_ins": 3, "items": [_said("A first win", "Won it", measured_on="2026-02-02")], "more": n.number()},
        "adherence": adherence(n),
        "health": health(n),
        "blockers": _blockers(n),
        "celebrations": [_said("First goal", "Hooray")],
        "reviews": [_review(n)],
        "what_worked": [_said("", "Pairing")],
        "what_did_not": [_said("", "Haste")],
        "lessons": [_said("", "Go slower")],
        "decisions": [decision("Hire", "open"), decision("Fire", "done", done_on="2026-03-03")],
        "earlier_decisions": [decision("Move", "overdue")],
        "findings": findings(n),
        "carried_over": {
            "decisions": [{"decision": "keep", "count": n.number()}, {"decision": "carry_over", "count": n.number()}],
            "undecided": n.number(),
            "wanted": [{"key_result_id": "k4", "title": "Wants to go on"}],
            "items": [{"origin": "k1", "origin_title": "Old hat", "key_result_id": "k9", "title": "New hat"}],
        },
        "alignment": {"start": _map(n, "went"), "end": _map(n, "came")},
    }


def digest(kind: str = "monthly") -> dict[str, Any]:
    n = Numbers()
    turned = {"owner": "ada", "before": n.share(), "after": n.share(), "health_before": "at_risk", "health": "on_track"}
    told = {
        **heading(kind, n),
        "since": {"position": n.number(), "at": "2026-03-01T00:00:00Z"},
        "progress": {
            "before": "0.51",
            "after": "0.62",
            "objectives": [{"objective_id": "o1", "title": "Goal", "unit_id": "tech", **turned}],
            "key_results": [_turn(n, name) for name in ("Number", "Other number")],
        },
        "moved": moved(n),
        "due": [_due("Owed", "missed", "2026-03-27"), _due("Coming", "pending", "2026-04-03")],
        "at_risk": [_risk(n)],
        "unconfirmed": [{"alignment_id": "a1", "child": "Asking", "parent": "Asked", "capacity": "17.5"}],
        "blocked": _blockers(n)["items"][:1],
        "decisions": [decision("Hire", "open")],
        "celebrated": {
            "milestones": [{**_said("Halfway", ""), "share": "0.5"}],
            "wins": [_said("A first win", "Won it")],
            "remarks": [_said("Goal", "Hooray")],
            "more": {"milestones": 3, "wins": 4, "remarks": 5},
        },
    }
    return told if kind == "weekly" else told | _standing(n)


def _standing(n: Numbers) -> dict[str, Any]:
    units = [n.counts(name="Tech", level="company"), n.counts(name="Lab", level="team")]
    counts = {"total": n.counts(), "levels": [n.counts(level="team")], "units": units}
    over_time = {"over_time": _confidence(n)["over_time"]}
    parts = {"entries": entries(n), "adherence": adherence(n), "health": health(n), "findings": findings(n)}
    return {"counts": counts, "confidence": over_time, **parts}


def _turn(n: Numbers, title: str) -> dict[str, Any]:
    turn = {"before": n.share(), "after": n.share(), "confidence_before": n.share(), "confidence": n.share()}
    return {"title": title, "owner": "ada", **turn, "health_before": "on_track", "health": "at_risk"}


def _due(title: str, state: str, day: str) -> dict[str, Any]:
    return {"title": title, "owner": "ben", "state": state, "due_on": day}


def _risk(n: Numbers) -> dict[str, Any]:
    health = {"effective": "off_track", "reported": "on_track", "computed": "off_track"}
    return {"title": "Slow", "owner": "mia", "progress": n.share(), "confidence": n.share(), **health}


def _score(n: Numbers, title: str, commitment: str) -> dict[str, Any]:
    numbers = {name: n.share() for name in ("progress", "score", "confidence", "error")}
    words = {"band": "partial", "decision": "carry_over", "root_cause": f"Why {title}", "wants_root_cause": False}
    whose = {"unit_id": "lab", "owner": "ben", "commitment": commitment, "late": True}
    return {"key_result_id": "k1", "title": title, "objective": f"Aim of {title}", **whose, **numbers, **words}


def moved(n: Numbers) -> dict[str, Any]:
    kinds = ("target_moved", "key_result_dropped", "objective_added", "key_result_reassigned", "linked", "link_reweighted")
    items = [_change(n, kind) for kind in (*kinds, "deadline_moved")]
    counts = [{"kind": kind, "count": n.number()} for kind in (*kinds, "deadline_moved")]
    return {"count": n.number(), "kinds": counts, "items": items, "more": n.number()}


def _change(n: Numbers, kind: str) -> dict[str, Any]:
    when = {"position": n.number(), "recorded_at": "2026-02-05T10:00:00Z", "actor": "mia"}
    return {**when, "kind": kind, "direction": "harder", "sentence": f"Mia did {kind}.", "reason": f"Because of {kind}"}


def _confidence(n: Numbers) -> dict[str, Any]:
    bands = [("0", "0.2"), ("0.2", "0.4")]
    days = [{"day": day, "stated": n.number(), "mean": n.share()} for day in ("2026-01-09", "2026-01-16")]
    told = [
        {"from": low, "to": high, "compared": n.number(), "confidence": n.share(), "score": n.share()} for low, high in bands
    ]
    means = {"compared": n.number(), "mean_absolute_error": "0.31", "mean_difference": "-0.22"}
    return {"over_time": [{"day": "2026-01-02", "stated": 0, "mean": None}, *days], "calibration": {**means, "bands": told}}


def entries(n: Numbers) -> dict[str, Any]:
    sorts = ("late", "corrected", "retracted")
    return {
        "check_ins": n.number(),
        **{which: {"count": n.number(), "items": [_entry(n)], "more": n.number()} for which in sorts},
    }


def _entry(n: Numbers) -> dict[str, Any]:
    when = {"measured_on": "2026-03-01", "recorded_at": "2026-04-02T08:00:00Z", "position": n.number()}
    return {"title": "Put right", **when, "author": "ben"}


def adherence(n: Numbers) -> dict[str, Any]:
    days = [{"day": day, **n.each(*STATES)} for day in ("2026-01-09", "2026-01-16")] + [
        {"day": "2026-12-25", **dict.fromkeys(STATES, 0)}
    ]
    units = [n.kept(unit_id="tech"), n.kept(unit_id="lab")]
    return {"total": n.kept(), "days": days, "units": units, "owners": [n.kept(owner="ada")]}


def health(n: Numbers) -> dict[str, Any]:
    computed = ("on_track", "at_risk", "off_track", "pending")
    table = [{"reported": reported, **n.each(*computed)} for reported in ("on_track", None)]
    differ = [{"title": "Two minds", "reported": "on_track", "computed": "off_track"}]
    return {"table": table, "effective": n.each("on_track", "outdated"), "mismatches": differ}


def _blockers(n: Numbers) -> dict[str, Any]:
    item = {**_said("Stuck", "No steel"), "kind": "resource", "owner": "ada", "opened_at": "2026-02-01T00:00:00Z"}
    items = [{**item, "resolved_on": None, "state": "open", "age_days": n.number()}]
    items += [{**item, "text": "No staff", "resolved_on": "2026-02-20", "state": "resolved", "age_days": n.number()}]
    ages = {"mean_age_of_open": "12.5", "mean_age_of_resolved": "7.25"}
    return {**n.each("open", "resolved", "more"), **ages, "items": items}


def _review(n: Numbers) -> dict[str, Any]:
    adjustments = [n.number(), n.number()]
    whose = {"unit_id": "tech", "author": "ada", "participants": ["ben", "mia"]}
    return {"review_id": "r1", "kind": "quarterly", "held_on": "2026-03-28", **whose, "adjustments": adjustments}


def decision(text: str, state: str, *, done_on: str | None = None) -> dict[str, Any]:
    return {"text": text, "unit_id": "lab", "owner": "ben", "due_on": "2026-05-05", "done_on": done_on, "state": state}


def findings(n: Numbers) -> dict[str, Any]:
    codes = [{"code": "no_owner", "severity": "high", **n.each("at_start", "at_end")}]
    turned = {
        which: {
            "count": n.number(),
            "items": [{"code": "no_owner", "severity": "high", "sentence": f"It {which}."}],
            "more": n.number(),
        }
        for which in ("opened", "resolved")
    }
    return {"codes": codes, **turned}


def _map(n: Numbers, own: str) -> dict[str, Any]:
    goals = [_goal(n, "stays"), _goal(n, own)]
    link = {"id": f"link-{own}", "child_id": own, "parent_id": "p", "parent": f"Priority that {own}", "kind": "strategic"}
    links = [{**link, "state": "active", "weight": n.share(), "capacity": "3.5"}]
    return {"position": n.number(), "objectives": goals, "alignments": links}


def _goal(n: Numbers, id: str) -> dict[str, Any]:
    told = {"progress": n.share(), "health": "on_track", "score": n.share() if id == "came" else None, "key_results": 3}
    return {
        "id": id,
        "title": f"Goal that {id}",
        "unit_id": "tech",
        "owner": "ada",
        "state": "agreed",
        "commitment": "committed",
        **told,
    }


def _said(title: str, text: str, **more: str) -> dict[str, Any]:
    return {"title": title, "unit_id": "lab", "author": "mia", "text": text, **more}
