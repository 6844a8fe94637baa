"""Renders changes as a Markdown report, grouped by kind, with their effects and the net difference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from okr_events.json_types import Json, JsonObject
from projections.documents.markdown_escaping import escape_line
from projections.text.labels import humanize
from projections.text.rounding import Rounding

DECIMAL_PLACES = 4


def render(answer: JsonObject) -> str:
    """Progress is rounded to four places, or to more that tell two numbers apart; the texts of people are escaped."""
    page = Rounding(_iterate_progress(answer["items"]))
    parts = (_render_header(answer), _render_summary(answer["summary"]), _render_kinds(answer, page), _render_net(answer))
    return "".join(f"{line}\n" for part in parts for line in part)


def _iterate_progress(items: Iterable[JsonObject]) -> Iterator[Decimal]:
    for item in items:
        for change in filter(None, (item["progress"], *item["effects"])):
            yield from (Decimal(value) for value in (change["before"], change["after"]) if value is not None)


def _render_header(answer: JsonObject) -> Iterator[str]:
    yield f"# Changes from {_format_moment(answer['from'])} to {_format_moment(answer['to'])}"
    yield ""
    if answer["next"]:
        yield f"This page is not the last: more changes follow after position {answer['next']}."
        yield ""


def _format_moment(moment: JsonObject) -> str:
    return f"{moment['evaluated_at']} (position {moment['position']})"


def _render_summary(summary: JsonObject) -> Iterator[str]:
    yield "| Change | Number |"
    yield "|---|---:|"
    for kind, count in summary["kinds"].items():
        yield f"| {_humanize(kind)} | {count} |"
    yield f"| **All changes** | **{summary['changes']}** |"
    yield ""
    left_out = (f"{count} {name.replace('_', '-')}" for name, count in summary["left_out"].items())
    yield f"Not listed because they change no plan: {', '.join(left_out)}."


def _render_kinds(answer: JsonObject, page: Rounding) -> Iterator[str]:
    by_kind: dict[str, list[JsonObject]] = defaultdict(list)
    for item in answer["items"]:
        by_kind[item["kind"]].append(item)
    for kind in sorted(by_kind):
        yield from ("", f"## {_humanize(kind)}", "")
        for item in by_kind[kind]:
            yield from _render_item(item, page)


def _render_item(item: JsonObject, page: Rounding) -> Iterator[str]:
    yield f"- {escape_line(item['sentence'])}"
    actor = escape_line(item["actor_name"] or item["actor"])
    yield f"  {item['recorded_at']}, position {item['position']}, by {actor}"
    if item["reason"]:
        yield f"  — reason: {escape_line(item['reason'])}"
    if item["progress"]:
        yield f"  - key result: {_format_before_after(item['progress'], page)}"
    for effect in item["effects"]:
        yield f"  - “{escape_line(effect['title'])}”: {_format_before_after(effect, page)}"
    if item["more_effects"]:
        yield f"  - and {item['more_effects']} more"


def _render_net(answer: JsonObject) -> Iterator[str]:
    if answer["net"]:
        yield from ("", "## Net difference", "")
    for change in answer["net"]:
        yield f"- {_humanize(change['subject']['type'])} “{escape_line(change['subject']['title'])}”"
        for name, values in change["fields"].items():
            before, after = (_format_value(values[side], answer["names"]) for side in ("before", "after"))
            yield f"  - {escape_line(name)}: {before} → {after}"


def _humanize(name: str) -> str:
    return escape_line(humanize(name))


def _format_value(value: Json, names: JsonObject) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_format_value(part, names) for part in value) or "none"
        case {"kind": kind, "text": text}:
            return f"{_humanize(kind)}: {escape_line(text)}"
    return escape_line(names.get(value, value) if isinstance(value, str) else str(value))


def _format_before_after(change: JsonObject, page: Rounding) -> str:
    return f"{_format_progress(change['before'], page)} → {_format_progress(change['after'], page)}"


def _format_progress(value: str | None, page: Rounding) -> str:
    return "none" if value is None else page.brief(Decimal(value), DECIMAL_PLACES)
