"""Journals as spreadsheets save them, and the line numbers of their rows."""

import pytest

from okr_events.journal.csv_file import JournalFile
from okr_events.journal.csv_rows import JournalError
from tests.okr_events.journal.conftest import HEADER, Journals

DEFINE = "2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,Kunden gewinnen für Österreich,Bea,,"
CHECK_IN = "2020-02-03T09:00:00Z,2020-Q1,check_in,O1,K1,,,0.5,0.75"
BLANK = "," * 8
PLAIN = f"{HEADER}\n{DEFINE}\n{CHECK_IN}"


EXCEL = "\r\n".join(
    [HEADER.replace(",", ";"), DEFINE.replace(",", ";"), CHECK_IN.replace(",", ";").replace(".", ","), BLANK.replace(",", ";")]
)
FORMS = {
    "plain": (PLAIN.encode(), "Read as UTF-8, separated by commas, with decimal points."),
    "byte order mark": (
        PLAIN.encode("utf-8-sig"),
        "Read as UTF-8, separated by commas, with decimal points.",
    ),
    "Excel in German": (EXCEL.encode("utf-8-sig"), "Read as UTF-8, separated by semicolons, with decimal commas."),
    "Excel's Unicode text": (
        EXCEL.replace(";", "\t").encode("utf-16"),
        "Read as UTF-16, separated by tabs, with decimal commas.",
    ),
    "big-endian": (
        b"\xfe\xff" + EXCEL.encode("utf-16-be"),
        "Read as UTF-16, separated by semicolons, with decimal commas.",
    ),
    "named separator": (f"sep=;\r\n{EXCEL}".encode(), "Read as UTF-8, separated by semicolons, with decimal commas."),
    "all quoted": (
        "\n".join(";".join(f'"{cell}"' for cell in line.split(";")) for line in EXCEL.split("\r\n")).encode(),
        "Read as UTF-8, separated by semicolons, with decimal commas.",
    ),
    "empty columns": (
        "\n".join(f"{line},,," for line in (HEADER, DEFINE, CHECK_IN, BLANK)).encode(),
        "Read as UTF-8, separated by commas, with decimal points.",
    ),
    "short rows": (
        "\n".join(line.rstrip(",") for line in (HEADER, DEFINE, CHECK_IN)).encode(),
        "Read as UTF-8, separated by commas, with decimal points.",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_journal_is_read_in_every_form_that_spreadsheets_save_and_the_form_is_stated(journals: Journals, form: str) -> None:
    data, description = FORMS[form]
    journal = journals.run_file(data)
    assert (journal.row_errors, journal.new_rows) == ([], 2)
    assert journal.file.description == description
    assert journals.run(DEFINE, CHECK_IN).recorded_before == 2


def test_both_decimal_marks_in_one_file_are_a_question(journals: Journals) -> None:
    data = "\n".join([HEADER, DEFINE, CHECK_IN, CHECK_IN.replace("0.5,0.75", '"0,6","0,75"')]).encode()
    with pytest.raises(JournalError, match=r"a decimal point in line 3 and a comma in line 4.*--decimal"):
        journals.run_file(data)
    errors = journals.run_file(data, decimal_mark=",").row_errors
    assert [error.split(":")[0] for error in errors] == ["line 3"]


def test_an_encoding_that_cannot_be_detected_is_a_question(journals: Journals) -> None:
    with pytest.raises(JournalError, match="--encoding"):
        journals.run_file(EXCEL.encode("cp1252"))
    with pytest.raises(JournalError, match="--encoding"):
        journals.run_file(EXCEL.encode("utf-16-le"))
    assert journals.run_file(EXCEL.encode("cp1252"), encoding="cp1252").new_rows == 2
    assert journals.run(DEFINE, CHECK_IN).recorded_before == 2


def test_an_error_names_the_first_line_of_its_row(journals: Journals) -> None:
    define = DEFINE.replace("Kunden gewinnen für Österreich", '"Kunden\ngewinnen\n\nfür Österreich"')
    lines = [HEADER, "", define, "", BLANK, "nonsense" + BLANK]
    errors = journals.run_file("\n".join(lines).encode()).row_errors
    assert [error.split(":")[0] for error in errors] == ["line 9"]


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000", "\u200c", "\u200d", "\u00ad", "\t", "\n"])
def test_titles_may_have_the_characters_that_the_api_takes(journals: Journals, space: str) -> None:
    title = f'"Kunden{space}gewinnen"'
    assert journals.run(DEFINE.replace("Kunden gewinnen für Österreich", title)).row_errors == []


@pytest.mark.parametrize("cells", ["\u200b", "\u00ad\u2060"])
def test_a_title_that_shows_nothing_is_refused(journals: Journals, cells: str) -> None:
    row = DEFINE.replace("Kunden gewinnen für Österreich", cells)
    assert journals.run(row).row_errors == ["line 2: title must not be blank"]


def test_a_row_has_no_more_cells_than_there_are_columns(journals: Journals) -> None:
    assert journals.run(f"{CHECK_IN},more").row_errors == ["line 2: a row has 9 cells, not 10"]


def test_a_broken_quotation_is_reported_with_its_line() -> None:
    with pytest.raises(JournalError, match="line 3: not CSV"):
        JournalFile.read(f'{HEADER}\n{DEFINE}\n"a"b'.encode())
