"""Names: one line that shows something, equal however their accents and their case are encoded."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.names import is_blank, name_key, parse_line

INVISIBLE = [
    "",
    " ",
    "\u200b",
    "\u200d\u200c",
    "\u00ad",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\u115f",
    "\u2800",
    "\u202e",
    "\ufe0f",
    "\x07",
    "\u00a0",
]
VISIBLE = ["a", "\u0301", "\u0627", "\u200da", "\U0001f600", "-", "\u0600", "\u3042"]


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_name_that_shows_nothing_is_refused(text):
    assert is_blank(text)
    with pytest.raises(ValueError, match="must not be blank"):
        parse_line(text * 3)


@pytest.mark.parametrize("text", VISIBLE)
def test_a_name_that_shows_something_is_kept_as_typed(text):
    assert parse_line(f" {text} ") == text


@given(st.text(min_size=1))
def test_a_name_is_the_same_in_every_normal_form_and_case_of_its_parts(text):
    keys = {name_key(normalize(form, text)) for form in ("NFC", "NFD")}
    assert keys == {name_key(text)}
    assert name_key(name_key(text)) == name_key(text)


def test_composed_and_decomposed_names_are_equal_and_other_names_are_not():
    assert name_key("Caf\u00e9") == name_key("CAFE\u0301") != name_key("Cafe")
    assert name_key("Stra\u00dfe") == name_key("STRASSE")
