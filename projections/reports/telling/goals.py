"""How much there is and how it scored, against the aim."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Chart, Kind, Section, Table
from projections.reports.telling.words import Report, name, share, table, word

TEXT, SHARE, NUMBER = Kind.TEXT, Kind.SHARE, Kind.NUMBER
COUNTED = {"Objectives": NUMBER, "Key results": NUMBER, "Dropped": NUMBER, "Achieved": NUMBER, "Partial": NUMBER}
COUNTED |= {"Missed": NUMBER, "Unscored": NUMBER, "Mean score": SHARE, "Mean of objectives": SHARE}
BANDS = ("Achieved", "Partial", "Missed", "Unscored")


def sections(report: Report) -> Iterator[Section]:
    yield Section("counts", "How much there was, and how it scored", (_levels(report), _units(report)))
    yield Section("commitments", "Against the aim", (_commitments(report),))
    yield Section("scores", "Every key result", (_scores(report),))


def _levels(report: Report) -> Chart:
    rows = [(each["level"], *_counts(each)) for each in report["counts"]["levels"]]
    levels = table("levels", "By level", {"Level": TEXT, **COUNTED}, [*rows, ("all", *_counts(report["counts"]["total"]))])
    return Chart("levels-chart", "Key results by level and band", levels, "stacked", "Level", BANDS)


def _units(report: Report) -> Table:
    rows = [(each["name"], each["level"], *_counts(each)) for each in report["counts"]["units"]]
    return table("units", "By unit, without what lies below it", {"Unit": TEXT, "Level": TEXT, **COUNTED}, rows)


def _counts(each: Mapping[str, Any]) -> Sequence[Cell]:
    scores = each["key_result_scores"]
    dropped = each["key_results_cancelled"]
    bands = (scores["achieved"], scores["partial"], scores["missed"], scores["unscored"])
    means = (share(scores["mean"]), share(each["objective_scores"]["mean"]))
    return (each["objectives"], each["key_results"], dropped, *bands, *means)


def _commitments(report: Report) -> Table:
    aim = report["policy"]["aim"]
    columns = {"Commitment": TEXT, "Scored": NUMBER, "Mean score": SHARE, f"Below {aim['low']}": NUMBER}
    columns |= {f"{aim['low']} to {aim['high']}": NUMBER, f"Above {aim['high']}": NUMBER}
    columns |= {f"Above {report['policy']['too_safe']}": NUMBER, "At 1": NUMBER}
    rows = [
        (
            *(each["commitment"], each["scored"], share(each["mean"]), each["below_aim"], each["within_aim"]),
            *(each["above_aim"], each["too_safe"], each["in_full"]),
        )
        for each in report["commitments"]
    ]
    return table("commitments", "Key results of committed, aspirational and learning objectives", columns, rows)


def _scores(report: Report) -> Chart:
    columns = {"Key result": TEXT, "Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "Commitment": TEXT, "Progress": SHARE}
    columns |= {"Score": SHARE, "Band": TEXT, "Confidence": SHARE, "Error": SHARE, "Late": TEXT}
    columns |= {"Decision": TEXT, "Root cause": TEXT}
    rows = [_score(report, each) for each in report["scores"]]
    low, high = (Decimal(report["policy"]["aim"][end]) for end in ("low", "high"))
    scores = table("scores", "Key results with their scores", columns, rows)
    return Chart(
        *("scores-chart", "Scores against the aim", scores, "bars", "Key result", ("Score",)),
        low=Decimal(0),
        high=Decimal(1),
        band=(low, high),
    )


def _score(report: Report, each: Mapping[str, Any]) -> Sequence[Cell]:
    cause = "asked for" if each["wants_root_cause"] else each["root_cause"]
    return (
        *(each["title"], each["objective"], name(report, each["unit_id"]), name(report, each["owner"]), each["commitment"]),
        *(share(each["progress"]), share(each["score"]), each["band"], share(each["confidence"]), share(each["error"])),
        *("late" if each["late"] else None, word(each["decision"]), cause),
    )
