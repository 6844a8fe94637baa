"""The changes between two positions, as facts told them."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from projections.changes.change_report import Page, Report
from projections.changes.change_window import Window
from projections.queries.scope import Scope
from tests.projections.graph_strategies import Batch


@pytest.fixture
def read(views: Any, look: Any) -> Callable[..., Any]:
    """Show a page of the changes after one position and up to another, or up to now."""

    def read(show: Callable[[Page], Any], earlier: int, later: int | None = None, **how: Any) -> Any:
        place = {"after": how.pop("after", 0), "limit": how.pop("limit", 200)}
        moments = look.moment(earlier), look.moment(later, on=how.pop("on", None))
        with views.reading() as connection:
            return show(Report(connection, views.mapper, Window(connection, *moments, Scope(**how))).page(**place))

    return read


@pytest.fixture
def page(read: Callable[..., Any]) -> Callable[..., Page]:
    return partial(read, lambda page: page)


@pytest.fixture
def changes(read: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The same as answers show it; words are sealed and people have no names."""
    return partial(read, lambda page: page.as_dict(page.facts, {}))


@pytest.fixture
def draw(okrs: Any, intent: Any, tell: Any) -> Callable[..., str]:  # noqa: ARG001 - it tells of the company
    """Record a graph and give the name of its cycle and unit."""
    batch, number = Batch(okrs, intent), count()

    def record(drawn: Any, order: int = 0) -> str:
        name = f"graph {next(number)}"
        batch.draw(name, drawn, order)
        return name

    return record


@pytest.fixture
def effects(page: Callable[..., Page]) -> Callable[..., dict[str, tuple[Any, Any]]]:
    """What the fact at a position did, by the titles of objectives, the nearest first."""

    def of(position: int, **how: Any) -> dict[str, tuple[Any, Any]]:
        [change] = page(position - 1, position, **how).items
        return {effect.title: (effect.before, effect.after) for effect in change.effects}

    return of
