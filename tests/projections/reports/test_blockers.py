"""Open and resolved blockers with their ages."""

from datetime import date

import pytest

from okr_events.domain.values import AuthoredText
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def report_blockers(record):
    """Records a check-in with blockers."""

    def read_section(key_result, *texts, **said):
        owner = record.intent.actor
        blockers = [{"id": id_of(t), "kind": "capacity", "text": AuthoredText(owner, t), "owner": owner} for t in texts]
        record.check_in(key_result, f"tells of {texts[0]}", status="at_risk", blockers=blockers, **said)

    return read_section


@pytest.fixture
def resolve_blocker(record):
    def read_section(key_result, text):
        record.conversation(key_result, "key_result")
        said = {"blocker_id": id_of(text), "resolved_on": record.now.date()}
        record("Conversation.BlockerResolved", f"about {key_result}", **said)

    return read_section


@pytest.fixture
def sample_blockers(record, report_blockers, resolve_blocker):
    """Two open blockers, a resolved one, two withdrawn ones, and one of another unit."""
    for name, unit in (("lead", "tech"), ("build", "builders")):
        record.objective(name, unit=unit)
        record.key_result(f"{name} it", of=name)
    record.at_day(date(2024, 1, 10))
    report_blockers("lead it", "Two are ill")
    report_blockers("lead it", "No licence")
    report_blockers("build it", "No room")
    record.at_day(date(2024, 1, 20))
    report_blockers("build it", "No parts")
    report_blockers("lead it", "A slip")
    report_blockers("lead it", "Not so")
    record.retract("lead it", "tells of A slip")
    record.correct("lead it", "tells of Not so", blockers=[])
    resolve_blocker("lead it", "No licence")
    record.at_day(date(2024, 1, 30))
    return record


@pytest.mark.usefixtures("sample_blockers")
def test_the_oldest_come_first_and_withdrawn_ones_are_left_out(report):
    read_section = report(today=date(2024, 1, 30))
    items = read_section["blockers"]["items"]
    assert [(item["text"], item["state"], item["age_days"], item["resolved_on"]) for item in items] == [
        ("Two are ill", "open", 20, None),
        ("No room", "open", 20, None),
        ("No licence", "resolved", 10, "2024-01-20"),
        ("No parts", "open", 10, None),
    ]
    names = read_section["names"]
    assert [(item["title"], item["kind"], names[item["owner"]], names[item["author"]]) for item in items[:1]] == [
        ("lead it", "capacity", "Ada", "Ada")
    ]
    assert (items[0]["opened_at"][:10], items[0]["blocker_id"]) == ("2024-01-10", str(id_of("Two are ill")))


@pytest.mark.usefixtures("sample_blockers")
def test_blockers_are_counted_with_their_mean_ages(report):
    blockers = report(today=date(2024, 1, 30))["blockers"]
    names = ("open", "resolved", "mean_age_of_open", "mean_age_of_resolved", "more")
    assert [blockers[name] for name in names] == [3, 1, "16.66666666666666666666666667", "10", 0]


@pytest.mark.usefixtures("sample_blockers")
def test_a_unit_includes_the_blockers_of_the_units_below_it(report):
    assert [item["text"] for item in report(unit="products")["blockers"]["items"]] == ["No room", "No parts"]


@pytest.mark.usefixtures("record")
def test_without_any_there_is_no_mean(report):
    none = {"open": 0, "resolved": 0, "mean_age_of_open": None, "mean_age_of_resolved": None, "items": [], "more": 0}
    assert report()["blockers"] == none


def test_of_more_than_200_the_longest_are_told_and_all_are_counted(record, report_blockers, report):
    record.objective("lead")
    record.key_result("lead it", of="lead")
    report_blockers("lead it", *(f"Reason {n}" for n in range(201)))
    blockers = report(today=LAST_DAY)["blockers"]
    assert (blockers["open"], len(blockers["items"]), blockers["more"]) == (201, 200, 1)
