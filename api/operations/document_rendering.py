"""Renders documents and large maps in child processes, within the limits of the settings."""

from functools import cache
from types import ModuleType

from api.operations.settings import load_settings
from okr_events.json_types import JsonObject
from projections.documents.document import Document
from projections.documents.render_process import RenderQueue

SMALL_MAP = 100
"""Objectives and links that are drawn faster than a process starts."""


def render(form: ModuleType, content: Document | JsonObject) -> bytes:
    """The content as the module `form` renders it, in its turn. Raises what `RenderQueue.render` raises."""
    return render_queue().render(form, content)


def render_map(form: ModuleType, graph: JsonObject) -> str:
    """The map as the module `form` renders it: a small one at once, a large one like a document."""
    if len(graph["objectives"]) + len(graph["alignments"]) > SMALL_MAP:
        return render(form, graph).decode()
    text: str = form.render(graph)
    return text


@cache
def render_queue() -> RenderQueue:
    """The queue of this process."""
    return RenderQueue(load_settings().render_limits)
