"""Every number in the retrospectives of a real team equals an independently calculated one, on each engine."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import okr
from api.operations.admin_token import ensure_admin_token
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import open_stores
from tests.app_factory import create_app_over
from tests.stories.conftest import TOKEN
from tests.stories.journal_oracle import Quarter, band_of, format_decimal, mean, read_quarters, summarize_scores, tally_duties

JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"
QUARTERS = read_quarters(JOURNAL)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The retrospective of each quarter, from a journal imported with its own times."""
    postgres = request.param == "postgres"
    with request.getfixturevalue("new_database")() if postgres else nullcontext() as url:
        folder = tmp_path_factory.mktemp("journal")
        shell = {"OKR_DATA_DIR": str(folder), "OKR_DATABASE_URL": url, "USER": "operator", "LOGNAME": "operator"}
        done = CliRunner(env=shell).invoke(okr, ["import", str(JOURNAL), "--trust-times"])
        assert done.exit_code == 0, done.output
        settings = Settings(folder, url, None, TOKEN, DEFAULT_MAX_BODY, 1, 4)
        stores = open_stores(settings)
        ensure_admin_token(stores, settings)
        client = create_app_over(stores).test_client()
        yield {name: _fetch_json(client, f"/v1/reports/retrospective?cycle={name}") for name in QUARTERS}
        stores.close()


