"""The weekly digest and the monthly report as documents: short enough to read in a meeting."""

from collections.abc import Iterator
from typing import Any

from projections.documents.document import Document, Section
from projections.reports.presentation import adherence, attention, plan_changes, progress, scores, status
from projections.reports.presentation.formatting import (
    Report,
    as_sentence,
    facts,
    format_count,
    format_share,
    policy_section,
    source_section,
    utc_day,
)
from projections.text.phrases import pluralize


def weekly_document(report: Report, _: Any = None) -> Document:
    return _build_document(report, "Weekly digest", (*_attention_sections(report), source_section(report)))


def monthly_document(report: Report, _: Any = None) -> Document:
    return _build_document(
        report, "Monthly report", (*_attention_sections(report), *_status_sections(report), policy_section(report))
    )


def _build_document(report: Report, title: str, sections: tuple[Section, ...]) -> Document:
    whose = report["unit"]["name"] if report["unit"] else "everybody"
    since = (
        f"{report['cycle']['name']}, {whose}: since {utc_day(report['since']['at'])}, as of {utc_day(report['evaluated_at'])}"
    )
    back = ("Since", f"{report['since']['at']}, position {report['since']['position']}")
    return Document(title, since, (*facts(report), back), sections, tuple(_summary_sentences(report)))


def _attention_sections(report: Report) -> Iterator[Section]:
    yield progress.section(report)
    yield plan_changes.digest_section(report)
    yield from attention.sections(report)


def _status_sections(report: Report) -> Iterator[Section]:
    yield scores.counts_section(report)
    yield adherence.adherence_section(report)
    yield Section("confidence", "Confidence", (status.confidence_chart(report),), ())
    yield status.health_section(report)
    yield status.entries_section(report)
    yield status.findings_section(report)


def _summary_sentences(report: Report) -> Iterator[str]:
    yield _progress_sentence(report)
    at_risk = format_count(len(report["at_risk"]), "key result")
    missed = format_count(sum(item["state"] == "missed" for item in report["due"]), "check-in")
    blockers = format_count(len(report["blocked"]), "blocker")
    yield as_sentence(f"{at_risk} at risk, {missed} missed, {blockers} open")
    glad = report["celebrated"]
    counts = {noun: len(glad[f"{noun}s"]) + glad["more"][f"{noun}s"] for noun in ("milestone", "win", "remark")}
    if any(counts.values()):
        yield f"To celebrate: {', '.join(pluralize(number, noun) for noun, number in counts.items() if number)}."


def _progress_sentence(report: Report) -> str:
    before, after = (format_share(report["progress"][when]) for when in ("before", "after"))
    if after == "none":
        return "There is no objective yet."
    if before == after:
        return f"Mean progress of the objectives stayed at {after}."
    return f"Mean progress of the objectives: {after}, before {before}."
