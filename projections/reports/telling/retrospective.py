"""The quarterly retrospective as a document: what it came to first, then what each number rests on."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Document, Section
from projections.reports.telling import ahead, goals, looking, movements, rhythm, standing
from projections.reports.telling.words import Report, facts, rules, share
from projections.wording import counted


def document(report: Report, maps: Mapping[str, str]) -> Document:
    """`maps` are pictures of the alignment map at the `start` and at the `end`, where they could be drawn."""
    whose = report["unit"]["name"] if report["unit"] else "everybody"
    title = f"Retrospective of {report['cycle']['name']}"
    subtitle = f"{whose}, {report['cycle']['starts_on']} to {report['cycle']['ends_on']}"
    return Document(title, subtitle, facts(report), tuple(_sections(report, maps)), tuple(_summary(report)))


def _sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    yield from goals.sections(report)
    yield movements.section(report)
    yield from rhythm.sections(report)
    yield standing.health(report)
    yield from looking.sections(report)
    yield from ahead.sections(report, maps)
    yield rules(report)


def _summary(report: Report) -> Iterator[str]:
    total = report["counts"]["total"]
    scores, objectives = total["key_result_scores"], counted(total["objectives"], "objective")
    yield f"{objectives} with {counted(total['key_results'], 'key result')}, {scores['scored']} of them scored."
    if scores["scored"]:
        bands = f"{scores['achieved']} achieved, {scores['partial']} partial, {scores['missed']} missed"
        yield f"Mean score {_two(scores['mean'])} against an aim of {_aim(report)}: {bands}."
    yield from _commitments(report)
    calibration = report["confidence"]["calibration"]
    if calibration["compared"]:
        yield f"Confidence was off the score by {_three(calibration['mean_absolute_error'])} on average."
    yield from _rhythm(report)
    yield f"{counted(report['moved']['count'], 'change')} to goals, targets, hands and links after the start."
    late = sum(item["late"] for item in report["scores"])
    yield f"{counted(late, 'score')} and {counted(report['entries']['late']['count'], 'check-in')} came after the cycle's end."
    if report["unscored"]:
        yield f"{counted(len(report['unscored']), 'key result')} without a score."


def _commitments(report: Report) -> Iterator[str]:
    for each in report["commitments"]:
        if each["commitment"] == "committed" and each["scored"] > each["in_full"]:
            yield f"{each['scored'] - each['in_full']} of {each['scored']} committed key results fell short of 1."
        if each["commitment"] == "aspirational" and each["too_safe"]:
            above = f"above {report['policy']['too_safe']}"
            yield f"{each['too_safe']} of {each['scored']} aspirational key results scored {above}: they were too safe."


def _rhythm(report: Report) -> Iterator[str]:
    kept = report["adherence"]["total"]
    if kept["adherence"] is not None:
        yield f"{_two(kept['adherence'])} of the check-ins due came on time."
    blockers = report["blockers"]
    if blockers["open"] or blockers["resolved"]:
        yield f"{counted(blockers['open'], 'blocker')} still open, {blockers['resolved']} resolved."


def _aim(report: Report) -> str:
    aim = report["policy"]["aim"]
    return f"{_two(aim['low'])} to {_two(aim['high'])}"


def _two(number: str) -> str:
    return f"{share(number):.2f}"


def _three(number: str) -> str:
    return f"{share(number):.3f}"