def _fetch_json(client: Any, address: str) -> Any:
    response = client.get(address, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200, response.text
    return response.json


@pytest.fixture(params=QUARTERS)
def report_and_quarter(request: pytest.FixtureRequest, reports: dict[str, Any]) -> tuple[Any, Quarter]:
    """A quarter's retrospective, and the quarter as the oracle calculates it."""
    return reports[request.param], QUARTERS[request.param]


def lines_by_title(quarter: Quarter) -> dict[str, Any]:
    return {line.title: line for line in quarter.live_key_results}


@pytest.mark.parametrize(
    ("name", "scored", "mean", "error"),
    [
        ("2019-Q1", 11, "0.945", "0.082"),
        ("2019-Q2", 12, "0.550", "0.067"),
        ("2019-Q3", 5, "0.420", "0.400"),
    ],
)
def test_what_is_known_of_the_three_quarters(reports: dict[str, Any], name: str, scored: int, mean: str, error: str) -> None:
    counts, calibration = reports[name]["counts"]["total"]["key_result_scores"], reports[name]["confidence"]["calibration"]
    rounded = [f"{float(number):.3f}" for number in (counts["mean"], calibration["mean_absolute_error"])]
    assert (counts["scored"], *rounded) == (scored, mean, error)


def test_the_scores_are_counted_by_band_and_against_the_aim(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    total = report["counts"]["total"]
    assert total == {
        "objectives": len(quarter.objectives),
        "objectives_cancelled": 0,
        "key_results": len(quarter.live_key_results),
        "key_results_cancelled": len(quarter.key_results) - len(quarter.live_key_results),
        "key_result_scores": summarize_scores([line.score for line in quarter.live_key_results]),
        "objective_scores": summarize_scores(quarter.objective_scores),
    }
    assert report["counts"]["levels"] == [{"level": "company", **total}]
    assert [{**unit, "unit_id": None} for unit in report["counts"]["units"]] == [
        {"unit_id": None, "name": "Imported", "level": "company", **total}
    ]
    assert report["commitments"] == [{"commitment": "aspirational", **total["key_result_scores"]}]


def test_each_key_result_has_its_score_and_band_its_confidence_and_error_and_says_whether_it_came_after_the_end(
    report_and_quarter: tuple[Any, Quarter],
) -> None:
    report, quarter = report_and_quarter
    assert [_item_fields(report, item) for item in report["scores"]] == [
        {
            "title": line.title,
            "objective": line.objective,
            "owner": line.owner,
            "progress": format_decimal(line.latest("value")),
            "score": format_decimal(line.score),
            "band": None if line.score is None else band_of(line.score),
            "after_end": line.scored_at is not None and line.scored_at > quarter.ended_at,
            "wants_root_cause": line.score is not None and line.score < 0.7,
            "confidence": format_decimal(line.latest("projected")),
            "error": format_decimal(line.confidence_error),
        }
        for line in quarter.live_key_results
    ]


def _item_fields(report: Any, item: dict[str, Any]) -> dict[str, Any]:
    members = ("title", "objective", "progress", "score", "band", "after_end", "wants_root_cause", "confidence", "error")
    return {name: item[name] for name in members} | {"owner": report["names"][item["owner"]]}


def test_what_has_no_score_is_named(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    named = [(item["title"], report["names"][item["owner"]]) for item in report["unscored"]]
    assert named == [(line.title, line.owner) for line in quarter.live_key_results if line.score is None]


def test_the_last_that_was_projected_is_compared_with_the_score(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    calibration, pairs = report["confidence"]["calibration"], quarter.projections_and_scores
    assert (calibration["compared"], calibration["mean_absolute_error"], calibration["mean_difference"]) == (
        len(pairs),
        format_decimal(mean([abs(projected - score) for projected, score in pairs])),
        format_decimal(mean([projected - score for projected, score in pairs])),
    )
    assert calibration["bands"] == [_count_pairs(pairs, low, low + 2) for low in range(0, 10, 2)]


def _count_pairs(pairs: list[Any], low: int, high: int) -> dict[str, Any]:
    mine = [pair for pair in pairs if low <= 10 * pair[0] < high or 10 * pair[0] == high == 10]
    means = (format_decimal(mean([pair[n] for pair in mine])) for n in (0, 1))
    ends = (f"{tenths / 10:g}" for tenths in (low, high))
    return dict(zip(("from", "to", "compared", "confidence", "score"), (*ends, len(mine), *means), strict=True))


def test_confidence_is_told_for_each_friday_as_it_was_known_by_its_end(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    known = {day: quarter.projections_by(day) for day in quarter.fridays}
    assert report["confidence"]["over_time"] == [
        {"day": day.isoformat(), "stated": len(confidences), "mean": format_decimal(mean(confidences))}
        for day, confidences in known.items()
    ]


def test_what_was_added_and_dropped_after_the_start_is_told_with_who_and_why(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    items = report["moved"]["items"]
    titles = {kind: [item["subject"]["title"] for item in items if item["kind"] == kind] for kind in PLAN_CHANGE_KINDS}
    assert titles == {
        "objective_added": quarter.added_objectives,
        "key_result_added": [line.title for line in quarter.added_key_results],
        "key_result_dropped": [line.title for line in quarter.dropped_key_results],
    }
    assert report["moved"]["count"] == len(items) == sum(map(len, titles.values()))
    assert {report["names"][item["actor"]] for item in items} <= {"operator"}
    dropped = [item["reason"] for item in items if item["kind"] == "key_result_dropped"]
    assert dropped == [f"imported from {JOURNAL.name}"] * len(quarter.dropped_key_results)
    assert [item["recorded_at"][:19] for item in items if item["kind"] == "key_result_dropped"] == [
        f"{line.dropped_at:%Y-%m-%dT%H:%M:%S}" for line in quarter.dropped_key_results if line.dropped_at
    ]


PLAN_CHANGE_KINDS = ("objective_added", "key_result_added", "key_result_dropped")


def test_check_ins_are_counted_and_those_after_the_end_told(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    entries, after_end = report["entries"], quarter.check_ins_after_end
    assert (entries["check_ins"], entries["after_end"]["count"]) == (len(quarter.check_ins), len(after_end))
    assert [(item["recorded_at"][:19], item["measured_on"]) for item in entries["after_end"]["items"]] == [
        (f"{each.recorded_at:%Y-%m-%dT%H:%M:%S}", each.measured_on.isoformat())
        for each in sorted(after_end, key=lambda each: each.recorded_at)
    ]
    assert (entries["corrected"]["count"], entries["retracted"]["count"]) == (0, 0)


def test_nobody_reported_a_health_so_pace_alone_speaks(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    [nobody] = [row for row in report["health"]["table"] if row["reported"] is None]
    paces = [line.pace for line in quarter.live_key_results]
    assert nobody == {"reported": None, **{pace: paces.count(pace) for pace in ("on_track", "at_risk", "off_track", "pending")}}
    effective = ["outdated" if quarter.is_outdated(line) else line.pace for line in quarter.live_key_results]
    assert report["health"]["effective"] == {health: effective.count(health) for health in sorted(set(effective))}
    assert report["health"]["mismatches"] == []


@pytest.mark.parametrize(("name", "answered"), [("2019-Q1", (11, 0, 117)), ("2019-Q2", (3, 9, 144)), ("2019-Q3", (8, 0, 27))])
def test_no_check_in_of_a_quarter_answers_two_fridays(reports: dict[str, Any], name: str, answered: tuple[int, ...]) -> None:
    total = reports[name]["adherence"]["total"]
    assert (total["on_time"], total["late"], total["missed"]) == answered
    assert total["on_time"] + total["late"] <= len(QUARTERS[name].check_ins)


def test_adherence_counts_the_fridays_in_all_by_unit_by_owner_and_by_day(report_and_quarter: tuple[Any, Quarter]) -> None:
    report, quarter = report_and_quarter
    adherence, duties = report["adherence"], quarter.duties()
    assert adherence["total"] == tally_duties(duties)
    assert [{**unit, "unit_id": None, "name": None} for unit in adherence["units"]] == [
        {**tally_duties(duties), "unit_id": None, "name": None}
    ]
    found = {report["names"][each["owner"]]: each for each in adherence["owners"]}
    owners = sorted({line.owner for line in quarter.key_results.values()})
    assert sorted(found) == owners
    for name in owners:
        expected = tally_duties(quarter.duties(name))
        assert {part: found[name][part] for part in expected} == expected
    states = ("on_time", "late", "missed", "pending", "done")
    assert adherence["days"] == [
        {"day": day.isoformat(), **{state: stands.count(state) for state in states}} for day, stands in duties.items()
    ]
