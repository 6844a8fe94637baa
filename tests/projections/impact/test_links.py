"""Impact: a guide on the way to what an objective contributes to hides nothing behind it."""

import pytest

from projections.impact.links import touched
from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def impact(views):
    """What a change of an objective touches: title, kind and distance, upwards and downwards."""

    def found(name):
        head = views.catch_up(60)
        with views.reading() as connection:
            told = touched(connection, str(id_of(name)), [head.position])
        return {way: [(each["title"], each["kind"], each["distance"]) for each in told[way]] for way in told}

    return found


@pytest.fixture
def chain(tell):
    for name in ("low", "middle", "high", "top"):
        tell.objective(name)
    return lambda: [tell.link(*ends) for ends in (("low", "middle"), ("middle", "high"), ("high", "top"))]


@pytest.mark.parametrize("kind", ["directional", "horizontal"])
def test_who_is_linked_in_two_ways_is_told_of_what_contributes(tell, chain, impact, kind):
    tell.guide("low", "middle", kind)
    tell.guide("middle", "high", kind)
    chain()
    assert impact("low")["up"] == [("middle", "vertical", 1), ("high", "vertical", 2), ("top", "vertical", 3)]
    assert impact("high")["down"] == [("middle", "vertical", 1), ("low", "vertical", 2)]


def test_a_near_guide_hides_nothing_behind_it(tell, chain, impact):
    chain()
    tell.guide("low", "high")
    assert impact("low")["up"] == [("middle", "vertical", 1), ("high", "vertical", 2), ("top", "vertical", 3)]
    assert impact("high")["down"] == [("middle", "vertical", 1), ("low", "vertical", 2)]


def test_what_guides_what_one_contributes_to_is_not_touched(tell, chain, impact):
    chain()
    tell.objective("star")
    tell.guide("middle", "star")
    assert [title for title, _, _ in impact("low")["up"]] == ["middle", "high", "top"]
    assert impact("star")["down"] == [("middle", "directional", 1)]
