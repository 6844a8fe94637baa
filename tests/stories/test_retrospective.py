"""What a real team's three quarters came to: every number of the retrospective against one worked out apart, on each engine."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.application import create_app
from api.cli import okr
from api.operations.settings import LARGEST_BODY, Settings
from api.operations.stores import ensure_admin, open_stores
from tests.stories.conftest import TOKEN
from tests.stories.journal_oracle import Quarter, band, mean, quarters, summary, tally, written

JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"
QUARTERS = quarters(JOURNAL)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The retrospective of each quarter, from a journal imported with its own times."""
    postgres = request.param == "postgres"
    with request.getfixturevalue("new_database")() if postgres else nullcontext() as url:
        folder = tmp_path_factory.mktemp("journal")
        shell = {"OKR_DATA_DIR": str(folder), "OKR_DATABASE_URL": url, "USER": "operator", "LOGNAME": "operator"}
        done = CliRunner(env=shell).invoke(okr, ["import", str(JOURNAL), "--trust-times"])
        assert done.exit_code == 0, done.output
        settings = Settings(folder, url, None, TOKEN, LARGEST_BODY, 1, 4)
        stores = open_stores(settings)
        ensure_admin(stores, settings)
        client = create_app(stores, largest_body=LARGEST_BODY).test_client()
        yield {name: _answer(client, f"/v1/reports/retrospective?cycle={name}") for name in QUARTERS}
        stores.close()


