"""The sections on results: counts and scores by level and unit, scores against the aim, and closing decisions."""

from collections.abc import Iterator
from decimal import Decimal

from projections.documents.document import Chart, Meaning, Paragraph, Section, Table
from projections.reports.presentation.formatting import Item, Report, display_name, format_share, item_table
from projections.text.phrases import join_with_and, pluralize

NOT_SCORED = "not scored"
BANDS = ("achieved", "partial", "missed")
BAND_COLUMNS = {"Achieved": "achieved", "Partial": "partial", "Missed": "missed", "Unscored": "unscored"}
BAND_MEANINGS = (Meaning.GOOD, Meaning.WARNING, Meaning.BAD, Meaning.OPEN)
COUNT_COLUMNS = {"Objectives": "objectives", "Key results": "key_results", "Cancelled": "key_results_cancelled", **BAND_COLUMNS}
COUNT_COLUMNS |= {"Mean score": "mean", "Mean of objectives": "objective_mean"}
SCORE_COLUMNS = {"Key result": "title", "Objective": "objective", "Unit": "unit_id", "Owner": "owner", "Progress": "progress"}
SCORE_COLUMNS |= {"Confidence": "confidence", "Score": "score", "Band": "band", "Scored after the end": "after_end"}
ROOT_CAUSE_COLUMNS = {"Key result": "title", "Band": "band", "Decision": "decision", "Root cause": "root_cause"}
UNSCORED_COLUMNS = {"Key result": "title", "Owner": "owner"}


def sections(report: Report) -> Iterator[Section]:
    yield results_section(report)
    yield Section("aim", "Scores against the aim", (_commitments_table(report), *_score_charts(report)), ())
    yield Section("root-causes", "Decisions and root causes", (_root_causes_table(report),), ())


def results_section(report: Report) -> Section:
    return Section("results", "Results", (Paragraph(_total_sentence(report)), *_count_charts(report)), ())


def unscored_section(report: Report) -> Section:
    items, title, empty = report["unscored"], "Key results without a score", "All key results are scored."
    table = item_table(report, "unscored", title, UNSCORED_COLUMNS, items, empty=empty)
    return Section(
        "unscored", "Not scored", (table,), tuple(f"{item['title']} ({display_name(report, item['owner'])})" for item in items)
    )


def _total_sentence(report: Report) -> str:
    total = report["counts"]["total"]
    scores = total["key_result_scores"]
    live, cancelled = (
        f"{pluralize(total[f'objectives{suffix}'], 'objective')} and {pluralize(total[f'key_results{suffix}'], 'key result')}"
        for suffix in ("", "_cancelled")
    )
    means = f"key results {_mean(report, scores)}, objectives {_mean(report, total['objective_scores'])}"
    bands = join_with_and(f"{scores[band]} {band}" for band in BANDS)
    return f"{live} in total; cancelled: {cancelled}. Key results: {bands}. Mean scores: {means}."


def _mean(report: Report, scores: Item) -> str:
    return "not scored yet" if scores["mean"] is None else format_share(report, scores["mean"])


def _count_charts(report: Report) -> Iterator[Chart]:
    """By level, if there are several units, and by unit."""
    if len(report["counts"]["units"]) > 1:
        yield _count_chart(report, "level", "Results by level", {"Level": "level"})
    yield _count_chart(report, "unit", "Results by unit, own goals only", {"Unit": "name", "Level": "level"})


def _count_chart(report: Report, group: str, title: str, columns: Item) -> Chart:
    rows = [
        {**item, **item["key_result_scores"], "objective_mean": item["objective_scores"]["mean"]}
        for item in report["counts"][f"{group}s"]
    ]
    table = item_table(report, f"{group}s", title, {**columns, **COUNT_COLUMNS}, rows)
    return Chart(
        *(f"{group}s-chart", f"Key results by {group} and band", table, "stacked", group.capitalize(), tuple(BAND_COLUMNS)),
        meanings=BAND_MEANINGS,
    )


def _commitments_table(report: Report) -> Table:
    aim = report["policy"]["aim"]
    columns = {"Commitment": "commitment", "Scored": "scored", "Unscored": "unscored", "Mean score": "mean"}
    columns |= {f"Below {aim['low']}": "below_aim", f"{aim['low']} to {aim['high']}": "within_aim"}
    columns |= {f"Above {aim['high']}": "above_aim", f"Too safe, above {report['policy']['too_safe']}": "too_safe"}
    columns |= {"At 1": "in_full"}
    return item_table(report, "commitments", "Scores by commitment", columns, report["commitments"], empty="No key results.")


def _score_charts(report: Report) -> Iterator[Chart]:
    """A chart for each commitment, without the aim for committed key results: they are expected to score 1."""
    aim = report["policy"]["aim"]
    for commitment in (item["commitment"] for item in report["commitments"]):
        rows = [
            {**score, "band": score["band"] or NOT_SCORED, "after_end": "yes" if score["after_end"] else None}
            for score in sorted(report["scores"], key=_highest_first)
            if score["commitment"] == commitment
        ]
        id, title = f"scores-{commitment}", f"{commitment.capitalize()} key results"
        table = item_table(report, f"{id}-numbers", title, SCORE_COLUMNS, rows)
        committed = commitment == "committed"
        yield Chart(
            *(id, f"{title}, expected to score 1" if committed else f"{title} and the aim", table, "bars"),
            *("Key result", ("Score",), Decimal(0), Decimal(1)),
            band=None if committed else (Decimal(aim["low"]), Decimal(aim["high"])),
            band_name="Aim",
            missing=NOT_SCORED,
        )


def _highest_first(score: Item) -> tuple[bool, Decimal, str]:
    """The order of bars: the highest score first, then by title; what is not scored comes last."""
    return score["score"] is None, -Decimal(score["score"] or 0), score["title"]


def _root_causes_table(report: Report) -> Table:
    items = [
        {**score, "root_cause": "missing" if score["wants_root_cause"] else score["root_cause"]}
        for score in report["scores"]
        if score["decision"] or score["root_cause"] or score["wants_root_cause"]
    ]
    title, empty = "Decisions and root causes", "No decisions were recorded."
    return item_table(report, "root-causes", title, ROOT_CAUSE_COLUMNS, items, empty=empty)
