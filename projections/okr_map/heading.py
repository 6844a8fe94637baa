"""The heading of the map: organisation, moment, vision and mission, and the number of objectives in each health."""

from collections import Counter

from projections.okr_map.map_model import MapModel
from projections.okr_map.palette import TEXT_STYLES
from projections.okr_map.primitives import HealthIcon, Mark, Text
from projections.text import labels
from projections.text.text_metrics import wrap_text

NO_OBJECTIVES = "There are no objectives to show"


def describe_moment(model: MapModel) -> str:
    """The day and the position of the map, and whether later events can change it."""
    graph = model.graph
    day = f"OKR map of {graph['effective_on']}, at position {graph['position']} of the log"
    return day if graph["final"] else f"{day}, not final"


def count_healths(model: MapModel) -> list[tuple[str, int]]:
    """The number of objectives in each health that occurs."""
    counted = Counter(labels.effective_health(objective) for objective in model.objectives.values())
    return [(health, counted[health]) for health in labels.HEALTH_LABELS if counted[health]]


def vision_and_mission(model: MapModel) -> list[str]:
    top = model.top_unit or {}
    texts = {name: labels.single_line(top.get(name)) for name in ("vision", "mission")}
    return [f"{name.capitalize()}: {text}" for name, text in texts.items() if text]


def build_heading(model: MapModel, x: float, y: float, width: float) -> tuple[list[Mark], float]:
    """The marks of the heading, and the y of its lower end."""
    marks = list[Mark]()
    paragraphs = [(model.name, "name", 2), (describe_moment(model), "moment", 2)]
    paragraphs += [(line, "vision", 3) for line in vision_and_mission(model)]
    for text, type, max_lines in paragraphs:
        style = TEXT_STYLES[type]
        for line in wrap_text(text, width, style.size, most=max_lines, bold=style.bold):
            y += style.leading
            marks.append(Text(x, y - 8, line, type, width))
    y += 20
    for health, count in count_healths(model):
        counted = Text(x + 22, y + 5, f"{count} {labels.HEALTH_LABELS[health].lower()}", "tally", width)
        marks += [HealthIcon(x + 8, y, health, 16), counted]
        x += counted.width + 46
    if not model.objectives:
        marks.append(Text(x, y + 30, f"{NO_OBJECTIVES}.", "empty", width))
        y += 40
    return marks, y + 16
