"""The retrospective as a document: a summary, then a section for each part."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Document, Section
from projections.reports.alignment import DrawMap
from projections.reports.presentation import (
    adherence,
    alignment,
    blockers,
    carry_over,
    celebrations,
    check_in_entries,
    confidence,
    findings,
    formatting,
    health_comparison,
    plan_changes,
    reviews,
    scores,
)
from projections.reports.presentation.formatting import (
    Report,
    as_sentence,
    facts,
    format_count,
    format_share,
    report_time,
    with_shares,
)
from projections.text.phrases import join_with_and, pluralize

SPAN_LABELS = {"start": "Window from", "end": "Window to"}


def retrospective_document(report: Report, maps: Mapping[str, DrawMap]) -> Document:
    """`maps` are the alignment maps at the `start` and at the `end`, where they can be drawn."""
    report = with_shares(report)
    cycle, span = report["cycle"], report["span"]
    window = (
        (label, f"{report_time(report, span[name]['at'])}, position {span[name]['position']}")
        for name, label in SPAN_LABELS.items()
    )
    subtitle = f"{formatting.scope_phrase(report)}, {cycle['starts_on']} to {cycle['ends_on']}"
    sections, summary = tuple(_sections(report, maps)), tuple(_summary_sentences(report))
    return Document(
        f"Retrospective of {cycle['name']}", subtitle, (*facts(report), *window), sections, summary, report["shares"]
    )


def _sections(report: Report, maps: Mapping[str, DrawMap]) -> Iterator[Section]:
    yield from scores.sections(report)
    yield plan_changes.section(report)
    yield adherence.section(report)
    yield confidence.section(report)
    yield health_comparison.section(report)
    yield check_in_entries.section(report)
    yield blockers.section(report)
    yield celebrations.wins_section(report)
    yield from reviews.sections(report)
    yield alignment.section(report, maps)
    yield findings.section(report)
    yield carry_over.section(report)
    yield scores.unscored_section(report)
    yield formatting.policy_section(report)


def _summary_sentences(report: Report) -> Iterator[str]:
    total = report["counts"]["total"]
    scored = total["key_result_scores"]
    goals = f"{pluralize(total['objectives'], 'objective')} with {pluralize(total['key_results'], 'key result')}"
    yield f"{goals}, {scored['scored'] or 'none'} of them scored."
    if scored["scored"]:
        aim = (format_share(report, report["policy"]["aim"][end]) for end in ("low", "high"))
        bands = f"{scored['achieved']} achieved, {scored['partial']} partial, {scored['missed']} missed"
        yield f"Mean score {format_share(report, scored['mean'])} against an aim of {' to '.join(aim)}: {bands}."
    yield from _commitment_sentences(report)
    yield from _reliability_sentences(report)
    if report["moved"]["count"]:
        yield f"{pluralize(report['moved']['count'], 'change')} to goals, targets, owners and links after the start."
    scored = sum(item["after_end"] for item in report["scores"])
    after_end = {"score": scored, "check-in": report["entries"]["after_end"]["count"]}
    if any(after_end.values()):
        counts = join_with_and(pluralize(number, noun) for noun, number in after_end.items() if number)
        yield f"Recorded after the cycle's end: {counts}."


def _commitment_sentences(report: Report) -> Iterator[str]:
    for scored in report["commitments"]:
        if scored["commitment"] == "committed" and scored["scored"] > scored["in_full"]:
            yield f"{scored['scored'] - scored['in_full']} of {scored['scored']} committed key results scored below 1."
        if scored["commitment"] == "aspirational" and scored["too_safe"]:
            above = f"above {report['policy']['too_safe']} (target too easy)"
            yield f"{scored['too_safe']} of {scored['scored']} aspirational key results scored {above}."


def _reliability_sentences(report: Report) -> Iterator[str]:
    calibration, duties, counts = report["confidence"]["calibration"], report["adherence"]["total"], report["blockers"]
    if calibration["compared"]:
        error = format_share(report, calibration["mean_absolute_error"])
        yield f"The last confidence differed from the score by {error} on average."
    if duties["adherence"] is not None:
        due = duties["on_time"] + duties["late"] + duties["missed"]
        on_time = f"{duties['on_time']} of {pluralize(due, 'due check-in')}"
        yield f"{on_time} came on time (adherence {format_share(report, duties['adherence'])})."
    if counts["open"] or counts["resolved"]:
        yield as_sentence(f"{format_count(counts['open'], 'blocker')} open, {counts['resolved']} resolved")
