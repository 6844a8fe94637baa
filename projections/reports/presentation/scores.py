"""How much there is and how it scored, by level, by unit and against the aim."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from projections.documents.document import Cell, Chart, ColumnKind, Paragraph, Section, Table
from projections.reports.presentation.formatting import Report, build_table, display_name, format_share, humanize, parse_share
from projections.text.phrases import join_with_and, pluralize

TEXT, SHARE, NUMBER = ColumnKind.TEXT, ColumnKind.SHARE, ColumnKind.NUMBER
COUNT_COLUMNS = {"Objectives": NUMBER, "Key results": NUMBER, "Dropped": NUMBER, "Achieved": NUMBER, "Partial": NUMBER}
COUNT_COLUMNS |= {"Missed": NUMBER, "Unscored": NUMBER, "Mean score": SHARE, "Mean of objectives": SHARE}
BANDS = ("Achieved", "Partial", "Missed", "Unscored")


def sections(report: Report) -> Iterator[Section]:
    yield counts_section(report)
    yield Section("aim", "Scores against the aim", (_commitments_table(report), *_score_charts(report)), ())
    yield Section("causes", "What was decided, and why it fell short", (_causes_table(report),), ())


def counts_section(report: Report) -> Section:
    return Section(
        "counts", "How much there was, and how it scored", (Paragraph(_total_sentence(report)), *_count_charts(report)), ()
    )


def _total_sentence(report: Report) -> str:
    total = report["counts"]["total"]
    scores = total["key_result_scores"]
    had, dropped = (
        f"{pluralize(total[f'objectives{which}'], 'objective')} and {pluralize(total[f'key_results{which}'], 'key result')}"
        for which in ("", "_cancelled")
    )
    means = f"key results {format_share(scores['mean'])}, objectives {format_share(total['objective_scores']['mean'])}"
    bands = join_with_and(f"{scores[band]} {band}" for band in ("achieved", "partial", "missed"))
    return f"In all {had}; dropped: {dropped}. Key results: {bands}. Mean scores: {means}."


def _count_charts(report: Report) -> Iterator[Chart]:
    """By level only where there are several units."""
    levels = [(each["level"], *_count_cells(each)) for each in report["counts"]["levels"]]
    by_level = build_table("levels", "By level", {"Level": TEXT, **COUNT_COLUMNS}, levels)
    if len(report["counts"]["units"]) > 1:
        yield Chart("levels-chart", "Key results by level and band", by_level, "stacked", "Level", BANDS)
    units = [(each["name"], each["level"], *_count_cells(each)) for each in report["counts"]["units"]]
    by_unit = build_table("units", "By unit, without those below", {"Unit": TEXT, "Level": TEXT, **COUNT_COLUMNS}, units)
    yield Chart("units-chart", "Key results by unit and band", by_unit, "stacked", "Unit", BANDS)


def _count_cells(each: Mapping[str, Any]) -> Sequence[Cell]:
    scores = each["key_result_scores"]
    dropped = each["key_results_cancelled"]
    bands = (scores["achieved"], scores["partial"], scores["missed"], scores["unscored"])
    means = (parse_share(scores["mean"]), parse_share(each["objective_scores"]["mean"]))
    return (each["objectives"], each["key_results"], dropped, *bands, *means)


def _commitments_table(report: Report) -> Table:
    aim = report["policy"]["aim"]
    columns = {"Commitment": TEXT, "Scored": NUMBER, "Unscored": NUMBER, "Mean score": SHARE, f"Below {aim['low']}": NUMBER}
    columns |= {f"{aim['low']} to {aim['high']}": NUMBER, f"Above {aim['high']}": NUMBER}
    columns |= {f"Too safe, above {report['policy']['too_safe']}": NUMBER, "At 1": NUMBER}
    rows = [
        (
            *(each["commitment"], each["scored"], each["unscored"], parse_share(each["mean"])),
            *(each["below_aim"], each["within_aim"], each["above_aim"], each["too_safe"], each["in_full"]),
        )
        for each in report["commitments"]
    ]
    return build_table("commitments", "By commitment", columns, rows)


def _score_charts(report: Report) -> Iterator[Chart]:
    """A chart for each commitment: only what was committed to is expected at 1."""
    for each in report["commitments"]:
        kind = each["commitment"]
        rows = [_score_row(report, item) for item in report["scores"] if item["commitment"] == kind]
        yield _score_chart(report, kind, rows)


def _score_chart(report: Report, kind: str, rows: Sequence[Sequence[Cell]]) -> Chart:
    columns = {"Key result": TEXT, "Objective": TEXT, "Unit": TEXT, "Owner": TEXT, "Progress": SHARE, "Confidence": SHARE}
    columns |= {"Score": SHARE, "Band": TEXT, "Scored late": TEXT}
    aim = tuple(Decimal(report["policy"]["aim"][end]) for end in ("low", "high"))
    title = "Committed key results, expected at 1" if kind == "committed" else f"{kind.capitalize()} key results and the aim"
    return Chart(
        *(f"scores-{kind}", title, build_table(f"scores-{kind}-numbers", f"Every {kind} key result", columns, rows), "bars"),
        *("Key result", ("Score",), Decimal(0), Decimal(1)),
        band=None if kind == "committed" else (aim[0], aim[1]),
    )


def _score_row(report: Report, each: Mapping[str, Any]) -> Sequence[Cell]:
    return (
        *(each["title"], each["objective"], display_name(report, each["unit_id"]), display_name(report, each["owner"])),
        *(
            parse_share(each["progress"]),
            parse_share(each["confidence"]),
            parse_share(each["score"]),
            each["band"],
            "late" if each["late"] else None,
        ),
    )


def _causes_table(report: Report) -> Table:
    rows = [
        (
            each["title"],
            each["band"],
            humanize(each["decision"]),
            "asked for" if each["wants_root_cause"] else each["root_cause"],
        )
        for each in report["scores"]
        if each["decision"] or each["root_cause"] or each["wants_root_cause"]
    ]
    columns = {"Key result": TEXT, "Band": TEXT, "Decision": TEXT, "Root cause": TEXT}
    return build_table("causes", "Decisions and root causes", columns, rows)
