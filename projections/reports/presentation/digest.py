"""The weekly digest and the monthly report as documents, short enough to read in a meeting."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Document, Section
from projections.reports.alignment import DrawMap
from projections.reports.presentation import (
    adherence,
    blockers,
    celebrations,
    check_in_entries,
    confidence,
    findings,
    formatting,
    health_comparison,
    plan_changes,
    progress_and_health,
    reviews,
    scores,
)
from projections.reports.presentation.formatting import (
    Report,
    as_sentence,
    facts,
    format_count,
    format_share,
    report_day,
    report_time,
    with_shares,
)
from projections.text.phrases import pluralize


def weekly_document(report: Report, _: Mapping[str, DrawMap] | None = None) -> Document:
    report = with_shares(report)
    return _build_document(report, "Weekly digest", (*_attention_sections(report), formatting.source_section(report)))


def monthly_document(report: Report, _: Mapping[str, DrawMap] | None = None) -> Document:
    report = with_shares(report)
    sections = (*_attention_sections(report), *_status_sections(report), formatting.policy_section(report))
    return _build_document(report, "Monthly report", sections)


def _build_document(report: Report, title: str, sections: tuple[Section, ...]) -> Document:
    since = report["since"]
    days = f"since {report_day(report, since['at'])}, as of {report_day(report, report['evaluated_at'])}"
    unit = report["unit"]["name"] if report["unit"] else "all units"
    window = ("Since", f"{report_time(report, since['at'])}, position {since['position']}")
    subtitle, summary = f"{report['cycle']['name']}, {unit}: {days}", tuple(_summary_sentences(report))
    return Document(title, subtitle, (*facts(report), window), sections, summary, report["shares"])


def _attention_sections(report: Report) -> Iterator[Section]:
    yield progress_and_health.progress_section(report)
    yield plan_changes.section(report, highlights=True)
    yield adherence.due_section(report)
    yield progress_and_health.not_on_track_section(report)
    yield blockers.open_section(report)
    yield progress_and_health.dependencies_section(report)
    yield reviews.open_decisions_section(report)
    yield celebrations.section(report)


def _status_sections(report: Report) -> Iterator[Section]:
    yield scores.results_section(report)
    yield adherence.section(report)
    yield Section("confidence", "Confidence", (confidence.over_time_chart(report),), ())
    yield health_comparison.section(report)
    yield check_in_entries.section(report)
    yield findings.section(report)


def _summary_sentences(report: Report) -> Iterator[str]:
    yield _progress_sentence(report)
    off = format_count(len(report["not_on_track"]), "key result")
    missed = format_count(sum(item["state"] == "missed" for item in report["due"]), "check-in")
    open_blockers = format_count(len(report["blocked"]), "blocker")
    yield as_sentence(f"{off} not on track, {missed} missed, {open_blockers} open")
    items, more = report["celebrated"], report["celebrated"]["more"]
    nouns = {"milestones": "milestone", "wins": "win", "remarks": "comment"}
    counts = [pluralize(number, noun) for name, noun in nouns.items() if (number := len(items[name]) + more[name])]
    if counts:
        yield f"To celebrate: {', '.join(counts)}."


def _progress_sentence(report: Report) -> str:
    progress = report["progress"]
    if progress["after"] is None:
        return "There are no objectives yet."
    before, after = (format_share(report, progress[name]) for name in ("before", "after"))
    if progress["before"] == progress["after"]:
        return f"Mean progress of the objectives: {after}, unchanged."
    return f"Mean progress of the objectives: {after}, before: {before}."
