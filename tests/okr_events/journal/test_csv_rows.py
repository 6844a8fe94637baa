"""Rows of a journal keep to the same grammar of numbers as the API."""

import pytest

from okr_events.journal.csv_rows import JournalError, JournalRow, parse_quarter

CELLS = {
    "recorded_at": "2019-03-11T11:31:30-07:00",
    "cycle": "2019-Q1",
    "action": "check_in",
    "objective": "O1",
    "key_result": "KR1",
    "title": "",
    "owner": "",
    "value": "",
    "projected": "",
}


@pytest.mark.parametrize("column", ["value", "projected"])
@pytest.mark.parametrize("text", ["0_1", "_1_", "٣", "+1", "1.", "0x1", "NaN"])
def test_a_number_of_a_journal_keeps_to_the_grammar_of_decimals(column, text):
    with pytest.raises(JournalError, match=f"{column} must be a decimal number"):
        JournalRow.parse(list((CELLS | {column: text}).values()))


def test_blanks_around_a_number_of_a_journal_are_dropped():
    row = JournalRow.parse(list((CELLS | {"value": " .5 ", "projected": "1e0"}).values()))
    assert (str(row.value), str(row.projected)) == ("0.5", "1")


def test_a_quarter_has_plain_digits():
    with pytest.raises(JournalError, match="calendar quarter"):
        parse_quarter("٢٠١٩-Q1")
