"""Chat texts are short and count what they leave out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.documents import chat_text
from projections.documents.document import Bullets, Column, Document, Paragraph, Section, Table
from tests.projections.documents import sample_documents

TEXTS = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(sample_documents.ODD_TEXTS)


def render_lines(document, **asked):
    return chat_text.render(document, **asked).removesuffix("\n").split("\n")


def create_listing(*sections):
    return Document(
        "Weekly", "", (), tuple(Section(f"s{n}", f"Section {n}", parts) for n, parts in enumerate(sections)), ("Well.",)
    )


def create_table(number):
    return Table("table", "Changes", (Column("What"), Column("Who")), [(f"Change {n}", f"person {n}") for n in range(number)])


def test_a_short_document_is_complete():
    assert render_lines(create_listing((Paragraph("All is well."), Bullets(("a", "b")), create_table(2)))) == [
        *("Weekly", "Well.", "", "Section 0", "• All is well.", "• a", "• b"),
        *("• Changes: 2", "   - Change 0: Who person 0", "   - Change 1: Who person 1"),
    ]


def test_long_tables_and_lists_count_the_rest():
    assert render_lines(create_listing((create_table(100), Bullets([str(n) for n in range(9)]))))[-8:] == [
        *("   - … 94 more", "• 0", "• 1", "• 2", "• 3", "• 4", "• 5", "• … 3 more"),
    ]


def test_a_longer_document_shows_fewer_rows(rich_document):
    told = render_lines(rich_document, lines=40)
    assert len(told) <= 40
    assert "   - … 18 more" in told
    assert max(map(len, told)) < 170


def test_lines_that_do_not_fit_are_counted():
    told = render_lines(create_listing(*[(Paragraph(str(n)),) for n in range(30)]))
    assert len(told) == 25
    assert told[-2:] == ["", "69 more lines left out."]


def test_tables_without_room_for_a_row_are_counted():
    assert "• Changes: 100 left out" in render_lines(create_listing((create_table(100),)), lines=5)


def test_a_brief_replaces_the_parts_of_a_section_and_an_empty_one_hides_it():
    brief = {"due": ("Ada: a number",), "risk": ("First", "Second"), "calm": ()}
    parts = (Paragraph("All of it is here."),)
    sections = tuple(Section(id, id.capitalize(), parts, said) for id, said in [*brief.items(), ("last", ("All of it",))])
    assert render_lines(Document("Weekly", "", (), sections)) == [
        *("Weekly", "", "Due: Ada: a number", "", "Risk", "• First", "• Second", "", "Last: All of it"),
    ]


def test_single_lines_stand_together_and_a_longer_section_counts_its_lines():
    many = tuple(str(number) for number in range(30))
    sections = (*(Section(id, id, (), ("one",)) for id in ("a", "b")), Section("c", "c", (), many))
    assert render_lines(Document("Weekly", "", (), sections)) == [
        *("Weekly", "", "a: one", "b: one", "", "c (6 of 30)", "• 0", "• 1", "• 2", "• 3", "• 4", "• 5"),
    ]


def test_a_line_chart_is_its_last_row(rich_document):
    assert "• Progress, pace and confidence: 2026-03-30: Progress 0.9, Expected 1, Confidence 0.8" in render_lines(
        rich_document, lines=40
    )


def test_texts_mention_nobody_and_run_no_command():
    told = chat_text.render(create_listing((Paragraph("@everyone <!channel> <@U1> <script> a@b.example 1 < 2"),)))
    joined = "@\u2060everyone <\u2060!channel> <\u2060@\u2060U1> <\u2060script> a@\u2060b.example 1 < 2"
    assert joined in told


@settings(deadline=None, max_examples=40)
@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_any_text_stays_on_its_line(given_texts):
    told = render_lines(sample_documents.document_with_texts(*given_texts))
    assert len(told) <= 25
    assert all(len(line) < 200 for line in told)
