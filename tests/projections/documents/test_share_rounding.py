"""Shares of documents are rounded once, for all formats alike."""

from decimal import Decimal

import pytest

from projections.documents import chat_text, html, markdown
from projections.documents.document import Chart, Column, ColumnKind, Document, Picture, Section, Table
from projections.documents.share_rounding import round_shares
from projections.documents.sheets import sheet_tables

D = Decimal


def document(*shares, stated=()):
    columns = (Column("What"), Column("Share", ColumnKind.SHARE), Column("Number", ColumnKind.NUMBER))
    table = Table("shares", "Shares", columns, [(f"Row {n}", share, D("0.99999")) for n, share in enumerate(shares)])
    return Document("Shares", "", (), (Section("all", "All", (table,)),), shares=stated)


def shown(told):
    return [str(cell) for cell in round_shares(told).tables[0].cells("Share")]


@pytest.mark.parametrize(
    ("share", "rounded"),
    [
        ("0.9996", "0.9996"),
        ("0.9995", "0.9995"),
        ("0.0004", "0.0004"),
        ("0.5245", "0.525"),
        ("0.52449", "0.524"),
        ("1", "1.000"),
    ],
)
def test_a_share_is_rounded_half_up_and_never_to_0_or_1(share, rounded):
    assert shown(document(D(share))) == [rounded]


def test_different_shares_of_a_document_look_different():
    assert shown(document(D("0.33333"), D("0.33334"), D("0.3"))) == ["0.33333", "0.33334", "0.300"]


def test_shares_in_texts_count_too():
    assert shown(document(D("0.7104"), stated=(D("0.71"),))) == ["0.7104"]


def test_other_numbers_stay_as_they_are():
    assert round_shares(document(D("0.5"))).tables[0].cells("Number") == [D("0.99999")]


def test_every_format_writes_the_rounded_share():
    told = document(D("0.9996"), D("0.52449"))
    assert "| Row 0 | 0.9996 |" in markdown.render(told)
    assert "Share 0.524" in chat_text.render(told)
    assert ">0.9996<" in html.render(told)
    assert sheet_tables(told)[-1].cells("Share") == [D("0.9996"), D("0.524")]


def test_formats_without_pictures_draw_none():
    def draw():
        raise AssertionError

    told = Document("Map", "", (), (Section("map", "Map", (Picture("map", "Map", draw, "Two objectives"),)),))
    assert "Two objectives" in markdown.render(told)
    assert "Two objectives" in chat_text.render(told)
    assert ("Map", "Map", "Two objectives") in sheet_tables(told)[1].rows
    with pytest.raises(AssertionError):
        html.render(told)


def test_a_chart_of_rounded_shares_keeps_its_columns():
    columns = (Column("What"), Column("Share", ColumnKind.SHARE))
    chart = Chart("chart", "Chart", Table("numbers", "Numbers", columns, [("a", D("0.99961"))]), "bars", "What", ("Share",))
    told = Document("Chart", "", (), (Section("all", "All", (chart,)),))
    assert round_shares(told).tables[0].rows == [("a", D("0.9996"))]


def test_a_number_of_many_zeros_is_written_with_an_exponent():
    told = document(D("1E-56"), D("1E+27"))
    text = markdown.render(told)
    assert "| Row 0 | 1e-56 |" in text
    assert "| Row 1 | 1e27 |" in text


@pytest.mark.parametrize("rows", [[], [("a", None, None)]])
def test_a_table_without_shares_stays_as_it_is(rows):
    columns = (Column("What"), Column("Share", ColumnKind.SHARE), Column("Number", ColumnKind.NUMBER))
    told = Document("Empty", "", (), (Section("all", "All", (Table("shares", "Shares", columns, rows),)),))
    assert round_shares(told) == told
