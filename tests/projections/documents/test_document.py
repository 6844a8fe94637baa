"""The model: it refuses what no writer could write."""

from decimal import Decimal

import pytest

from projections.documents.document import Chart, Column, Document, Kind, Paragraph, Picture, Section, Table

DAYS = (Column("Day", Kind.DAY), Column("Score", Kind.SHARE))


def table(*rows, columns=DAYS, id="scores"):
    return Table(id, "Scores", columns, rows)


def chart(id="chart", x="Day", series=("Score",), of=None, **shape):
    return Chart(id, "Scores", of or table(("2026-01-05", Decimal("0.7"))), "line", x, series, **shape)


def document(*parts, language="en"):
    return Document("Title", "", (), (Section("one", "One", parts),), language=language)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: table(columns=()), "at least one column"),
        (lambda: table(columns=(Column("A"), Column("A"))), "a heading of its own"),
        (lambda: table(("2026-01-05",)), "every row has 2 cells"),
        (lambda: table(("2026-01-05", 0.5)), "a finite exact number"),
        (lambda: table(("2026-01-05", Decimal("NaN"))), "a finite exact number"),
        (lambda: table(id="Scores"), "small letters"),
        (lambda: table(id='a" onclick="b'), "small letters"),
        (lambda: Picture("a b", "", "<svg/>", ""), "small letters"),
        (lambda: Section("", "", ()), "small letters"),
        (lambda: chart(x="Week"), r"not \['Week'\]"),
        (lambda: chart(series=()), "at least one series"),
        (lambda: chart(series=("Day",)), "a series holds numbers"),
        (lambda: chart(of=table(("2026-01-05", True))), "a series holds numbers"),
        (lambda: chart(low=Decimal(1), high=Decimal(1)), "low lies below high"),
        (lambda: chart(band=(Decimal(1), Decimal(0))), "begins at its lower end"),
        (lambda: document(language='en"><script>'), "a tag such as"),
        (lambda: document(table(), table()), r"unlike \['scores'\]"),
        (lambda: document(table(), chart()), r"unlike \['scores'\]"),
        (lambda: Document("", "", (), (Section("a", "", ()), Section("a", "", ()))), r"unlike \['a'\]"),
    ],
)
def test_nonsense_is_refused_at_birth(make, rule):
    with pytest.raises(ValueError, match=rule):
        make()


def test_the_tables_of_charts_are_tables_of_the_document():
    own = table(id="own")
    assert [each.id for each in document(Paragraph(""), own, chart(), Picture("map", "", "", "")).tables] == ["own", "scores"]
