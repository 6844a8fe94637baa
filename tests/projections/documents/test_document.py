"""Documents refuse invalid values."""

from decimal import Decimal

import pytest

from projections.documents.document import Chart, Column, ColumnKind, Document, Paragraph, Picture, Section, Table

DAYS = (Column("Day", ColumnKind.DAY), Column("Score", ColumnKind.SHARE))


def create_table(*rows, columns=DAYS, id="scores"):
    return Table(id, "Scores", columns, rows)


def create_chart(id="chart", x="Day", series=("Score",), of=None, **shape):
    return Chart(id, "Scores", of or create_table(("2026-01-05", Decimal("0.7"))), "line", x, series, **shape)


def create_document(*parts, language="en"):
    return Document("Title", "", (), (Section("one", "One", parts),), language=language)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: create_table(columns=()), "at least one"),
        (lambda: create_table(columns=(Column("A"), Column("A"))), "distinct headings"),
        (lambda: create_table(("2026-01-05",)), "every row must have 2 cells"),
        (lambda: create_table(("2026-01-05", 0.5)), "a finite decimal"),
        (lambda: create_table(("2026-01-05", Decimal("NaN"))), "a finite decimal"),
        (lambda: create_table(id="Scores"), "must consist of a-z"),
        (lambda: create_table(id='a" onclick="b'), "must consist of a-z"),
        (lambda: Picture("a b", "", str, ""), "must consist of a-z"),
        (lambda: Section("", "", ()), "must consist of a-z"),
        (lambda: create_chart(x="Week"), r"unknown: \['Week'\]"),
        (lambda: create_chart(series=()), "at least one series"),
        (lambda: create_chart(series=("Day",)), "a series must hold numbers"),
        (lambda: create_chart(of=create_table(("2026-01-05", True))), "a series must hold numbers"),
        (lambda: create_chart(low=Decimal(1), high=Decimal(1)), "low must be below high"),
        (lambda: create_chart(band=(Decimal(1), Decimal(0))), "must begin at its lower end"),
        (lambda: create_document(language='en"><script>'), "a tag such as"),
        (lambda: create_document(create_table(), create_table()), r"repeated: \['scores'\]"),
        (lambda: create_document(create_table(), create_chart()), r"repeated: \['scores'\]"),
        (lambda: Document("", "", (), (Section("a", "", ()), Section("a", "", ()))), r"repeated: \['a'\]"),
    ],
)
def test_invalid_values_are_refused(make, rule):
    with pytest.raises(ValueError, match=rule):
        make()


def test_the_tables_of_charts_are_tables_of_the_document():
    own = create_table(id="own")
    assert [each.id for each in create_document(Paragraph(""), own, create_chart(), Picture("map", "", str, "")).tables] == [
        "own",
        "scores",
    ]
