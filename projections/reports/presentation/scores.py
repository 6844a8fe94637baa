"""How much there is and how it scored, by level, by unit and against the aim."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Chart, Kind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, name, share, table, two, word
from projections.text.phrases import counted, listed

TEXT, SHARE, NUMBER = Kind.TEXT, Kind.SHARE, Kind.NUMBER
COUNTED = {"Objectives": NUMBER, "Key results": NUMBER, "Dropped": NUMBER, "Achieved": NUMBER, "Partial": NUMBER}
COUNTED |= {"Missed": NUMBER, "Unscored": NUMBER, "Mean score": SHARE, "Mean of objectives": SHARE}
BANDS = ("Achieved", "Partial", "Missed", "Unscored")


def sections(report: Report) -> Iterator[Section]:
    yield counts(report)
    yield Section("aim", "Scores against the aim", (_commitments(report), *_scores(report)), ())
    yield Section("causes", "What was decided, and why it fell short", (_causes(report),), ())


def counts(report: Report) -> Section:
    return Section("counts", "How much there was, and how it scored", (Paragraph(_total(report)), *_counted(report)), ())


def _total(report: Report) -> str:
    total = report["counts"]["total"]
    scores = total["key_result_scores"]
    had, dropped = (
        f"{counted(total[f'objectives{which}'], 'objective')} and {counted(total[f'key_results{which}'], 'key result')}"
        for which in ("", "_cancelled")
    )
    means = f"key results {two(scores['mean'])}, objectives {two(total['objective_scores']['mean'])}"
    bands = listed(f"{scores[band]} {band}" for band in ("achieved", "partial", "missed"))
    return f"In all {had}; dropped: {dropped}. Key results: {bands}. Mean scores: {means}."


def _counted(report: Report) -> Iterator[Chart]:
    """By level only where there are several units."""
    levels = [(each["level"], *_counts(each)) for each in report["counts"]["levels"]]
    by_level = table("levels", "By level", {"Level": TEXT, **COUNTED}, levels)
    if len(report["counts"]["units"]) > 1:
        yield Chart("levels-chart", "Key results by level and band", by_level, "stacked", "Level", BANDS)
    units = [(each["name"], each["level"], *_counts(each)) for each in report["counts"]["units"]]
    by_unit = table("units", "By unit, without those below", {"Unit": TEXT, "Level": TEXT, **COUNTED}, units)
    yield Chart("units-chart", "Key results by unit and band", by_unit, "stacked", "Unit", BANDS)


def _counts(each: Mapping[str, Any]) -> Sequence[Cell]:
    scores = each["key_result_scores"]
    dropped = each["key_results_cancelled"]
    bands = (scores["achieved"], scores["partial"], scores["missed"], scores["unscored"])
    means = (share(scores["mean"]), share(each["objective_scores"]["mean"]))
    return (each["objectives"], each["key_results"], dropped, *bands, *means)


def _commitments(report: Report) -> Table:
    aim = report["policy"]["aim"]
    columns = {"Commitment": TEXT, "Scored": NUMBER, "Unscored": NUMBER, "Mean score": SHARE, f"Below {aim['low']}": NUMBER}
    columns |= {f"{aim['low']} to {aim['high']}": NUMBER, f"Above {aim['high']}": NUMBER}
    columns |= {f"Too safe, above {report['policy']['too_safe']}": NUMBER, "At 1": NUMBER}
    rows = [
        (
            *(each["commitment"], each["scored"], each["unscored"], share(each["mean"])),
            *(each["below_aim"], each["within_aim"], each["above_aim"], each["too_safe"], each["in_full"]),
        )
        for each in report["commitments"]
    ]
    return table("commitments", "By commitment", columns, rows)


def _scores(report: Report) -> Iterator[Chart]:
    """A chart for each commitment: only what was committed to is expected at 1."""
    for each in report["commitments"]:
        kind = each["commitment"]
        rows = [_score(report, item) for item in report["scores"] if item["commitment"] == kind]
        yield _chart(report, kind, rows)


def _chart(report: Report, kind: str, rows: Sequence[Sequence[Cell]]) -> Chart:
    columns = {"Key result": TEXT, "Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "Progress": SHARE, "Confidence": SHARE}
    columns |= {"Score": SHARE, "Band": TEXT, "Scored late": TEXT}
    aim = tuple(Decimal(report["policy"]["aim"][end]) for end in ("low", "high"))
    title = "Committed key results, expected at 1" if kind == "committed" else f"{kind.capitalize()} key results and the aim"
    return Chart(
        *(f"scores-{kind}", title, table(f"scores-{kind}-numbers", f"Every {kind} key result", columns, rows), "bars"),
        *("Key result", ("Score",), Decimal(0), Decimal(1)),
        band=None if kind == "committed" else (aim[0], aim[1]),
    )


def _score(report: Report, each: Mapping[str, Any]) -> Sequence[Cell]:
    return (
        *(each["title"], each["objective"], name(report, each["unit_id"]), name(report, each["owner"])),
        *(
            share(each["progress"]),
            share(each["confidence"]),
            share(each["score"]),
            each["band"],
            "late" if each["late"] else None,
        ),
    )


def _causes(report: Report) -> Table:
    rows = [
        (each["title"], each["band"], word(each["decision"]), "asked for" if each["wants_root_cause"] else each["root_cause"])
        for each in report["scores"]
        if each["decision"] or each["root_cause"] or each["wants_root_cause"]
    ]
    columns = {"Key result": TEXT, "Band": TEXT, "Decision": TEXT, "Root cause": TEXT}
    return table("causes", "Decisions and root causes", columns, rows)
