"""The quarterly retrospective as a document: what it came to first, then what each number rests on."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Document, Section
from projections.reports.presentation import adherence, alignment, blockers, plan_changes, scores, status
from projections.reports.presentation.formatting import Report, as_sentence, facts, format_count, format_share, policy_section
from projections.text.phrases import join_with_and, pluralize

SPAN_LABELS = ("Looks from", "Looks to")


def retrospective_document(report: Report, maps: Mapping[str, str]) -> Document:
    """`maps` are pictures of the alignment map at the `start` and at the `end`, where they could be drawn."""
    whose = f"{report['unit']['name']} and what lies below it" if report["unit"] else "Everybody"
    title = f"Retrospective of {report['cycle']['name']}"
    subtitle = f"{whose}, {report['cycle']['starts_on']} to {report['cycle']['ends_on']}"
    between = (
        (name, f"{at['at']}, position {at['position']}") for name, at in zip(SPAN_LABELS, report["span"].values(), strict=True)
    )
    return Document(
        title, subtitle, (*facts(report), *between), tuple(_sections(report, maps)), tuple(_summary_sentences(report))
    )


def _sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    yield from scores.sections(report)
    yield plan_changes.section(report)
    yield adherence.adherence_section(report)
    yield adherence.confidence_section(report)
    yield status.health_section(report)
    yield status.entries_section(report)
    yield from blockers.sections(report)
    yield from alignment.sections(report, maps)
    yield policy_section(report)


def _summary_sentences(report: Report) -> Iterator[str]:
    total = report["counts"]["total"]
    marks = total["key_result_scores"]
    had = f"{pluralize(total['objectives'], 'objective')} with {pluralize(total['key_results'], 'key result')}"
    yield f"{had}, {marks['scored'] or 'none'} of them scored."
    if marks["scored"]:
        bands = f"{marks['achieved']} achieved, {marks['partial']} partial, {marks['missed']} missed"
        yield f"Mean score {format_share(marks['mean'])} against an aim of {_aim_range(report)}: {bands}."
    yield from _commitment_sentences(report)
    yield from _reliability_sentences(report)
    if report["moved"]["count"]:
        yield f"{pluralize(report['moved']['count'], 'change')} to goals, targets, hands and links after the start."
    yield from _late_sentence(report)


def _commitment_sentences(report: Report) -> Iterator[str]:
    for each in report["commitments"]:
        if each["commitment"] == "committed" and each["scored"] > each["in_full"]:
            yield f"{each['scored'] - each['in_full']} of {each['scored']} committed key results fell short of 1."
        if each["commitment"] == "aspirational" and each["too_safe"]:
            above = f"above {report['policy']['too_safe']}: aimed too low"
            yield f"{each['too_safe']} of {each['scored']} aspirational key results scored {above}."


def _reliability_sentences(report: Report) -> Iterator[str]:
    calibration = report["confidence"]["calibration"]
    if calibration["compared"]:
        yield f"Confidence was off the score by {format_share(calibration['mean_absolute_error'])} on average."
    kept = report["adherence"]["total"]
    if kept["adherence"] is not None:
        due = kept["on_time"] + kept["late"] + kept["missed"]
        yield f"{kept['on_time']} of {pluralize(due, 'check-in')} due came on time ({format_share(kept['adherence'])})."
    counts = report["blockers"]
    if counts["open"] or counts["resolved"]:
        yield f"{as_sentence(format_count(counts['open'], 'blocker'))[:-1]} still open, {counts['resolved']} resolved."


def _late_sentence(report: Report) -> Iterator[str]:
    late = {"score": sum(item["late"] for item in report["scores"]), "check-in": report["entries"]["late"]["count"]}
    if any(late.values()):
        yield f"{join_with_and(pluralize(number, noun) for noun, number in late.items() if number)} came after the cycle's end."


def _aim_range(report: Report) -> str:
    aim = report["policy"]["aim"]
    return f"{format_share(aim['low'])} to {format_share(aim['high'])}"
