"""The section on confidence: over time, its calibration, and against each score."""

from decimal import Decimal

from projections.documents.document import Chart, Paragraph, Section
from projections.reports.presentation.formatting import Report, format_share, item_table, parse_share
from projections.text.phrases import pluralize

ZERO, ONE = Decimal(0), Decimal(1)
DAY_COLUMNS = {"Due day": "day", "Mean confidence": "mean", "Key results": "stated"}
BAND_COLUMNS = {"Stated confidence": "band", "Key results": "compared", "Mean confidence": "confidence", "Mean score": "score"}
SCORE_COLUMNS = {"Key result": "title", "Owner": "owner", "Last confidence": "confidence", "Score": "score", "Error": "error"}
NOTHING_TO_COMPARE = "No key result has both a confidence and a score to compare."


def section(report: Report) -> Section:
    parts = (
        over_time_chart(report),
        Paragraph(_calibration_sentence(report)),
        _calibration_chart(report),
        _scatter_chart(report),
    )
    return Section("confidence", "Confidence and calibration", parts, ())


def over_time_chart(report: Report) -> Chart:
    days = report["confidence"]["over_time"]
    stated = [day for day in days if day["stated"]]
    missing = len(days) - len(stated)
    note = f"{pluralize(missing, 'due day')} without a stated confidence left out." if missing else None
    title, empty = "Mean confidence by due day", "No confidence was stated."
    table = item_table(report, "confidence", title, DAY_COLUMNS, stated, note=note, empty=empty)
    return Chart("confidence-chart", "Mean confidence over time", table, "line", "Due day", ("Mean confidence",), ZERO, ONE)


def _calibration_sentence(report: Report) -> str:
    calibration = report["confidence"]["calibration"]
    if not calibration["compared"]:
        return NOTHING_TO_COMPARE
    difference = parse_share(calibration["mean_difference"]) or 0
    bias = "overconfident" if difference > 0 else "underconfident" if difference < 0 else "neither over- nor underconfident"
    error = (
        f"the last confidence differed from the score by {format_share(report, calibration['mean_absolute_error'])} on average"
    )
    compared = f"{pluralize(calibration['compared'], 'key result')} compared: {error}."
    return f"{compared} Overall, owners were {bias} ({format_share(report, calibration['mean_difference'])})."


def _calibration_chart(report: Report) -> Chart:
    bands = [band for band in report["confidence"]["calibration"]["bands"] if band["compared"]]
    rows = [{"band": f"{band['from']} to {band['to']}", **band} for band in bands]
    title = "Confidence and score by band"
    table = item_table(report, "calibration", title, BAND_COLUMNS, rows, empty=NOTHING_TO_COMPARE)
    series = ("Mean confidence", "Mean score")
    return Chart("calibration-chart", "Calibration", table, "bars", "Stated confidence", series, ZERO, ONE)


def _scatter_chart(report: Report) -> Chart:
    compared = [score for score in report["scores"] if score["error"] is not None]
    id, title = "confidence-and-score", "Confidence and score"
    table = item_table(report, id, f"{title} by key result", SCORE_COLUMNS, compared, empty=NOTHING_TO_COMPARE)
    return Chart(f"{id}-chart", title, table, "scatter", "Last confidence", ("Score",), ZERO, ONE)
