"""The quarterly retrospective as a document: what it came to first, then what each number rests on."""

from collections.abc import Iterator, Mapping

from projections.documents.document import Document, Section
from projections.reports.telling import ahead, goals, looking, movements, rhythm, standing
from projections.reports.telling.words import Report, facts, rules, sentence, some, two
from projections.wording import counted, listed

ENDS = ("Looks from", "Looks to")


def document(report: Report, maps: Mapping[str, str]) -> Document:
    """`maps` are pictures of the alignment map at the `start` and at the `end`, where they could be drawn."""
    whose = f"{report['unit']['name']} and what lies below it" if report["unit"] else "Everybody"
    title = f"Retrospective of {report['cycle']['name']}"
    subtitle = f"{whose}, {report['cycle']['starts_on']} to {report['cycle']['ends_on']}"
    between = ((name, f"{at['at']}, position {at['position']}") for name, at in zip(ENDS, report["span"].values(), strict=True))
    return Document(title, subtitle, (*facts(report), *between), tuple(_sections(report, maps)), tuple(_summary(report)))


def _sections(report: Report, maps: Mapping[str, str]) -> Iterator[Section]:
    yield from goals.sections(report)
    yield movements.section(report)
    yield rhythm.adherence(report)
    yield rhythm.confidence(report)
    yield standing.health(report)
    yield standing.entries(report)
    yield from looking.sections(report)
    yield from ahead.sections(report, maps)
    yield rules(report)


def _summary(report: Report) -> Iterator[str]:
    total = report["counts"]["total"]
    scores = total["key_result_scores"]
    had = f"{counted(total['objectives'], 'objective')} with {counted(total['key_results'], 'key result')}"
    yield f"{had}, {scores['scored'] or 'none'} of them scored."
    if scores["scored"]:
        bands = f"{scores['achieved']} achieved, {scores['partial']} partial, {scores['missed']} missed"
        yield f"Mean score {two(scores['mean'])} against an aim of {_aim(report)}: {bands}."
    yield from _commitments(report)
    yield from _kept(report)
    if report["moved"]["count"]:
        yield f"{counted(report['moved']['count'], 'change')} to goals, targets, hands and links after the start."
    yield from _late(report)


def _commitments(report: Report) -> Iterator[str]:
    for each in report["commitments"]:
        if each["commitment"] == "committed" and each["scored"] > each["in_full"]:
            yield f"{each['scored'] - each['in_full']} of {each['scored']} committed key results fell short of 1."
        if each["commitment"] == "aspirational" and each["too_safe"]:
            above = f"above {report['policy']['too_safe']}: aimed too low"
            yield f"{each['too_safe']} of {each['scored']} aspirational key results scored {above}."


def _kept(report: Report) -> Iterator[str]:
    calibration = report["confidence"]["calibration"]
    if calibration["compared"]:
        yield f"Confidence was off the score by {two(calibration['mean_absolute_error'])} on average."
    kept = report["adherence"]["total"]
    if kept["adherence"] is not None:
        due = kept["on_time"] + kept["late"] + kept["missed"]
        yield f"{kept['on_time']} of {counted(due, 'check-in')} due came on time ({two(kept['adherence'])})."
    blockers = report["blockers"]
    if blockers["open"] or blockers["resolved"]:
        yield f"{sentence(some(blockers['open'], 'blocker'))[:-1]} still open, {blockers['resolved']} resolved."


def _late(report: Report) -> Iterator[str]:
    late = {"score": sum(item["late"] for item in report["scores"]), "check-in": report["entries"]["late"]["count"]}
    if any(late.values()):
        yield f"{listed(counted(number, noun) for noun, number in late.items() if number)} came after the cycle's end."


def _aim(report: Report) -> str:
    aim = report["policy"]["aim"]
    return f"{two(aim['low'])} to {two(aim['high'])}"
