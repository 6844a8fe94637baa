"""Documents to write: a rich one with everything in it, and one of which every text is given."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from projections.documents.document import Bullets, Chart, Column, ColumnKind, Document, Paragraph, Picture, Section, Table
from projections.okr_map.svg import render
from tests.projections.okr_map import graph_answers
from tests.projections.okr_map.hostile_titles import ARABIC, FAMILY, HEBREW

COMMAND, TYPST, SCRIPT, PIPES = "=cmd|' /C calc'!A0", "#let x = 1", '<script>alert("1")</script>', "| a | b"
LINK = "[link](https://evil.example) ![picture](//evil.example/x.png) www.evil.example"
LONG = "An objective with a title that never ends " * 11 + "x" * 60
ODD_TEXTS = (
    COMMAND,
    TYPST,
    SCRIPT,
    PIPES,
    LINK,
    LONG,
    ARABIC,
    HEBREW,
    FAMILY,
    "*bold* _thin_ `code` $x$",
    "- item",
    "1. first",
    "&amp;",
)
SHARE = ColumnKind.SHARE
DAY = date(2026, 1, 5)


def _weeks(number):
    return [(DAY + timedelta(days=7 * week)).isoformat() for week in range(number)]


def progress_chart(weeks=13):
    columns = (Column("Day", ColumnKind.DAY), Column("Progress", SHARE), Column("Expected", SHARE), Column("Confidence", SHARE))
    rows = [
        (day, Decimal(week) ** 2 / 160, Decimal(week) / 12, None if week in {4, 5, 9} else Decimal(8 - week % 4) / 10)
        for week, day in enumerate(_weeks(weeks))
    ]
    return Table("progress-numbers", "Progress week by week", columns, rows, note="Confidence is what people stated.")


def units():
    columns = (
        Column("Unit"),
        Column("On track", ColumnKind.NUMBER),
        Column("At risk", ColumnKind.NUMBER),
        Column("Off track", ColumnKind.NUMBER),
    )
    names = ("Tech Innovations", "Product development", "Sales and partnerships of the whole region", HEBREW)
    return Table("health-numbers", "Health by unit", columns, [(name, 5 - n, n + 1, n % 3) for n, name in enumerate(names)])


def scores():
    columns = (Column("Key result"), Column("Progress", SHARE), Column("Score", SHARE))
    rows = [(f"Key result {n}", Decimal(n) / 20, Decimal(n * n) / 400) for n in range(1, 20)]
    return Table("score-numbers", "Scores", columns, rows)


def months():
    columns = (Column("Month"), Column("Value", ColumnKind.NUMBER))
    return Table("month-numbers", "Values", columns, [("January", -40), ("February", Decimal("12.5")), ("March", 1350000)])


def odd_document():
    columns = (Column("Title"), Column(PIPES), Column("Share", SHARE), Column("Number", ColumnKind.NUMBER), Column("Done"))
    rows = [
        (title, ODD_TEXTS[-index], Decimal(index) / 7, index * 10**6, index % 2 == 0) for index, title in enumerate(ODD_TEXTS)
    ]
    return Table("odd", SCRIPT, columns, rows, note=LINK)


def long_document():
    columns = (Column("Day", ColumnKind.DAY), Column("What happened"), Column("Position", ColumnKind.NUMBER))
    return Table("long", "Every change", columns, [(day, f"Change {n}: {LONG[:70]}", n) for n, day in enumerate(_weeks(120))])


def rich_document():
    empty = Table("nothing", "Findings", (Column("Code"), Column("Sentence")), [], empty="No findings.")
    return Document(
        title="Quarterly retrospective: Q1 2026",
        subtitle="Tech Innovations, 1 January to 31 March 2026",
        facts=(
            ("Position", "1042"),
            ("Evaluated at", "2026-04-01T09:30:00Z"),
            ("Ledger root", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"),
            ("Policy", "weekly on Friday, 3 days of grace; aim 0.7 to 0.8"),
        ),
        summary=("Two of three objectives were achieved.", "Mean score 0.72, within the aim of 0.7 to 0.8."),
        sections=(
            Section(
                "numbers",
                "How far we came",
                (
                    Paragraph("The quarter went well; the launch slipped by two weeks and was recovered."),
                    Chart(
                        *("progress", "Progress, pace and confidence", progress_chart(), "line", "Day"),
                        *(("Progress", "Expected", "Confidence"), Decimal(0), Decimal(1), (Decimal("0.7"), Decimal("0.8"))),
                    ),
                    Chart("health", "Health of key results", units(), "stacked", "Unit", ("On track", "At risk", "Off track")),
                    Chart(
                        "sides",
                        "Health side by side",
                        _rename_columns(units()),
                        "bars",
                        "Unit",
                        ("On track", "At risk", "Off track"),
                    ),
                    Chart("scores", "Score against progress", scores(), "scatter", "Progress", ("Score",)),
                    Chart("values", "Values", months(), "bars", "Month", ("Value",)),
                ),
            ),
            Section(
                "titles", SCRIPT, (odd_document(), Bullets(ODD_TEXTS), Bullets((), "No lessons."), Paragraph(TYPST), empty)
            ),
            Section("map", "The map", (_map(),)),
            Section("changes", "What changed", (long_document(),)),
        ),
    )


def _rename_columns(table):
    return Table("side-numbers", table.title, table.columns, table.rows)


def _map():
    return Picture(
        "okr-map", "Alignment", partial(render, graph_answers.worked_example()), "Four objectives, all linked to the company's."
    )


def document_with_texts(*texts):
    """A document in which the given texts stand at every place where a text can stand."""
    a, b, c, d = texts
    table = Table("table", a, (Column(f"1{b}"), Column(f"2{c}", ColumnKind.NUMBER)), [(d, 1), (a, None)], note=b)
    chart = Chart(
        "chart", c, Table("drawn", d, (Column(f"3{a}"), Column(f"4{b}", SHARE)), [(c, 1)]), "line", f"3{a}", (f"4{b}",)
    )
    none = Table("none", b, (Column(c),), [], empty=d)
    parts = (Paragraph(a), Bullets((b, c)), Bullets((), d), table, chart, none)
    return Document(a, b, ((c, d),), (Section("first", d, parts), Section("second", c, ())), (a, b))
