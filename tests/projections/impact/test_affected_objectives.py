"""Affected objectives: a guide does not hide the objectives behind it."""

import pytest

from projections.impact.affected_objectives import find_affected_objectives
from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def affected_objectives(views):
    """The affected objectives of a change: title, kind and distance, upwards and downwards."""

    def found(name):
        head = views.catch_up(60)
        with views.connect() as connection:
            told = find_affected_objectives(connection, str(id_of(name)), [head.position])
        return {way: [(each["title"], each["kind"], each["distance"]) for each in told[way]] for way in told}

    return found


@pytest.fixture
def objective_chain(record):
    for name in ("low", "middle", "high", "top"):
        record.objective(name)
    return lambda: [record.link(*ends) for ends in (("low", "middle"), ("middle", "high"), ("high", "top"))]


@pytest.mark.parametrize("kind", ["directional", "horizontal"])
def test_of_two_links_the_contributing_one_is_named(record, objective_chain, affected_objectives, kind):
    record.link_as_guide("low", "middle", kind)
    record.link_as_guide("middle", "high", kind)
    objective_chain()
    assert affected_objectives("low")["up"] == [("middle", "vertical", 1), ("high", "vertical", 2), ("top", "vertical", 3)]
    assert affected_objectives("high")["down"] == [("middle", "vertical", 1), ("low", "vertical", 2)]


def test_a_near_guide_hides_nothing_behind_it(record, objective_chain, affected_objectives):
    objective_chain()
    record.link_as_guide("low", "high")
    assert affected_objectives("low")["up"] == [("middle", "vertical", 1), ("high", "vertical", 2), ("top", "vertical", 3)]
    assert affected_objectives("high")["down"] == [("middle", "vertical", 1), ("low", "vertical", 2)]


def test_the_guide_of_a_parent_is_not_affected(record, objective_chain, affected_objectives):
    objective_chain()
    record.objective("star")
    record.link_as_guide("middle", "star")
    assert [title for title, _, _ in affected_objectives("low")["up"]] == ["middle", "high", "top"]
    assert affected_objectives("star")["down"] == [("middle", "directional", 1)]
