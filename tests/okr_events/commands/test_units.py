"""Commands about units."""

from datetime import UTC, datetime, time, timedelta
from time import monotonic
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from okr_events.commands import company_zone
from okr_events.commands.application import OKRApplication
from okr_events.commands.company_zone import KEPT_SECONDS
from okr_events.commands.units import CompanyExists
from okr_events.domain.errors import CircularUnits, NameTaken, NotFound, ReasonRequired, UnknownId
from okr_events.domain.schedule.time_zones import zone_at
from okr_events.domain.unit import NOTICE, Unit
from okr_events.domain.values import Level

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def unit(okrs, intent):
    def make(name, parent, level=Level.TEAM):
        return okrs.create_unit(intent, name=name, level=level, parent_id=parent).id

    return make


@pytest.fixture
def company(okrs, intent):
    return okrs.create_unit(intent, name="Tech", level=Level.COMPANY, time_zone="Asia/Tokyo").id


def test_a_unit_is_created(okrs, intent, company, recorded_names):
    answer = okrs.create_unit(intent, name="Product", level=Level.TEAM, parent_id=company)
    assert (answer.status, answer.version, answer.events) == (201, 1, 1)
    assert recorded_names(answer) == ["Unit.Created"]
    assert okrs.load(Unit, answer.id).parent_id == company


@pytest.mark.usefixtures("company")
def test_there_is_one_company(okrs, intent):
    with pytest.raises(CompanyExists):
        okrs.create_unit(intent, name="Other", level=Level.COMPANY)


def test_an_unknown_parent_is_reported_with_its_pointer(okrs, intent):
    with pytest.raises(UnknownId) as refused:
        okrs.create_unit(intent, name="Product", level=Level.TEAM, parent_id=uuid4())
    assert refused.value.pointer == "/parent_id"


def test_the_id_of_another_aggregate_is_no_unit(okrs, intent, world):
    with pytest.raises(NotFound):
        okrs.change_unit(intent, world.cycle, name="Product")


def test_a_name_is_unique_below_a_parent_whatever_its_case(company, unit):
    unit("Straße", company)
    with pytest.raises(NameTaken):
        unit("STRASSE", company)


def test_the_same_name_is_allowed_below_another_parent(company, unit):
    unit("Design", unit("Product", company))
    assert unit("Design", company)


def test_renaming_claims_the_new_name_and_releases_the_old_one(okrs, intent, company, unit, recorded_names):
    product = unit("Product", company)
    assert recorded_names(okrs.change_unit(intent, product, name="Design")) == ["Unit.Renamed"]
    with pytest.raises(NameTaken):
        unit("design", company)
    assert unit("Product", company)


def test_a_name_that_is_taken_changes_nothing(okrs, intent, company, unit):
    product, design = unit("Product", company), unit("Design", company)
    with pytest.raises(NameTaken):
        okrs.change_unit(intent, design, name="product")
    assert okrs.load(Unit, design).name == "Design"
    with pytest.raises(NameTaken):
        unit("Product", company)
    assert product


def test_a_unit_may_change_the_case_of_its_name(okrs, intent, company, unit):
    okrs.change_unit(intent, unit("product", company), name="Product")
    with pytest.raises(NameTaken):
        unit("product", company)


def test_a_unit_moves_with_its_name(okrs, intent_with_reason, company, unit, recorded_names):
    product, design = unit("Product", company), unit("Design", company)
    assert recorded_names(okrs.move_unit(intent_with_reason, design, parent_id=product)) == ["Unit.Moved"]
    assert unit("Design", company)
    with pytest.raises(NameTaken):
        unit("Design", product)


def test_a_unit_moves_only_where_its_name_is_free(okrs, intent_with_reason, company, unit):
    product, design = unit("Product", company), unit("Design", company)
    unit("Design", product)
    with pytest.raises(NameTaken):
        okrs.move_unit(intent_with_reason, design, parent_id=product)
    assert okrs.load(Unit, design).parent_id == company


def test_a_unit_never_moves_below_itself(okrs, intent_with_reason, company, unit):
    outer = unit("Outer", company)
    inner = unit("Inner", unit("Middle", outer))
    for below in (outer, inner):
        with pytest.raises(CircularUnits):
            okrs.move_unit(intent_with_reason, outer, parent_id=below)


def test_a_unit_may_move_back(okrs, intent_with_reason, company, unit):
    outer, inner = unit("Outer", company), unit("Inner", company)
    okrs.move_unit(intent_with_reason, inner, parent_id=outer)
    okrs.move_unit(intent_with_reason, inner, parent_id=company)
    okrs.move_unit(intent_with_reason, outer, parent_id=inner)
    assert [unit.id for unit in okrs.lineage(outer)] == [outer, inner, company]


@pytest.mark.usefixtures("company")
def test_days_follow_the_companys_time_zone(okrs):
    assert okrs.time_zone() == ZoneInfo("Asia/Tokyo")


def test_a_change_of_the_zone_is_known_where_it_was_made_and_soon_elsewhere(
    okrs, store, intent_with_reason, company, monkeypatch
):
    elsewhere = OKRApplication(store.log, store.register)
    day = elsewhere.today() + timedelta(days=3)
    okrs.change_unit(intent_with_reason, company, time_zone="America/New_York", time_zone_from=day)
    noon = datetime.combine(day, time(16), UTC)
    assert [noon.astimezone(app.time_zone()).tzname() for app in (okrs, elsewhere)] == [
        noon.astimezone(NEW_YORK).tzname(),
        "JST",
    ]
    later = monotonic() + KEPT_SECONDS
    monkeypatch.setattr(company_zone, "monotonic", lambda: later)
    assert noon.astimezone(elsewhere.time_zone()).hour == noon.astimezone(NEW_YORK).hour
    assert timedelta(seconds=KEPT_SECONDS) < NOTICE
    assert zone_at(okrs.time_zone(), 1) == ZoneInfo("Asia/Tokyo")


def test_changing_the_zone_requires_a_reason(okrs, intent, company):
    with pytest.raises(ReasonRequired):
        okrs.change_unit(intent, company, time_zone="UTC", time_zone_from=okrs.today() + timedelta(days=3))


def test_days_follow_utc_without_a_company(okrs):
    assert okrs.time_zone() == ZoneInfo("UTC")
