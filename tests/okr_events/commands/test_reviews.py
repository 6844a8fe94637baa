"""Commands about reviews."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from okr_events.domain.errors import EmptyInput, NotFound, StaleVersion, UnknownId
from okr_events.domain.review import DecisionDone, Review, ReviewKind
from okr_events.domain.values import Level
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.idempotency import DuplicateRequest, IdempotencyKey

KEY = IdempotencyKey(b"caller and key", b"method, path and body")
REVIEW_TEXTS = {"what_worked": ["Asking"], "what_did_not": ["Guessing"], "lessons": ["Ask"]}


@pytest.fixture
def hold_review(okrs, intent, world):
    """Holds a review of the team with two decisions, unless other fields are given."""

    def run(on_terms=intent, **fields):
        usual = {"unit_id": world.team, "cycle_id": world.cycle, "kind": ReviewKind.WEEKLY}
        decisions = [{"text": "Ask first", "owner": world.team}, {"text": "Guess less"}]
        return okrs.hold_review(on_terms, **usual | {"decisions": decisions} | fields)

    return run


def load_decisions(okrs, review_id):
    return [UUID(id) for id in okrs.load(Review, review_id).decisions]


def test_a_review_is_held_linked_and_its_decisions_completed(okrs, intent, hold_review, recorded_names):
    held = hold_review()
    first, second = load_decisions(okrs, held.id)
    linked = okrs.link_adjustments(intent, held.id, adjustments=[1, held.position])
    done = okrs.complete_decision(intent, held.id, second)
    assert (held.status, held.version, recorded_names(held)) == (201, 1, ["Review.Held"])
    assert (linked.id, linked.version, recorded_names(linked)) == (held.id, 2, ["Review.AdjustmentsLinked"])
    assert (done.id, done.version, recorded_names(done)) == (second, 2, ["Review.DecisionCompleted"])
    review = okrs.load(Review, held.id)
    assert (review.adjustments, review.decisions) == ([1, held.position], {str(first): False, str(second): True})


def test_the_texts_of_a_review_are_the_actors_and_encrypted(intent, hold_review, okrs, store):
    answer = hold_review(**REVIEW_TEXTS)
    [event] = store.log.events_after(after=answer.position - 1)
    held = okrs.mapper.to_domain_event(event)
    texts = [*held.what_worked, *held.what_did_not, *held.lessons, *(decision["text"] for decision in held.decisions)]
    plain = store.register.keys.decrypt(text.token for text in texts)
    assert [plain[text.token] for text in texts] == ["Asking", "Guessing", "Ask", "Ask first", "Guess less"]
    assert {text.author for text in texts} == {intent.actor}
    assert not any(text in event.state for text in (b"Ask", b"Guess"))


def test_a_sealed_cycle_can_be_reviewed(okrs, intent_with_reason, world, hold_review):
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.close_cycle(intent_with_reason, world.cycle, allow_unscored=True)
    held = hold_review(intent_with_reason)
    okrs.link_adjustments(intent_with_reason, held.id, adjustments=[1])
    assert okrs.complete_decision(intent_with_reason, held.id, load_decisions(okrs, held.id)[0]).events == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"unit_id": uuid4()}, "/unit_id"),
        ({"cycle_id": uuid4()}, "/cycle_id"),
        ({"participants": [uuid4()]}, "/participants/0"),
        ({"decisions": [{"text": "Ask"}, {"text": "Ask", "owner": uuid4()}]}, "/decisions/1/owner"),
        ({"adjustments": [1, 10_000]}, "/adjustments/1"),
        ({"adjustments": [0]}, "/adjustments/0"),
    ],
)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_unknown_id_is_reported_with_its_pointer(store, hold_review, fields, pointer):
    before = store.log.head()
    with pytest.raises(UnknownId) as refused:
        hold_review(**fields)
    assert (refused.value.pointer, store.log.head()) == (pointer, before)


def test_a_position_after_the_head_is_unknown_until_it_is_recorded(okrs, intent, hold_review, store):
    held = hold_review()
    ahead = store.log.head().position + 1
    with pytest.raises(UnknownId) as refused:
        okrs.link_adjustments(intent, held.id, adjustments=[1, ahead])
    assert refused.value.pointer == "/adjustments/1"
    okrs.create_unit(intent, name="Another", level=Level.TEAM, parent_id=okrs.log_recorder.claim_holder("company", ""))
    assert okrs.link_adjustments(intent, held.id, adjustments=[1, ahead]).events == 1


def test_a_unit_owns_decisions_but_is_no_participant(hold_review, world, okrs):
    with pytest.raises(UnknownId) as refused:
        hold_review(participants=[world.team])
    assert refused.value.pointer == "/participants/0"
    assert len(load_decisions(okrs, hold_review(decisions=[{"text": "Ask", "owner": world.team}]).id)) == 1


def test_an_unknown_review_or_decision_is_refused(okrs, intent, world, hold_review):
    held = hold_review()
    for command in (
        lambda: okrs.link_adjustments(intent, uuid4(), adjustments=[1]),
        lambda: okrs.link_adjustments(intent, world.build, adjustments=[1]),
        lambda: okrs.complete_decision(intent, held.id, uuid4()),
        lambda: okrs.complete_decision(intent, uuid4(), load_decisions(okrs, held.id)[0]),
    ):
        with pytest.raises(NotFound):
            command()


def test_a_stale_client_gets_the_current_version_of_a_review(okrs, intent, hold_review):
    held = hold_review()
    okrs.link_adjustments(intent, held.id, adjustments=[1])
    with pytest.raises(StaleVersion) as refused:
        okrs.link_adjustments(replace(intent, expected=1), held.id, adjustments=[2])
    assert refused.value.version == 2
    assert okrs.link_adjustments(replace(intent, expected=2), held.id, adjustments=[2]).version == 3


def test_a_decision_has_its_own_version(okrs, intent, hold_review):
    held = hold_review()
    first, second = load_decisions(okrs, held.id)
    okrs.complete_decision(replace(intent, expected=1), held.id, first)
    with pytest.raises(StaleVersion) as refused:
        okrs.complete_decision(replace(intent, expected=1), held.id, first)
    assert refused.value.version == 2
    with pytest.raises(DecisionDone):
        okrs.complete_decision(replace(intent, expected=2), held.id, first)
    assert okrs.complete_decision(replace(intent, expected=1), held.id, second).version == 2


def test_an_invalid_position_is_reported_before_a_stale_version(okrs, intent, hold_review):
    with pytest.raises(UnknownId):
        okrs.link_adjustments(replace(intent, expected=99), hold_review().id, adjustments=[10_000])
    with pytest.raises(EmptyInput):
        hold_review(decisions=[], participants=[intent.actor])


def test_a_repeated_completion_gets_its_first_result(okrs, intent, hold_review, store):
    keyed, held = replace(intent, key=KEY), hold_review()
    [first, _] = load_decisions(okrs, held.id)
    answer = okrs.complete_decision(keyed, held.id, first)
    head = store.log.head()
    with pytest.raises(DuplicateRequest) as again:
        okrs.complete_decision(keyed, held.id, first)
    assert (again.value.result, store.log.head()) == (replace(answer, replayed=True), head)


def test_a_dry_run_records_nothing(okrs, intent, hold_review, store):
    held, rehearsing = hold_review(), replace(intent, rehearse=True)
    head = store.log.head()
    for command in (
        lambda: hold_review(rehearsing),
        lambda: okrs.link_adjustments(rehearsing, held.id, adjustments=[1]),
        lambda: okrs.complete_decision(rehearsing, held.id, load_decisions(okrs, held.id)[0]),
    ):
        with pytest.raises(DryRunCompleted):
            command()
    assert store.log.head() == head


def test_concurrent_adjustments_are_all_recorded(okrs, intent, hold_review):
    held = hold_review()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: okrs.link_adjustments(intent, held.id, adjustments=[n]), range(1, 9)))
    assert sorted(okrs.load(Review, held.id).adjustments) == list(range(1, 9))
