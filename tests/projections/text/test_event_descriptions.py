"""The sentence of every event: who did what, and why."""

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from api.representations.decryption import decrypt
from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.event_mapper import EncryptingMapper
from okr_events.event_log.hash_chain import RecordedEvent
from projections.event_catalog import CATALOG, describe_event
from projections.queries.fact_history import serialize_fact
from projections.text.names import NameHistory
from projections.text.phrases import describe_metric
from tests.projections.event_recorder import id_of

STORED = Path(__file__).parents[2] / "okr_events" / "event_log" / "stored_events"


class FixedDecrypter:
    """Decrypts every text to the same words, and encrypts none."""

    def decrypt(self, tokens):
        return dict.fromkeys(tokens, "words")


@pytest.fixture
def descriptions(views, okrs, store):
    """The sentences of every event after the first two: those of the company and the cycle."""

    def sentences(after=2):
        views.catch_up(60)
        found = [serialize_fact(recorded, okrs.mapper) for recorded in okrs.log_recorder.events_after(after=after)]
        people = {str(id): name for id, name in store.register.people.names().items()}
        with views.connect() as connection:
            naming = NameHistory(connection, people)
            return [
                describe_event(fact, naming.names_at(fact["position"]), naming.fields_before(fact))
                for fact in decrypt(store.register.keys, found)
            ]

    return sentences


@pytest.fixture
def goals(record):
    record.objective("lead")
    record.objective("build")
    record.key_result("Launch", of="build", metric={"kind": "increase", "baseline": "0", "target": "3", "measure": "products"})
    return record


@pytest.mark.usefixtures("goals")
def test_a_check_in_shows_value_confidence_and_status(goals, descriptions):
    goals.check_in("Launch", value=2, confidence="0.7", status="on_track")
    goals.check_in("Launch", confidence="0.125")
    assert descriptions(after=5) == [
        'Ada checked in 2 of 3 on "Launch" (70 % confident, on track)',
        'Ada checked in on "Launch" (12.5 % confident)',
    ]


def test_a_moved_target_shows_the_old_target_and_the_reason(goals, descriptions):
    metric = {"kind": "increase", "baseline": "0", "target": "5", "measure": "products"}
    goals("KeyResult.TargetRevised", "Launch", metric=metric, reason="the market\n  moved")
    assert descriptions(after=5) == ['Ada moved the target of "Launch" from 3 to 5: "the market moved"']


@pytest.mark.usefixtures("goals")
def test_created_goals_are_described(descriptions):
    assert descriptions(after=0) == [
        "Ada created the company tech",
        "Ada created the cycle quarter, 2024-01-01 to 2024-03-31",
        'Ada created the aspirational objective "lead" for tech, without an owner',
        'Ada created the aspirational objective "build" for tech, without an owner',
        'Ada defined the key result "Launch" of "build": from 0 to 3 products, deadline 2024-03-31, without an owner',
    ]


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ({"kind": "increase", "target": None, "relative": "0.2", "measure": "%"}, "up by 20 % in %"),
        ({"kind": "decrease", "target": None, "relative": "-0.15", "measure": "EUR"}, "down by 15 % in EUR"),
        ({"kind": "increase", "target": None, "relative": "0.2"}, "up by 20 %"),
    ],
)
def test_a_relative_target_keeps_its_share_apart_from_its_measure(metric, wanted):
    assert describe_metric(metric) == wanted


def test_a_carried_over_key_result_names_its_origin(goals, descriptions):
    goals.key_result("Ship", of="lead", origin=id_of("Launch"))
    goals("Objective.Closed", "build", reason="All is done")
    assert descriptions(after=5) == [
        'Ada carried "Launch" over as "Ship" of "lead": from 0 to 10, deadline 2024-03-31, without an owner',
        'Ada closed the objective "build": "All is done"',
    ]


