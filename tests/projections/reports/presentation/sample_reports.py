"""Sample reports with content in every part, and no number twice."""

from datetime import UTC
from itertools import count
from typing import Any

POLICY = {
    "aim": {"low": "0.7", "high": "0.8"},
    "too_safe": "0.9",
    "bands": {"achieved": "0.7", "partial": "0.4"},
    "cadence": {"every": "weekly", "weekday": "friday"},
}
NAMES = {"ada": "Ada Park", "ben": "Ben Ito", "mia": "Mia Roth", "tech": "Tech Innovations", "lab": "The lab"}
STATES = ("on_time", "late", "missed", "pending", "done")
BANDS = ("achieved", "partial", "missed", "below_aim", "within_aim", "above_aim", "too_safe", "in_full")


class UniqueNumbers:
    """Unique numbers from 1000 on, and unique shares with three decimals."""

    def __init__(self) -> None:
        self._numbers, self._shares = count(1000), count(11)

    def next_number(self) -> int:
        return next(self._numbers)

    def next_share(self) -> str:
        return f"0.{next(self._shares):03}"

    def numbers_by_name(self, *names: str) -> dict[str, int]:
        return {name: self.next_number() for name in names}

    def summary(self) -> dict[str, Any]:
        return {**self.numbers_by_name("scored", "unscored", *BANDS), "mean": self.next_share()}

    def counts(self, **more: str) -> dict[str, Any]:
        had = self.numbers_by_name("objectives", "objectives_cancelled", "key_results", "key_results_cancelled")
        return {**more, **had, "key_result_scores": self.summary(), "objective_scores": {"mean": self.next_share()}}

    def kept_duties(self, **more: str) -> dict[str, Any]:
        return {
            **more,
            **self.numbers_by_name(*STATES),
            "adherence": self.next_share(),
            "streak": self.numbers_by_name("current", "longest"),
        }


def heading(kind: str, number: UniqueNumbers) -> dict[str, Any]:
    return {
        "report": kind,
        "cycle": {
            "id": "quarter",
            "name": "Q1",
            "starts_on": "2026-01-01",
            "ends_on": "2026-03-31",
            "state": "closed",
            "seal": {"position": number.next_number(), "digest": "d1ge57"},
        },
        "unit": {"id": "tech", "name": "Tech Innovations"},
        "position": number.next_number(),
        "evaluated_at": "2026-04-01T09:30:00Z",
        "effective_on": "2026-03-30",
        "zone": UTC,
        "ledger_root": "6b86b273",
        "policy": POLICY,
        "again": "/v1/reports/again?cycle=quarter",
        "names": NAMES,
    }


def retrospective() -> dict[str, Any]:
    n = UniqueNumbers()
    return {
        **heading("retrospective", n),
        "span": {
            "start": {"position": n.next_number(), "at": "2026-01-01T00:00:01Z"},
            "end": {"position": n.next_number(), "at": "2026-04-01T09:29:00Z"},
        },
        "counts": {
            "total": n.counts(),
            "levels": [n.counts(level="company"), n.counts(level="team")],
            "units": [n.counts(name="Tech", level="company"), n.counts(name="Lab", level="team")],
        },
        "commitments": [{"commitment": kind, **n.summary()} for kind in ("committed", "aspirational")],
        "scores": [_score(n, "First goal", "committed"), _score(n, "Second goal", "aspirational")],
        "unscored": [{"key_result_id": "k3", "title": "Never scored", "owner": None}],
        "moved": plan_changes(n),
        "confidence": _confidence(n),
        "entries": entries(n),
        "wins": {
            "check_ins": 3,
            "items": [_quoted_item("A first win", "Won it", measured_on="2026-02-02")],
            "more": n.next_number(),
        },
        "adherence": adherence(n),
        "health": health(n),
        "blockers": _blockers(n),
        "celebrations": [_quoted_item("First goal", "Hooray")],
        "reviews": [_review(n)],
        "what_worked": [_quoted_item("", "Pairing")],
        "what_did_not": [_quoted_item("", "Haste")],
        "lessons": [_quoted_item("", "Go slower")],
        "decisions": [decision("Hire", "open"), decision("Fire", "done", done_on="2026-03-03")],
        "earlier_decisions": [decision("Move", "overdue")],
        "findings": findings(n),
        "carried_over": {
            "decisions": [{"decision": "keep", "count": n.next_number()}, {"decision": "carry_over", "count": n.next_number()}],
            "undecided": n.next_number(),
            "wanted": [{"key_result_id": "k4", "title": "Wants to go on"}],
            "items": [{"origin": "k1", "origin_title": "Old hat", "key_result_id": "k9", "title": "New hat"}],
        },
        "alignment": {"start": _map(n, "went"), "end": _map(n, "came")},
    }


