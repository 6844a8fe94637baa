"""Shortened documents: empty tables take no room, and notes count what is left out."""

from decimal import Decimal

from projections.documents.document import Bullets, Chart, Column, ColumnKind, Document, Paragraph, Section, Table
from projections.documents.page_limits import shorten

COLUMNS = (Column("What"), Column("Score", ColumnKind.SHARE), Column("Why"))
FULL_ROWS = [("a", Decimal(1), "so"), ("b", Decimal(0), None)]


def create_table(id, rows, **more):
    return Table(id, id.capitalize(), COLUMNS, rows, **more)


def create_chart(*rows):
    return Chart("chart", "Scores", create_table("numbers", list(rows)), "bars", "What", ("Score",))


def limit_parts(*given):
    (section,) = shorten(Document("Report", "", (), (Section("one", "One", given),))).sections
    return section.parts


def test_parts_with_content_stay_as_they_are():
    said = (
        Paragraph("Well."),
        Bullets(("a",)),
        create_table("full", FULL_ROWS),
        create_chart(*FULL_ROWS),
        Bullets((), "Nobody won."),
    )
    assert limit_parts(*said) == said


def test_empty_tables_share_a_line():
    assert limit_parts(create_table("lost", []), create_table("full", FULL_ROWS), create_table("found", [])) == (
        create_table("full", FULL_ROWS),
        Bullets((), "Lost: none. Found: none."),
    )


def test_an_empty_section_has_a_sentence():
    assert limit_parts(create_table("lost", [])) == (Bullets((), "Lost: none."),)
    assert limit_parts(Bullets(())) == (Bullets(()),)
    assert limit_parts(create_chart()) == (Bullets((), "Numbers: none."),)


def test_an_empty_table_with_a_note_stays():
    silent = create_table("silent", [], note="Two more rows left out.")
    assert limit_parts(silent)[0].note == "Two more rows left out."


def test_equal_sentences_of_empty_tables_stand_once():
    empty = [create_table(id, [], empty="No reviews were recorded.") for id in ("reviews", "lessons")]
    assert limit_parts(*empty) == (Bullets((), "No reviews were recorded."),)


def test_empty_columns_are_left_out_except_the_first():
    (told,) = limit_parts(create_table("full", [(None, Decimal(1), None)]))
    assert [column.name for column in told.columns] == ["What", "Score"]
    assert told.rows == [(None, Decimal(1))]


def test_a_chart_of_one_bar_or_none_is_its_table_alone():
    assert limit_parts(create_chart(*FULL_ROWS[:1])) == (create_table("numbers", [("a", Decimal(1), "so")]),)
    (nothing,) = limit_parts(create_chart(("a", None, None), ("b", None, None)))
    assert [column.name for column in nothing.columns] == ["What"]


def test_a_chart_keeps_its_columns():
    (drawn,) = limit_parts(create_chart(("a", Decimal(1), None), ("b", Decimal(0), None), ("c", None, None)))
    assert [column.name for column in drawn.table.columns] == ["What", "Score"]


def test_too_many_bars_become_a_table():
    bars = [(str(number), Decimal(0), None) for number in range(61)]
    assert isinstance(limit_parts(create_chart(*bars))[0], Table)
    assert isinstance(limit_parts(create_chart(*bars[:60]))[0], Chart)


def test_long_tables_and_lists_count_the_rows_left_out():
    (told,) = limit_parts(create_table("long", FULL_ROWS * 300, note="By score."))
    assert (len(told.rows), told.note) == (500, "By score. 100 more rows. The JSON, CSV and XLSX formats contain all of them.")
    (told,) = limit_parts(Bullets([str(number) for number in range(600)]))
    assert told.items[-1] == "100 more. The JSON, CSV and XLSX formats contain all of them."


def test_a_long_text_says_how_much_of_it_is_left_out():
    long, cut = "x" * 1_234, "x" * 1_000 + "… (234 more characters)"
    assert limit_parts(Paragraph(long)) == (Paragraph(cut),)
    assert limit_parts(Bullets((long, "short"))) == (Bullets((cut, "short")),)
    (told,) = limit_parts(create_table("long", [(long, Decimal(1), "so")]))
    assert told.rows == [(cut, Decimal(1), "so")]
    assert limit_parts(Paragraph("x" * 1_000)) == (Paragraph("x" * 1_000),)


def test_tables_and_lists_of_long_texts_have_fewer_rows():
    (told,) = limit_parts(create_table("long", [("x" * 999, None, "y")] * 300))
    assert (len(told.rows), told.note) == (100, "200 more rows. The JSON, CSV and XLSX formats contain all of them.")
    (told,) = limit_parts(Bullets(["x" * 1_000] * 300))
    assert (len(told.items), told.items[-1]) == (101, "200 more. The JSON, CSV and XLSX formats contain all of them.")
