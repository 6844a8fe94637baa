"""Fixtures that read the changes between two positions."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from projections.changes.change_report import ChangePage, read_change_page
from projections.changes.change_window import ChangeWindow
from projections.queries.scope import Scope
from tests.projections.graph_strategies import BatchRecorder


@pytest.fixture
def read_changes(views: Any, reader: Any) -> Callable[..., Any]:
    """Applies `show` to a page of the changes between two positions, by default up to now."""

    def read(show: Callable[[ChangePage], Any], earlier: int, later: int | None = None, **how: Any) -> Any:
        place = {"after": how.pop("after", 0), "limit": how.pop("limit", 200)}
        moments = reader.moment(earlier), reader.moment(later, on=how.pop("on", None))
        with views.connect() as connection:
            window = ChangeWindow(connection, *moments, Scope(**how))
            return show(read_change_page(connection, views.mapper, window, **place))

    return read


@pytest.fixture
def page(read_changes: Callable[..., Any]) -> Callable[..., ChangePage]:
    return partial(read_changes, lambda page: page)


@pytest.fixture
def changes(read_changes: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The same, serialized with encrypted texts and without names of people."""
    return partial(read_changes, lambda page: page.as_dict(page.facts, {}))


@pytest.fixture
def record_graph(okrs: Any, intent: Any, record: Any) -> Callable[..., str]:
    """Records a graph and returns the name of its cycle and unit."""
    batch, number = BatchRecorder(okrs, intent), count()

    def record(drawn: Any, order: int = 0) -> str:
        name = f"graph {next(number)}"
        batch.record_graph(name, drawn, order)
        return name

    return record


@pytest.fixture
def effects(page: Callable[..., ChangePage]) -> Callable[..., dict[str, tuple[Any, Any]]]:
    """Returns the effects of the fact at a position by objective title, the nearest first."""

    def of(position: int, **how: Any) -> dict[str, tuple[Any, Any]]:
        [change] = page(position - 1, position, **how).items
        return {effect.title: (effect.before, effect.after) for effect in change.effects}

    return of