def test_a_sentence_uses_the_names_of_its_time(goals, descriptions):
    goals("KeyResult.Renamed", "Launch", title="Ship")
    goals.check_in("Launch", value=1)
    goals("Unit.Renamed", "tech", name="Technology")
    assert descriptions(after=4) == [
        'Ada defined the key result "Launch" of "build": from 0 to 3 products, deadline 2024-03-31, without an owner',
        'Ada renamed the key result from "Launch" to "Ship"',
        'Ada checked in 1 of 3 on "Ship"',
        "Ada renamed the unit from tech to Technology",
    ]


def test_a_correction_names_the_check_in_and_what_changes(goals, descriptions):
    goals.check_in("Launch", "first", value=1, status="at_risk")
    goals.correct("Launch", "first", value=2, status="on_track", reason="A slip")
    goals.retract("Launch", "first")
    assert descriptions(after=6) == [
        'Ada corrected the check-in of 2024-01-01 on "Launch", value from 1 to 2; status from at risk to on track: "A slip"',
        'Ada retracted the check-in of 2024-01-01 on "Launch"',
    ]


def test_a_link_is_named_by_both_its_ends(goals, descriptions):
    goals.link("build", "lead")
    goals("Alignment.Reweighted", "build>lead", weight=Decimal(3))
    goals("Alignment.Ended", "build>lead", reason="No use")
    goals.link_as_guide("build", "lead", "horizontal")
    goals("Alignment.Confirmed", "build~lead", agreed_capacity=Decimal(5), agreement=None)
    assert descriptions(after=5) == [
        'Ada linked "build" to "lead" as a contribution with weight 1',
        'Ada changed the weight of the link from "build" to "lead" from 1 to 3',
        'Ada ended the link from "build" to "lead": "No use"',
        'Ada proposed that "build" depends on "lead"',
        'Ada confirmed the dependency of "build" on "lead" with 5 person-days',
    ]


def test_a_comment_names_its_kind_and_its_subject(goals, descriptions):
    goals.check_in("Launch", "first", value=1)
    goals.conversation("first", "check_in")
    goals.comment("first", "For whom?")
    goals.answer("first", "For all", to="For whom?")
    about = 'the check-in of 2024-01-01 on "Launch"'
    assert descriptions(after=6) == [
        f"Ada opened the conversation about {about}",
        f'Ada asked a question about {about}: "For whom?"',
        f'Ada answered a comment on {about}: "For all"',
    ]


def test_changed_rules_of_a_policy_show_old_and_new_values(record, descriptions):
    policy = {**DEFAULT_POLICY, "cadence": {**DEFAULT_POLICY["cadence"], "every": "monthly"}, "bottleneck": 5}
    record("Cycle.PolicyChanged", "quarter", policy=policy)
    assert descriptions() == [
        "Ada changed the policy of the cycle quarter: cadence every from weekly to monthly; bottleneck from 3 to 5"
    ]


def test_the_names_and_texts_of_erased_people_are_replaced(goals, descriptions, store):
    goals("KeyResult.Reassigned", "Launch", owner=goals.intent.actor, reason="A change")
    with store.register.write_transaction() as connection:
        for table in ("word_keys", "people"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert descriptions(after=5) == ['[erased] reassigned "Launch" to [erased]: "[erased]"']


def test_long_texts_are_cut(goals, descriptions):
    goals("KeyResult.Described", "Launch", description="long " * 100)
    (cut,) = descriptions(after=5)
    assert cut.endswith(' …"')
    assert len(cut) < 300


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_every_stored_sample_makes_one_line(name):
    state = (STORED / f"{name}.json").read_bytes().removesuffix(b"\n")
    recorded = RecordedEvent(2, 1, UUID(int=1), 2, name, state, Envelope(UUID(int=2)).encode(), b"")
    line = describe_event(
        decrypt(FixedDecrypter(), serialize_fact(recorded, EncryptingMapper(FixedDecrypter()))), lambda _: "It"
    )
    assert line.startswith("It ")
    for odd in ("\n", "None", "{", "[]", "  "):
        assert odd not in line