def digest(kind: str = "monthly") -> dict[str, Any]:
    n = UniqueNumbers()
    turned = {
        "owner": "ada",
        "before": n.next_share(),
        "after": n.next_share(),
        "health_before": "at_risk",
        "health": "on_track",
    }
    told = {
        **heading(kind, n),
        "since": {"position": n.next_number(), "at": "2026-03-01T00:00:00Z"},
        "progress": {
            "before": "0.51",
            "after": "0.62",
            "objectives": [{"objective_id": "o1", "title": "Goal", "unit_id": "tech", **turned}],
            "key_results": [_change_of_progress(n, name) for name in ("Number", "Other number")],
        },
        "moved": plan_changes(n),
        "due": [_due_item("Owed", "missed", "2026-03-27"), _due_item("Coming", "pending", "2026-04-03")],
        "not_on_track": [_not_on_track_item(n)],
        "unconfirmed": [{"alignment_id": "a1", "child": "Asking", "parent": "Asked", "capacity": "17.5"}],
        "blocked": _blockers(n)["items"][:1],
        "decisions": [decision("Hire", "open")],
        "celebrated": {
            "milestones": [{**_quoted_item("Halfway", ""), "share": "0.5"}],
            "wins": [_quoted_item("A first win", "Won it")],
            "remarks": [_quoted_item("Goal", "Hooray")],
            "more": {"milestones": 3, "wins": 4, "remarks": 5},
        },
    }
    return told if kind == "weekly" else told | _progress_state(n)


def _progress_state(n: UniqueNumbers) -> dict[str, Any]:
    units = [n.counts(name="Tech", level="company"), n.counts(name="Lab", level="team")]
    counts = {"total": n.counts(), "levels": [n.counts(level="team")], "units": units}
    over_time = {"over_time": _confidence(n)["over_time"]}
    parts = {"entries": entries(n), "adherence": adherence(n), "health": health(n), "findings": findings(n)}
    return {"counts": counts, "confidence": over_time, **parts}


def _change_of_progress(n: UniqueNumbers, title: str) -> dict[str, Any]:
    turn = {
        "before": n.next_share(),
        "after": n.next_share(),
        "confidence_before": n.next_share(),
        "confidence": n.next_share(),
    }
    return {"title": title, "owner": "ada", **turn, "health_before": "on_track", "health": "at_risk"}


def _due_item(title: str, state: str, day: str) -> dict[str, Any]:
    missed = [day] if state == "missed" else []
    return {"title": title, "owner": "ben", "state": state, "due_on": day, "next_due_on": "2026-04-03", "missed_on": missed}


def _not_on_track_item(n: UniqueNumbers) -> dict[str, Any]:
    health = {"effective": "off_track", "reported": "on_track", "computed": "off_track"}
    return {"title": "Slow", "owner": "mia", "progress": n.next_share(), "confidence": n.next_share(), **health}


def _score(n: UniqueNumbers, title: str, commitment: str) -> dict[str, Any]:
    numbers = {name: n.next_share() for name in ("progress", "score", "confidence", "error")}
    words = {"band": "partial", "decision": "carry_over", "root_cause": f"Why {title}", "wants_root_cause": False}
    whose = {"unit_id": "lab", "owner": "ben", "commitment": commitment, "after_end": True}
    return {"key_result_id": "k1", "title": title, "objective": f"Aim of {title}", **whose, **numbers, **words}


def plan_changes(n: UniqueNumbers) -> dict[str, Any]:
    kinds = ("target_moved", "key_result_dropped", "objective_added", "key_result_reassigned", "linked", "link_reweighted")
    items = [_change(n, kind) for kind in (*kinds, "deadline_moved")]
    counts = [{"kind": kind, "count": n.next_number()} for kind in (*kinds, "deadline_moved")]
    return {"count": n.next_number(), "kinds": counts, "items": items, "more": n.next_number()}


def _change(n: UniqueNumbers, kind: str) -> dict[str, Any]:
    when = {"position": n.next_number(), "recorded_at": "2026-02-05T10:00:00Z", "actor": "mia"}
    return {**when, "kind": kind, "direction": "harder", "sentence": f"Mia did {kind}.", "reason": f"Because of {kind}"}


