"""Somebody changes the views: what is recorded as computed comes from the log, and the views are rebuilt."""

import json
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import Integer, update

from api.operations import cycle_sealing, seal_check
from api.operations.doctor import Examination
from api.operations.seal_check import describe_older
from api.operations.sealed_reports import make_report
from api.operations.suggested_score import suggest_score
from projections.queries.sealed_report import FORMAT_VERSION, RULES_VERSION
from projections.store.tables import metadata, standings, tracking
from tests.api.command_catalog import REASON
from tests.examination import find_faults


@pytest.fixture
def stores(fresh_installation):
    return fresh_installation.stores


@pytest.fixture
def quarter(fresh_world):
    """An active cycle with an objective and a key result at 1 of 4, as `part`."""
    fresh_world.ids["cycle"] = fresh_world.create_active_cycle()
    fresh_world.ids["part"] = fresh_world.key_result(objective=fresh_world.objective())
    fresh_world.create(f"key-results/{fresh_world['part']}/check-ins", value=1)
    return fresh_world


def change_value(stores, key_result, value):
    """As somebody with full rights on the views would."""
    stores.views.catch_up()
    with stores.views.engine.begin() as connection:
        connection.execute(update(standings).where(standings.c.id == key_result).values(value=value))


def close(quarter):
    answer = quarter.admin.post(f"/v1/cycles/{quarter['cycle']}/closing", {"reason": REASON, "allow_unscored": True})
    assert answer.status_code == 200, answer.text
    return quarter.admin.get(f"/v1/cycles/{quarter['cycle']}/seal").json


def test_a_changed_view_makes_no_false_seal(quarter, stores, capsys):
    change_value(stores, quarter["part"], "3.9")
    seal = close(quarter)
    [part] = seal["report"]["objectives"][0]["key_results"]
    assert (part["value"], part["progress"]["value"]) == ("1", "0.25")
    assert seal["rules"] == 2
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in said if "views" in line["event"]] == ["error", "error"]
    assert "the views differ from the log" in said[0]["event"]
    assert said[1]["kept_as"]


def test_views_that_differ_are_rebuilt_and_a_copy_is_kept(quarter, stores, capsys):
    change_value(stores, quarter["part"], "3.9")
    assert quarter.admin.get(f"/v1/key-results/{quarter['part']}").json["value"] == "3.9"
    close(quarter)
    assert quarter.admin.get(f"/v1/key-results/{quarter['part']}").json["value"] == "1"
    assert find_faults(stores) == []
    kept = json.loads(capsys.readouterr().err.splitlines()[-1])["kept_as"]
    with stores.views.engine.connect() as connection:
        if stores.log.engine == "sqlite":
            connection.exec_driver_sql("ATTACH DATABASE ? AS evidence", (kept,))
        schema = "evidence" if stores.log.engine == "sqlite" else kept
        assert "3.9" in connection.exec_driver_sql(f"SELECT value FROM {schema}.standings").scalars().all()


def test_views_that_agree_with_the_log_are_left_alone(quarter, stores, capsys):
    close(quarter)
    assert "views" not in capsys.readouterr().err
    assert not list(stores.settings.data_dir.glob("*aside*"))


def test_a_suggested_score_is_computed_from_the_log(quarter, stores):
    change_value(stores, quarter["part"], "3.9")
    answer = quarter.admin.post(f"/v1/key-results/{quarter['part']}/score", {})
    assert (answer.json["score"], answer.json["suggested"]) == ("0.25", "0.25")


def test_an_inherited_key_result_is_suggested_the_progress_of_its_heirs(quarter, stores):
    heir = quarter.objective()
    part = quarter.key_result(objective=heir)
    quarter.create(f"key-results/{part}/check-ins", value=2)
    quarter.create("alignments", child_id=heir, parent_id=quarter["part"], kind="explicit")
    change_value(stores, part, "3.9")
    assert quarter.admin.post(f"/v1/key-results/{quarter['part']}/score", {}).json["suggested"] == "0.5"


TABLES = [table for table in metadata.sorted_tables if table is not tracking]


def test_no_table_of_the_views_decides_what_is_recorded(quarter, stores):
    cycle, part = UUID(quarter["cycle"]), UUID(quarter["part"])
    seal = close(quarter)
    suggested = suggest_score(stores, part)
    for table in TABLES:
        values = {column: 1 if isinstance(column.type, Integer) else "1" for column in table.columns if not column.primary_key}
        with stores.views.engine.begin() as connection:
            connection.execute(update(table).values(values))
        assert sha256(make_report(stores, cycle, seal["position"])).hexdigest() == seal["digest"], table
        assert suggest_score(stores, part) == suggested, table


def test_the_doctor_finds_rows_that_the_log_does_not_give(quarter, stores):
    quarter.run("POST /v1/key-results/<uuid:key_result_id>/contributors")
    quarter.admin.post(f"/v1/people/{quarter.create('people', name='Ben')}/erasure", {"reason": REASON})
    stores.views.catch_up()
    for table in TABLES:
        texts = [column for column in table.columns if not column.primary_key and not isinstance(column.type, Integer)]
        values = {texts[0]: "1"} if texts else {table.c.created: 1}
        with stores.views.engine.begin() as connection:
            assert connection.execute(update(table).values(values)).rowcount, table
        [fault] = view_faults(stores)
        assert f"of table {table}. Run `okr rebuild`." in fault
        with stores.views.engine.begin() as connection:
            connection.execute(table.delete())
        assert len(view_faults(stores)) == 1
        stores.views.rebuild()
    assert view_faults(stores) == []


def view_faults(stores):
    examination = Examination(stores)
    examination.check_views(lambda _: None)
    return [fault.message for fault in examination.faults]


def test_a_seal_that_the_log_does_not_give_is_a_fault(quarter, stores, monkeypatch):
    """A report of the present rules is made again; of one by earlier rules the bytes alone are compared with the digest."""
    monkeypatch.setattr(cycle_sealing.sealed_reports, "make_report", lambda *_: b"{}")
    close(quarter)
    monkeypatch.undo()
    assert [fault for fault in find_faults(stores) if "is not the one that the log gives" in fault]
    monkeypatch.setattr(seal_check, "RULES_VERSION", RULES_VERSION + 1)
    assert find_faults(stores) == []
    examination = Examination(stores)
    examination.check_log(lambda _: None)
    assert any(
        f"made by rules {RULES_VERSION} in format {FORMAT_VERSION}, not remade" in note
        for note in describe_older(examination.seals)
    )
