"""Heading: whose map it is, of which day and position, what the organisation is for, and a tally of health."""

from collections import Counter

from projections.okr_map.map_model import MapModel
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import HealthIcon, Mark, Text
from projections.text import words
from projections.text.text_metrics import wrap_text


def describe_moment(contents: MapModel) -> str:
    """The day and position of the map in words."""
    answer = contents.answer
    day = f"OKR map of {answer['effective_on']}, at position {answer['position']} of the log"
    return day if answer["final"] else f"{day}, open to further events"


def count_healths(contents: MapModel) -> list[tuple[str, int]]:
    """How many objectives are in each health, those that occur."""
    counted = Counter(words.effective_health(each) for each in contents.objectives.values())
    return [(health, counted[health]) for health in words.HEALTH_LABELS if counted[health]]


def vision_and_mission(contents: MapModel) -> list[str]:
    """The vision and the mission in the organisation's own words."""
    top = contents.top_unit or {}
    said = [("Vision", words.single_line(top.get("vision"))), ("Mission", words.single_line(top.get("mission")))]
    return [f"{name}: {text}" for name, text in said if text]


def build_heading(contents: MapModel, x: float, y: float, room: float) -> tuple[list[Mark], float]:
    """The heading's marks, and where it ends."""
    marks = list[Mark]()
    told = [(contents.name, "name", 2), (describe_moment(contents), "moment", 2)]
    told += [(line, "vision", 3) for line in vision_and_mission(contents)]
    for text, type, most in told:
        style = TEXT_STYLES[type]
        for line in wrap_text(text, room, style.size, most=most, bold=style.bold):
            y += style.leading
            marks.append(Text(x, y - 8, line, type, room))
    y += 20
    for health, count in count_healths(contents):
        counted = Text(x + 22, y + 5, f"{count} {words.HEALTH_LABELS[health].lower()}", "tally", room)
        marks += [HealthIcon(x + 8, y, health, 16), counted]
        x += counted.width + 46
    if not contents.objectives:
        marks.append(Text(x, y + 30, "There are no objectives to show.", "empty", room))
        y += 40
    return marks, y + 16
