"""The changes between two positions, as facts told them."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from projections.changes.change_report import ChangePage, ChangeReport
from projections.changes.change_window import ChangeWindow
from projections.queries.scope import Scope
from tests.projections.graph_strategies import BatchRecorder


@pytest.fixture
def read_changes(views: Any, reader: Any) -> Callable[..., Any]:
    """Show a page of the changes after one position and up to another, or up to now."""

    def read(show: Callable[[ChangePage], Any], earlier: int, later: int | None = None, **how: Any) -> Any:
        place = {"after": how.pop("after", 0), "limit": how.pop("limit", 200)}
        moments = reader.moment(earlier), reader.moment(later, on=how.pop("on", None))
        with views.connect() as connection:
            return show(ChangeReport(connection, views.mapper, ChangeWindow(connection, *moments, Scope(**how))).page(**place))

    return read


@pytest.fixture
def page(read_changes: Callable[..., Any]) -> Callable[..., ChangePage]:
    return partial(read_changes, lambda page: page)


@pytest.fixture
def changes(read_changes: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The same as answers show it; words are sealed and people have no names."""
    return partial(read_changes, lambda page: page.as_dict(page.facts, {}))


@pytest.fixture
def record_graph(okrs: Any, intent: Any, record: Any) -> Callable[..., str]:
    """Record a graph and give the name of its cycle and unit."""
    batch, number = BatchRecorder(okrs, intent), count()

    def record(drawn: Any, order: int = 0) -> str:
        name = f"graph {next(number)}"
        batch.record_graph(name, drawn, order)
        return name

    return record


@pytest.fixture
def effects(page: Callable[..., ChangePage]) -> Callable[..., dict[str, tuple[Any, Any]]]:
    """What the fact at a position did, by the titles of objectives, the nearest first."""

    def of(position: int, **how: Any) -> dict[str, tuple[Any, Any]]:
        [change] = page(position - 1, position, **how).items
        return {effect.title: (effect.before, effect.after) for effect in change.effects}

    return of
