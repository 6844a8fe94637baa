"""The feed's selecting: which facts are about a cycle, units, a subject, or were recorded by somebody."""

from dataclasses import replace
from uuid import UUID

import pytest

from okr_events.domain.errors import NotFound
from projections.queries import event_filters
from projections.store import lookups
from tests.projections.event_recorder import id_of


@pytest.fixture
def chosen(views, okrs):
    """The stored names of the facts chosen by a function of a connection, in order."""

    def names(choose, *, after=0, limit=1000):
        head = views.catch_up(60).position
        with views.reading() as connection:
            found = event_filters.positions(connection, [choose(connection)], after=after, upto=head, limit=limit)
        return [event.topic for event in okrs.log_recorder.at(found)]

    return names


@pytest.fixture
def quarters(tell):
    """Two cycles: what is told of the other never belongs to the first."""
    tell.cycle("other")
    for name, cycle in (("build", "quarter"), ("sell", "other")):
        tell.objective(name, cycle=cycle)
        tell.key_result(f"{name} it", of=name, cycle=cycle)
        tell.check_in(f"{name} it", f"{name} report", value=1)
        work = {"title": "Work", "owner": None, "due_on": None}
        tell("Initiative.Started", f"{name} work", key_result_id=id_of(f"{name} it"), **work)
        tell.conversation(f"{name} report", "check_in")
        tell.comment(f"{name} report", f"{name} remark")
    tell.link("sell", "build")
    return tell


OF_ONE = [
    "Objective.Created",
    "KeyResult.Defined",
    "KeyResult.CheckedIn",
    "Initiative.Started",
    "Conversation.Opened",
    "Conversation.Commented",
    "Alignment.Linked",
]


@pytest.mark.usefixtures("quarters")
def test_a_cycle_has_its_goals_and_what_belongs_to_them(chosen, views):
    assert chosen(lambda _: event_filters.of_cycle(str(id_of("quarter")))) == ["Cycle.Created", *OF_ONE]
    assert chosen(lambda _: event_filters.of_cycle(str(id_of("other")))) == ["Cycle.Created", *OF_ONE]
    with views.reading() as connection:
        head = views.tracked().position
        of_cycle = list(event_filters.positions_of_cycle(connection, str(id_of("quarter")), upto=head))
        assert of_cycle == sorted(of_cycle)
        assert list(event_filters.positions_of_cycle(connection, str(id_of("quarter")), upto=of_cycle[3])) == of_cycle[:4]


@pytest.mark.usefixtures("quarters")
def test_the_positions_of_a_cycle_come_in_batches_without_a_gap(views, monkeypatch):
    head = views.catch_up(60).position
    with views.reading() as connection:
        whole = list(event_filters.positions_of_cycle(connection, str(id_of("quarter")), upto=head))
        monkeypatch.setattr(event_filters, "BATCH", 2)
        assert list(event_filters.positions_of_cycle(connection, str(id_of("quarter")), upto=head)) == whole
    assert len(whole) == 8


def test_a_unit_has_itself_all_below_and_their_goals(tell, chosen):
    tell.unit("team", below="tech")
    tell.unit("squad", below="team")
    last = tell.objective("build", unit="squad")
    tell.key_result("launch", of="build")
    tell.objective("elsewhere")

    def below(name):
        return lambda connection: event_filters.of_units(lookups.below(connection, id_of(name), last))

    assert chosen(below("team")) == ["Unit.Created", "Unit.Created", "Objective.Created", "KeyResult.Defined"]
    assert chosen(below("tech")).count("Objective.Created") == 2


@pytest.mark.usefixtures("quarters")
def test_a_subject_has_its_history(chosen):
    def about(name):
        return chosen(lambda connection: event_filters.of_subject(connection, id_of(name)))

    assert about("build") == OF_ONE
    assert about("build it") == OF_ONE[1:6]
    assert about("build work") == ["Initiative.Started"]
    assert about("build report") == ["KeyResult.CheckedIn", "Conversation.Opened", "Conversation.Commented"]
    assert about("build remark") == ["Conversation.Commented"]
    assert about("quarter") == ["Cycle.Created"]
    with pytest.raises(NotFound):
        about("nothing")


@pytest.mark.usefixtures("quarters")
def test_a_check_ins_corrections_are_about_it_and_those_of_others_are_not(tell, chosen):
    tell.check_in("build it", "second", value=2)
    tell.correct("build it", "build report", value=3, reason="A slip")
    about = chosen(lambda connection: event_filters.of_subject(connection, id_of("build report")))
    assert about == ["KeyResult.CheckedIn", "Conversation.Opened", "Conversation.Commented", "KeyResult.CheckInCorrected"]


def test_facts_by_type_and_by_who_recorded_them(tell, chosen):
    tell.objective("build")
    own = tell.intent.actor
    tell.intent = replace(tell.intent, actor=UUID(int=own.int ^ 1))
    tell.objective("sell")
    assert chosen(lambda _: event_filters.by_actor(tell.intent.actor)) == ["Objective.Created"]
    assert chosen(lambda _: event_filters.by_actor(own)) == ["Unit.Created", "Cycle.Created", "Objective.Created"]
    assert chosen(lambda _: event_filters.of_types(["Unit.Created", "Objective.Created"]), after=1) == ["Objective.Created"] * 2


@pytest.mark.usefixtures("quarters")
def test_pages_follow_each_other_without_a_gap_and_nothing_chosen_means_every_fact(views):
    head = views.catch_up(60).position
    choice = [event_filters.of_cycle(str(id_of("quarter")))]
    with views.reading() as connection:
        whole, paged = event_filters.positions(connection, choice, after=0, upto=head, limit=1000), [0]
        while found := event_filters.positions(connection, choice, after=paged[-1], upto=head, limit=3):
            paged += found
        assert paged[1:] == whole
        assert event_filters.positions(connection, [], after=2, upto=head, limit=3) == [3, 4, 5]
        assert event_filters.positions(connection, [], after=head - 1, upto=head, limit=3) == [head]
        assert event_filters.positions(connection, [], after=head + 5, upto=head, limit=3) == []


def test_the_log_is_read_by_position(tell):
    log = tell.okrs.log_recorder
    everything = log.recorded(after=0)
    assert log.at([2, 1]) == everything[:2]
    assert log.at([]) == []
    assert log.at([10**9]) == []
