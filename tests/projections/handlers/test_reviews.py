"""Reviews: events in, reviews and their decisions out, as they stood at any position."""

import orjson
import pytest

from okr_events.domain.values import AuthoredText
from projections.queries import reviews as review_queries
from projections.queries.review_history import ReviewHistory
from projections.queries.scope import Scope
from projections.store.tables import OPEN_ENDED, decisions, reviews
from tests.projections.event_recorder import FIRST_DAY, id_of


@pytest.fixture
def held_review(record):
    """A review with two decisions; an adjustment is linked later, and the second decision carried out."""
    said = AuthoredText(record.intent.actor, "Ask")
    made = [{"id": id_of(name), "text": said, "owner": None, "due_on": FIRST_DAY} for name in ("first", "second")]
    place = {"unit_id": id_of("tech"), "cycle_id": id_of("quarter"), "kind": "weekly", "held_on": FIRST_DAY}
    words = {"what_worked": [said], "what_did_not": [], "lessons": [said, said]}
    record("Review.Held", "review", participants=[record.intent.actor], decisions=made, adjustments=[2], **place, **words)
    record("Review.AdjustmentsLinked", "review", adjustments=[1])
    record("Review.DecisionCompleted", "review", decision_id=id_of("second"), done_on=FIRST_DAY)
    return record


@pytest.mark.usefixtures("held_review")
def test_a_review_has_a_version_for_each_of_its_events(rows):
    versions = rows(reviews, "review")
    assert [(each["from_position"], each["to_position"], each["version"]) for each in versions] == [
        (3, 4, 1),
        (4, 5, 2),
        (5, OPEN_ENDED, 3),
    ]
    assert [orjson.loads(each["adjustments"]) for each in versions] == [[2], [1, 2], [1, 2]]
    assert {len(orjson.loads(each["lessons"])) for each in versions} == {2}
    assert {each["created"] for each in versions} == {3}


def test_a_decision_keeps_its_place_and_who_carried_it_out(held_review, rows):
    (first,), (before, after) = rows(decisions, "first"), rows(decisions, "second")
    assert [(each["number"], each["version"], each["done_on"], each["done_by"]) for each in (first, before, after)] == [
        (0, 1, None, None),
        (1, 1, None, None),
        (1, 2, FIRST_DAY.isoformat(), str(held_review.intent.actor)),
    ]
    assert {each["review_id"] for each in (first, before, after)} == {str(id_of("review"))}


@pytest.mark.usefixtures("held_review")
def test_decisions_come_in_order_with_a_cursor(views):
    views.catch_up(60)
    with views.connect() as connection:
        made = review_queries.fetch_decisions(connection, 5, [str(id_of("review"))])[str(id_of("review"))]
        assert [row.id for row in made] == [str(id_of(name)) for name in ("first", "second")]
        [first], [cursor] = review_queries.fetch_decision_page(connection, 5, after=0, limit=1, chosen=())
        [second], _ = review_queries.fetch_decision_page(connection, 5, after=cursor, limit=9, chosen=())
        assert [first.id, second.id] == [row.id for row in made]
        assert review_queries.fetch_decision_page(connection, 2, after=0, limit=9, chosen=()) == ([], [])


@pytest.mark.usefixtures("held_review")
def test_what_looks_back_is_found_where_it_stands(views):
    views.catch_up(60)
    with views.connect() as connection:

        def found(position, **scope):
            return [
                each.position for each in ReviewHistory(connection, position, Scope(**scope)).fetch_entries(after=0, limit=9)
            ]

        assert (
            found(5)
            == found(5, cycle_id=str(id_of("quarter")))
            == found(5, units=frozenset([str(id_of("tech"))]))
            == [1, 2, 3, 4, 5]
        )
        assert (found(3), found(2)) == ([2, 3], [])
        assert found(5, cycle_id=str(id_of("nothing"))) == found(5, units=frozenset()) == []


@pytest.mark.usefixtures("held_review")
def test_a_rebuild_makes_the_same_rows(views, read_all_rows):
    views.catch_up(60)
    before = read_all_rows(views)
    assert len(before["reviews"]) + len(before["decisions"]) == 6
    views.rebuild()
    assert read_all_rows(views) == before
