"""The charts of reports: colours by meaning, bars in an order, and what is not scored is said."""

from decimal import Decimal

from projections.documents.document import Chart, Meaning
from projections.reports.presentation import retrospective
from tests.projections.reports.presentation import sample_reports

MEANINGS = {
    "On time": Meaning.GOOD,
    "Late": Meaning.WARNING,
    "Missed": Meaning.BAD,
    "Pending": Meaning.OPEN,
    "Achieved": Meaning.GOOD,
    "Partial": Meaning.WARNING,
    "Unscored": Meaning.OPEN,
}


def charts(report):
    document = retrospective.retrospective_document(report, {})
    return {part.id: part for section in document.sections for part in section.parts if isinstance(part, Chart)}


def scored(*scores):
    report = sample_reports.retrospective()
    [first] = [item for item in report["scores"] if item["commitment"] == "aspirational"]
    items = [
        first | {"title": f"Goal {number}", "score": score, "band": score and "partial"} for number, score in enumerate(scores)
    ]
    return charts(report | {"scores": items, "commitments": report["commitments"][1:]})["scores-aspirational"]


def test_good_is_green_and_missed_is_red_in_every_chart_of_states_and_bands():
    found = {
        name: meaning
        for chart in charts(sample_reports.retrospective()).values()
        for name, meaning in zip(chart.series, chart.meanings, strict=False)
    }
    assert found == MEANINGS


def test_bars_begin_with_the_highest_score_and_end_with_what_is_not_scored():
    chart = scored("0.4", None, "1", "0", "0.72")
    assert chart.table.cells("Score") == [Decimal(1), Decimal("0.72"), Decimal("0.4"), Decimal(0), None]
    assert chart.table.cells("Key result") == ["Goal 2", "Goal 4", "Goal 0", "Goal 3", "Goal 1"]


def test_not_scored_is_said_in_the_chart_and_in_its_table():
    chart = scored("0.4", None)
    assert chart.missing == "not scored"
    assert chart.table.cells("Band") == ["partial", "not scored"]


def test_the_aim_is_named():
    chart = scored("0.4")
    assert (chart.band_name, chart.band) == ("Aim", (Decimal("0.7"), Decimal("0.8")))
