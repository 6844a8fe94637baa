"""The changes as a report in Markdown: by kind, each with its sentence, who, when, why and what it did to the numbers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from projections.documents.markdown_escaping import escaped

PLACES = 4
Told = Mapping[str, Any]


def written(answer: Told) -> str:
    """Progress is rounded to four places; what people wrote is never markup."""
    return "\n".join([*_head(answer), *_summary(answer["summary"]), *_kinds(answer), *_net(answer)]) + "\n"


def _head(answer: Told) -> Iterator[str]:
    yield f"# Changes from {_moment(answer['from'])} to {_moment(answer['to'])}"
    yield ""
    if answer["next"]:
        yield f"This is a part of them: more follow after position {answer['next']}."
        yield ""


def _moment(moment: Told) -> str:
    return f"{moment['evaluated_at']} (position {moment['position']})"


def _summary(summary: Told) -> Iterator[str]:
    yield "| Change | Number |"
    yield "|---|---:|"
    for kind, count in summary["kinds"].items():
        yield f"| {_words(kind)} | {count} |"
    yield f"| **All changes** | **{summary['changes']}** |"
    yield ""
    left_out = (f"{count} {name.replace('_', '-')}" for name, count in summary["left_out"].items())
    yield f"Left out, because they change no plan: {', '.join(left_out)}."


def _kinds(answer: Told) -> Iterator[str]:
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for item in answer["items"]:
        by_kind[item["kind"]].append(item)
    for kind in sorted(by_kind):
        yield from ("", f"## {_words(kind)}", "")
        for item in by_kind[kind]:
            yield from _item(item)


def _item(item: Told) -> Iterator[str]:
    yield f"- {escaped(item['sentence'])}"
    yield f"  {item['recorded_at']}, position {item['position']}, by {escaped(item['actor_name'] or item['actor'])}"
    if item["reason"]:
        yield f"  — reason: {escaped(item['reason'])}"
    if item["progress"]:
        yield f"  - the key result itself: {_turn(item['progress'])}"
    for effect in item["effects"]:
        yield f"  - “{escaped(effect['title'])}”: {_turn(effect)}"
    if item["more_effects"]:
        yield f"  - and {item['more_effects']} more"


def _net(answer: Told) -> Iterator[str]:
    if answer["net"]:
        yield from ("", "## Net difference", "")
    for each in answer["net"]:
        yield f"- {_words(each['subject']['type'])} “{escaped(each['subject']['title'])}”"
        for name, turn in each["fields"].items():
            before, after = (_value(turn[side], answer["names"]) for side in ("before", "after"))
            yield f"  - {escaped(name)}: {before} → {after}"


def _words(name: str) -> str:
    return escaped(name.replace("_", " ").capitalize())


def _value(value: Any, names: Told) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_value(part, names) for part in value) or "none"
        case {"kind": kind, "text": text}:
            return f"{_words(kind)}: {escaped(text)}"
    return escaped(names.get(value, value) if isinstance(value, str) else str(value))


def _turn(turn: Told) -> str:
    return f"{_share(turn['before'])} → {_share(turn['after'])}"


def _share(value: str | None) -> str:
    return "nothing" if value is None else format(round(Decimal(value), PLACES).normalize(), "f")