def _confidence(n: UniqueNumbers) -> dict[str, Any]:
    bands = [("0", "0.2"), ("0.2", "0.4")]
    days = [{"day": day, "stated": n.next_number(), "mean": n.next_share()} for day in ("2026-01-09", "2026-01-16")]
    told = [
        {"from": low, "to": high, "compared": n.next_number(), "confidence": n.next_share(), "score": n.next_share()}
        for low, high in bands
    ]
    means = {"compared": n.next_number(), "mean_absolute_error": "0.31", "mean_difference": "-0.22"}
    return {"over_time": [{"day": "2026-01-02", "stated": 0, "mean": None}, *days], "calibration": {**means, "bands": told}}


def entries(n: UniqueNumbers) -> dict[str, Any]:
    sorts = ("after_end", "corrected", "retracted")
    return {
        "check_ins": n.next_number(),
        **{which: {"count": n.next_number(), "items": [_entry(n)], "more": n.next_number()} for which in sorts},
    }


def _entry(n: UniqueNumbers) -> dict[str, Any]:
    when = {"measured_on": "2026-03-01", "recorded_at": "2026-04-02T08:00:00Z", "position": n.next_number()}
    return {"title": "Put right", **when, "author": "ben"}


def adherence(n: UniqueNumbers) -> dict[str, Any]:
    days = [{"day": day, **n.numbers_by_name(*STATES)} for day in ("2026-01-09", "2026-01-16")] + [
        {"day": "2026-12-25", **dict.fromkeys(STATES, 0)}
    ]
    units = [n.kept_duties(unit_id="tech"), n.kept_duties(unit_id="lab")]
    return {"total": n.kept_duties(), "days": days, "units": units, "owners": [n.kept_duties(owner="ada")]}


def health(n: UniqueNumbers) -> dict[str, Any]:
    computed = ("on_track", "at_risk", "off_track", "pending")
    table = [{"reported": reported, **n.numbers_by_name(*computed)} for reported in ("on_track", None)]
    differ = [{"title": "Two minds", "reported": "on_track", "computed": "off_track"}]
    return {"table": table, "effective": n.numbers_by_name("on_track", "outdated"), "mismatches": differ}


def _blockers(n: UniqueNumbers) -> dict[str, Any]:
    item = {**_quoted_item("Stuck", "No steel"), "kind": "resource", "owner": "ada", "opened_at": "2026-02-01T00:00:00Z"}
    items = [{**item, "resolved_on": None, "state": "open", "age_days": n.next_number()}]
    items += [{**item, "text": "No staff", "resolved_on": "2026-02-20", "state": "resolved", "age_days": n.next_number()}]
    ages = {"mean_age_of_open": "12.5", "mean_age_of_resolved": "7.25"}
    return {**n.numbers_by_name("open", "resolved", "more"), **ages, "items": items}


def _review(n: UniqueNumbers) -> dict[str, Any]:
    adjustments = [n.next_number(), n.next_number()]
    whose = {"unit_id": "tech", "author": "ada", "participants": ["ben", "mia"]}
    return {"review_id": "r1", "kind": "quarterly", "held_on": "2026-03-28", **whose, "adjustments": adjustments}


def decision(text: str, state: str, *, done_on: str | None = None) -> dict[str, Any]:
    return {"text": text, "unit_id": "lab", "owner": "ben", "due_on": "2026-05-05", "done_on": done_on, "state": state}


def findings(n: UniqueNumbers) -> dict[str, Any]:
    codes = [{"code": "no_owner", "severity": "high", **n.numbers_by_name("at_start", "at_end")}]
    turned = {
        which: {
            "count": n.next_number(),
            "items": [{"code": "no_owner", "severity": "high", "sentence": f"It {which}."}],
            "more": n.next_number(),
        }
        for which in ("opened", "resolved")
    }
    return {"codes": codes, **turned}


def _map(n: UniqueNumbers, own: str) -> dict[str, Any]:
    goals = [_goal(n, "stays"), _goal(n, own)]
    link = {"id": f"link-{own}", "child_id": own, "parent_id": "p", "parent": f"Priority that {own}", "kind": "strategic"}
    links = [{**link, "state": "active", "weight": n.next_share(), "capacity": "3.5"}]
    return {"position": n.next_number(), "objectives": goals, "alignments": links}


def _goal(n: UniqueNumbers, id: str) -> dict[str, Any]:
    told = {
        "progress": n.next_share(),
        "health": "on_track",
        "score": n.next_share() if id == "came" else None,
        "key_results": 3,
    }
    return {
        "id": id,
        "title": f"Goal that {id}",
        "unit_id": "tech",
        "owner": "ada",
        "state": "agreed",
        "commitment": "committed",
        **told,
    }


def _quoted_item(title: str, text: str, **more: str) -> dict[str, Any]:
    return {"title": title, "unit_id": "lab", "author": "mia", "text": text, **more}
