"""The feed's selecting: which facts are about a cycle, units, a subject, or were recorded by somebody."""

from dataclasses import replace
from uuid import UUID

import pytest

from okr_events.domain.errors import NotFound
from projections.queries import event_filters
from projections.store import lookups
from tests.projections.event_recorder import id_of


@pytest.fixture
def select_names(views, okrs):
    """The stored names of the facts chosen by a function of a connection, in order."""

    def names(choose, *, after=0, limit=1000):
        head = views.catch_up(60).position
        with views.connect() as connection:
            found = event_filters.find_positions(connection, [choose(connection)], after=after, upto=head, limit=limit)
        return [event.topic for event in okrs.log_recorder.events_at(found)]

    return names


@pytest.fixture
def two_cycles(record):
    """Two cycles, of which the facts never mix."""
    record.cycle("other")
    for name, cycle in (("build", "quarter"), ("sell", "other")):
        record.objective(name, cycle=cycle)
        record.key_result(f"{name} it", of=name, cycle=cycle)
        record.check_in(f"{name} it", f"{name} report", value=1)
        work = {"title": "Work", "owner": None, "due_on": None}
        record("Initiative.Started", f"{name} work", key_result_id=id_of(f"{name} it"), **work)
        record.conversation(f"{name} report", "check_in")
        record.comment(f"{name} report", f"{name} remark")
    record.link("sell", "build")
    return record


EVENTS_OF_KEY_RESULT = [
    "Objective.Created",
    "KeyResult.Defined",
    "KeyResult.CheckedIn",
    "Initiative.Started",
    "Conversation.Opened",
    "Conversation.Commented",
    "Alignment.Linked",
]


@pytest.mark.usefixtures("two_cycles")
def test_a_cycle_has_its_goals_and_what_belongs_to_them(select_names, views):
    assert select_names(lambda _: event_filters.cycle_condition(str(id_of("quarter")))) == [
        "Cycle.Created",
        *EVENTS_OF_KEY_RESULT,
    ]
    assert select_names(lambda _: event_filters.cycle_condition(str(id_of("other")))) == [
        "Cycle.Created",
        *EVENTS_OF_KEY_RESULT,
    ]
    with views.connect() as connection:
        head = views.tracked_head().position
        of_cycle = list(event_filters.iterate_cycle_positions(connection, str(id_of("quarter")), upto=head))
        assert of_cycle == sorted(of_cycle)
        assert list(event_filters.iterate_cycle_positions(connection, str(id_of("quarter")), upto=of_cycle[3])) == of_cycle[:4]


@pytest.mark.usefixtures("two_cycles")
def test_the_positions_of_a_cycle_come_in_batches_without_a_gap(views, monkeypatch):
    head = views.catch_up(60).position
    with views.connect() as connection:
        whole = list(event_filters.iterate_cycle_positions(connection, str(id_of("quarter")), upto=head))
        monkeypatch.setattr(event_filters, "BATCH_SIZE", 2)
        assert list(event_filters.iterate_cycle_positions(connection, str(id_of("quarter")), upto=head)) == whole
    assert len(whole) == 8


def test_a_unit_has_itself_all_below_and_their_goals(record, select_names):
    record.unit("team", below="tech")
    record.unit("squad", below="team")
    last = record.objective("build", unit="squad")
    record.key_result("launch", of="build")
    record.objective("elsewhere")

    def below(name):
        return lambda connection: event_filters.units_condition(lookups.fetch_unit_subtree(connection, id_of(name), last))

    assert select_names(below("team")) == ["Unit.Created", "Unit.Created", "Objective.Created", "KeyResult.Defined"]
    assert select_names(below("tech")).count("Objective.Created") == 2


@pytest.mark.usefixtures("two_cycles")
def test_a_subject_has_its_history(select_names):
    def about(name):
        return select_names(lambda connection: event_filters.subject_condition(connection, id_of(name)))

    assert about("build") == EVENTS_OF_KEY_RESULT
    assert about("build it") == EVENTS_OF_KEY_RESULT[1:6]
    assert about("build work") == ["Initiative.Started"]
    assert about("build report") == ["KeyResult.CheckedIn", "Conversation.Opened", "Conversation.Commented"]
    assert about("build remark") == ["Conversation.Commented"]
    assert about("quarter") == ["Cycle.Created"]
    with pytest.raises(NotFound):
        about("nothing")


@pytest.mark.usefixtures("two_cycles")
def test_a_check_ins_corrections_are_about_it_and_those_of_others_are_not(record, select_names):
    record.check_in("build it", "second", value=2)
    record.correct("build it", "build report", value=3, reason="A slip")
    about = select_names(lambda connection: event_filters.subject_condition(connection, id_of("build report")))
    assert about == ["KeyResult.CheckedIn", "Conversation.Opened", "Conversation.Commented", "KeyResult.CheckInCorrected"]


def test_facts_by_type_and_by_who_recorded_them(record, select_names):
    record.objective("build")
    own = record.intent.actor
    record.intent = replace(record.intent, actor=UUID(int=own.int ^ 1))
    record.objective("sell")
    assert select_names(lambda _: event_filters.actor_condition(record.intent.actor)) == ["Objective.Created"]
    assert select_names(lambda _: event_filters.actor_condition(own)) == ["Unit.Created", "Cycle.Created", "Objective.Created"]
    assert (
        select_names(lambda _: event_filters.types_condition(["Unit.Created", "Objective.Created"]), after=1)
        == ["Objective.Created"] * 2
    )


@pytest.mark.usefixtures("two_cycles")
def test_pages_follow_each_other_without_a_gap_and_nothing_chosen_means_every_fact(views):
    head = views.catch_up(60).position
    choice = [event_filters.cycle_condition(str(id_of("quarter")))]
    with views.connect() as connection:
        whole, paged = event_filters.find_positions(connection, choice, after=0, upto=head, limit=1000), [0]
        while found := event_filters.find_positions(connection, choice, after=paged[-1], upto=head, limit=3):
            paged += found
        assert paged[1:] == whole
        assert event_filters.find_positions(connection, [], after=2, upto=head, limit=3) == [3, 4, 5]
        assert event_filters.find_positions(connection, [], after=head - 1, upto=head, limit=3) == [head]
        assert event_filters.find_positions(connection, [], after=head + 5, upto=head, limit=3) == []


def test_the_log_is_read_by_position(record):
    log = record.okrs.log_recorder
    everything = log.events_after(after=0)
    assert log.events_at([2, 1]) == everything[:2]
    assert log.events_at([]) == []
    assert log.events_at([10**9]) == []
