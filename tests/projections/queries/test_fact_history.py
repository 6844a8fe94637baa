"""The audit trail: every fact as it was recorded, under everything that it is about."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.domain.objective import Objective
from projections.queries import fact_history
from projections.queries.fact_history import key_result_condition, objective_condition
from tests.projections.event_recorder import id_of


@pytest.fixture
def history(views, okrs):
    def of(name, *, position=None, after=0, limit=100):
        head = views.catch_up(60).position
        streams = key_result_condition(id_of(name)) if name == "launch" else objective_condition(id_of(name))
        with views.connect() as connection:
            return fact_history.fetch_history(
                connection, okrs.mapper, streams, position=position or head, after=after, limit=limit
            )

    return of


@pytest.fixture
def worked_history(record):
    record.objective("lead")
    record.objective("build")
    record.key_result("launch", of="lead")
    record.link("build", "lead")
    record.check_in("launch", "first", value="1.50")
    record.correct("launch", "first", value=2, reason="A slip")
    record("Alignment.Reweighted", "build>lead", weight=Decimal(3))
    record("Alignment.Ended", "build>lead")
    return record


def fact_types(found):
    return [fact["type"] for fact in found]


@pytest.mark.usefixtures("worked_history")
def test_an_objective_has_its_key_results_facts_and_its_links(history):
    links = ["Alignment.Linked", "Alignment.Reweighted", "Alignment.Ended"]
    measured = ["KeyResult.CheckedIn", "KeyResult.CheckInCorrected"]
    assert fact_types(history("lead")) == ["Objective.Created", "KeyResult.Defined", links[0], *measured, *links[1:]]
    assert fact_types(history("build")) == ["Objective.Created", *links]
    assert fact_types(history("launch")) == ["KeyResult.Defined", *measured]
    assert history("nobody") == []


@pytest.mark.usefixtures("worked_history")
def test_a_fact_says_who_when_what_and_why(history, worked_history):
    _, checked_in, corrected = history("launch")
    assert checked_in["actor"] == str(worked_history.intent.actor)
    assert checked_in["recorded_at"].startswith("2024-01-01T12:00:00")
    assert (checked_in["subject_id"], checked_in["version"]) == (str(id_of("launch")), 2)
    said = {"check_in_id": str(id_of("first")), "measured_on": "2024-01-01", "value": "1.5", "confidence": None}
    assert {name: checked_in["fields"][name] for name in said} == said
    assert checked_in["reason"] is checked_in["imported"] is None
    assert worked_history.okrs.register.keys.decrypt([corrected["reason"]["sealed"]]).popitem()[1] == "A slip"
    assert checked_in["correlation_id"] == str(worked_history.intent.correlation_id)


@pytest.mark.usefixtures("worked_history")
def test_a_history_is_paged_and_ends_at_a_position(history):
    whole = [fact["position"] for fact in history("lead")]
    assert [fact["position"] for fact in history("lead", after=whole[1], limit=3)] == whole[2:5]
    assert [fact["position"] for fact in history("lead", position=whole[3])] == whole[:4]
    assert whole == sorted(whole)


def test_an_imported_fact_says_where_it_came_from(worked_history, history):
    objective, imported = worked_history.okrs.load(Objective, id_of("lead")), {"file": "journal.ndjson", "sha256": "ab"}
    objective.change(title="Follow")
    worked_history.okrs.append(
        objective.collect_events(), envelopes=[replace(worked_history.intent.envelope, imported=imported)]
    )
    assert history("lead")[-1]["imported"] == imported
