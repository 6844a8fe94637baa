"""Wrapped lines fit their width and keep all text, or end in an ellipsis."""

from hypothesis import given
from hypothesis import strategies as st

from projections.text.labels import single_line
from projections.text.text_metrics import ELLIPSIS, text_width, truncate, wrap_text

LINES = st.text(max_size=120).map(single_line)


@given(LINES, st.integers(120, 400), st.integers(1, 5), st.booleans())
def test_every_line_fits(text, room, most, bold):
    lines = wrap_text(text, room, 15, most=most, bold=bold)
    assert 1 <= len(lines) <= most
    assert all(text_width(line, 15, bold=bold) <= room for line in lines)


@given(LINES)
def test_with_enough_lines_no_text_is_lost(text):
    lines = wrap_text(text, 120, 15, most=200)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(LINES, st.integers(40, 300))
def test_a_cut_keeps_the_beginning(text, room):
    kept = truncate(text, room, 12)
    assert kept == text or (kept.endswith(ELLIPSIS) and text.startswith(kept[:-1]))
    assert text_width(kept, 12) <= room


def test_words_stay_whole_where_they_can():
    assert wrap_text("Lead the market in advanced technology", 150, 15, most=5) == [
        "Lead the market in",
        "advanced",
        "technology",
    ]


def test_a_word_longer_than_a_line_goes_on_in_the_next():
    assert wrap_text("x" * 30, 100, 15, most=9) == ["xxxxxxxxxxx", "xxxxxxxxxxx", "xxxxxxxx"]


def test_scripts_without_spaces_break_between_letters():
    lines = wrap_text("二つの新製品を発売する", 100, 15, most=9)
    assert len(lines) == 2
    assert "".join(lines) == "二つの新製品を発売する"


def test_a_combining_mark_stays_with_its_letter():
    assert truncate("e\u0301" * 20, 60, 15)[:-1].endswith("e\u0301")


def test_bold_is_wider_and_marks_take_no_room():
    assert text_width("Growth", 15, bold=True) > text_width("Growth", 15)
    assert text_width("e\u0301", 15) == text_width("e", 15) == text_width("\u00e9", 15)
    assert text_width("\U0001f680", 10) > text_width("\u4e8c", 10) > text_width("i", 10)
