"""The weekly digest and the monthly report as documents: short enough to read in a meeting."""

from collections.abc import Iterator
from typing import Any

from projections.documents.document import Document, Section
from projections.reports.presentation import adherence, attention, plan_changes, progress, scores, status
from projections.reports.presentation.formatting import Report, day, facts, rules, sentence, some, source, two
from projections.text.phrases import counted


def weekly(report: Report, _: Any = None) -> Document:
    return _document(report, "Weekly digest", (*_attention(report), source(report)))


def monthly(report: Report, _: Any = None) -> Document:
    return _document(report, "Monthly report", (*_attention(report), *_standing(report), rules(report)))


def _document(report: Report, title: str, sections: tuple[Section, ...]) -> Document:
    whose = report["unit"]["name"] if report["unit"] else "everybody"
    since = f"{report['cycle']['name']}, {whose}: since {day(report['since']['at'])}, as of {day(report['evaluated_at'])}"
    back = ("Since", f"{report['since']['at']}, position {report['since']['position']}")
    return Document(title, since, (*facts(report), back), sections, tuple(_summary(report)))


def _attention(report: Report) -> Iterator[Section]:
    yield progress.section(report)
    yield plan_changes.news(report)
    yield from attention.sections(report)


def _standing(report: Report) -> Iterator[Section]:
    yield scores.counts(report)
    yield adherence.adherence(report)
    yield Section("confidence", "Confidence", (status.confidence(report),), ())
    yield status.health(report)
    yield status.entries(report)
    yield status.findings(report)


def _summary(report: Report) -> Iterator[str]:
    yield _progress(report)
    risk, missed = len(report["at_risk"]), sum(item["state"] == "missed" for item in report["due"])
    blocked = len(report["blocked"])
    yield sentence(f"{some(risk, 'key result')} at risk, {some(missed, 'check-in')} missed, {some(blocked, 'blocker')} open")
    glad = report["celebrated"]
    counts = {noun: len(glad[f"{noun}s"]) + glad["more"][f"{noun}s"] for noun in ("milestone", "win", "remark")}
    if any(counts.values()):
        yield f"To celebrate: {', '.join(counted(number, noun) for noun, number in counts.items() if number)}."


def _progress(report: Report) -> str:
    before, after = (two(report["progress"][when]) for when in ("before", "after"))
    if after == "none":
        return "There is no objective yet."
    if before == after:
        return f"Mean progress of the objectives stayed at {after}."
    return f"Mean progress of the objectives: {after}, before {before}."