def _answer(client: Any, address: str) -> Any:
    response = client.get(address, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200, response.text
    return response.json


@pytest.fixture(params=QUARTERS)
def told(request: pytest.FixtureRequest, reports: dict[str, Any]) -> tuple[Any, Quarter]:
    """A quarter's retrospective, and the quarter as its rows leave it."""
    return reports[request.param], QUARTERS[request.param]


def by_title(quarter: Quarter) -> dict[str, Any]:
    return {line.title: line for line in quarter.live}


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


def test_the_scores_are_counted_by_band_and_against_the_aim(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    total = report["counts"]["total"]
    assert total == {
        "objectives": len(quarter.objectives),
        "objectives_cancelled": 0,
        "key_results": len(quarter.live),
        "key_results_cancelled": len(quarter.lines) - len(quarter.live),
        "key_result_scores": summary([line.score for line in quarter.live]),
        "objective_scores": summary(quarter.objective_scores),
    }
    assert report["counts"]["levels"] == [{"level": "company", **total}]
    assert [{**unit, "unit_id": None} for unit in report["counts"]["units"]] == [
        {"unit_id": None, "name": "Imported", "level": "company", **total}
    ]
    assert report["commitments"] == [{"commitment": "aspirational", **total["key_result_scores"]}]


def test_each_key_result_has_its_score_and_band_its_confidence_and_error_and_says_whether_it_came_late(
    told: tuple[Any, Quarter],
) -> None:
    report, quarter = told
    assert [_of_one(report, item) for item in report["scores"]] == [
        {
            "title": line.title,
            "objective": line.objective,
            "owner": line.owner,
            "progress": written(line.last("value")),
            "score": written(line.score),
            "band": None if line.score is None else band(line.score),
            "late": line.scored_at is not None and line.scored_at > quarter.over,
            "wants_root_cause": line.score is not None and line.score < 0.7,
            "confidence": written(line.last("projected")),
            "error": written(line.error),
        }
        for line in quarter.live
    ]


def _of_one(report: Any, item: dict[str, Any]) -> dict[str, Any]:
    told = ("title", "objective", "progress", "score", "band", "late", "wants_root_cause", "confidence", "error")
    return {name: item[name] for name in told} | {"owner": report["names"][item["owner"]]}


def test_what_has_no_score_is_named(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    named = [(item["title"], report["names"][item["owner"]]) for item in report["unscored"]]
    assert named == [(line.title, line.owner) for line in quarter.live if line.score is None]


def test_the_last_that_was_projected_is_compared_with_the_score(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    calibration, pairs = report["confidence"]["calibration"], quarter.pairs
    assert (calibration["compared"], calibration["mean_absolute_error"], calibration["mean_difference"]) == (
        len(pairs),
        written(mean([abs(projected - score) for projected, score in pairs])),
        written(mean([projected - score for projected, score in pairs])),
    )
    assert calibration["bands"] == [_between(pairs, low, low + 2) for low in range(0, 10, 2)]


def _between(pairs: list[Any], low: int, high: int) -> dict[str, Any]:
    mine = [pair for pair in pairs if low <= 10 * pair[0] < high or 10 * pair[0] == high == 10]
    means = (written(mean([pair[n] for pair in mine])) for n in (0, 1))
    ends = (f"{tenths / 10:g}" for tenths in (low, high))
    return dict(zip(("from", "to", "compared", "confidence", "score"), (*ends, len(mine), *means), strict=True))


def test_confidence_is_told_for_each_friday_as_it_was_known_by_its_end(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    known = {day: quarter.projected_by(day) for day in quarter.fridays}
    assert report["confidence"]["over_time"] == [
        {"day": day.isoformat(), "stated": len(said), "mean": written(mean(said))} for day, said in known.items()
    ]


def test_what_was_added_and_dropped_after_the_start_is_told_with_who_and_why(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    items = report["moved"]["items"]
    titles = {kind: [item["subject"]["title"] for item in items if item["kind"] == kind] for kind in MOVES}
    assert titles == {
        "objective_added": quarter.added_objectives,
        "key_result_added": [line.title for line in quarter.added],
        "key_result_dropped": [line.title for line in quarter.dropped],
    }
    assert report["moved"]["count"] == len(items) == sum(map(len, titles.values()))
    assert {report["names"][item["actor"]] for item in items} <= {"operator"}
    dropped = [item["reason"] for item in items if item["kind"] == "key_result_dropped"]
    assert dropped == [f"imported from {JOURNAL.name}"] * len(quarter.dropped)
    assert [item["recorded_at"][:19] for item in items if item["kind"] == "key_result_dropped"] == [
        f"{line.dropped_at:%Y-%m-%dT%H:%M:%S}" for line in quarter.dropped if line.dropped_at
    ]


MOVES = ("objective_added", "key_result_added", "key_result_dropped")


def test_check_ins_are_counted_and_the_late_ones_told(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    entries, late = report["entries"], quarter.late_reports
    assert (entries["check_ins"], entries["late"]["count"]) == (len(quarter.reports), len(late))
    assert [(item["recorded_at"][:19], item["measured_on"]) for item in entries["late"]["items"]] == [
        (f"{each.at:%Y-%m-%dT%H:%M:%S}", each.of.isoformat()) for each in sorted(late, key=lambda each: each.at)
    ]
    assert (entries["corrected"]["count"], entries["retracted"]["count"]) == (0, 0)


def test_nobody_reported_a_health_so_pace_alone_speaks(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    [nobody] = [row for row in report["health"]["table"] if row["reported"] is None]
    paces = [line.pace for line in quarter.live]
    assert nobody == {"reported": None, **{pace: paces.count(pace) for pace in ("on_track", "at_risk", "off_track", "pending")}}
    effective = ["outdated" if quarter.outdated(line) else line.pace for line in quarter.live]
    assert report["health"]["effective"] == {health: effective.count(health) for health in sorted(set(effective))}
    assert report["health"]["mismatches"] == []


def test_adherence_counts_the_fridays_in_all_by_unit_by_owner_and_by_day(told: tuple[Any, Quarter]) -> None:
    report, quarter = told
    adherence, duties = report["adherence"], quarter.duties()
    assert adherence["total"] == tally(duties)
    assert [{**unit, "unit_id": None, "name": None} for unit in adherence["units"]] == [
        {**tally(duties), "unit_id": None, "name": None}
    ]
    found = {report["names"][each["owner"]]: each for each in adherence["owners"]}
    owners = sorted({line.owner for line in quarter.lines.values()})
    assert sorted(found) == owners
    for name in owners:
        expected = tally(quarter.duties(name))
        assert {part: found[name][part] for part in expected} == expected
    states = ("on_time", "late", "missed", "pending")
    assert adherence["days"] == [
        {"day": day.isoformat(), **{state: stands.count(state) for state in states}} for day, stands in duties.items()
    ]
