"""Documents contain every value of their reports, or a count of what is left out."""

import re

import pytest

from projections.documents import chat_text
from projections.documents.page_limits import shorten
from projections.reports.presentation import digest, retrospective
from tests.projections.reports.presentation import sample_reports
from tests.projections.reports.presentation.document_texts import contains_value, document_texts, iterate_leaves

OMITTED_PATHS = re.compile(
    r"report|zone|names\..*|.*\b(\w+_)?id|.*\.origin"
    r"|counts\.\w+\.key_result_scores\.(scored|below_aim|within_aim|above_aim|too_safe|in_full)"
    r"|counts\.total\.key_result_scores\.unscored|commitments\.(achieved|partial|missed)"
    r"|counts\.(levels|units)\.objectives_cancelled|wins\.check_ins|scores\.scored_at"
    r"|moved\.kinds\.kind|moved\.items\.(actor|kind|fields\..*|subject\..*)|findings\.\w+\.items\.(evidence|subject\..*)"
    r"|carried_over\.decisions\.decision|(confidence\.over_time|adherence\.days)\.day|celebrated\.\w+\.recorded_at"
    r"|celebrations\.unit_id|(wins|blockers|blocked)(\.items)?\.(unit_id|author)|what_\w+\.(author|title)|lessons\.(author|title)"
    r"|alignment\.\w+\.objectives\.commitment|celebrated\.more\.\w+|celebrated\.\w+\.unit_id"
)
"""Ids, days that are only counted, and members that documents show in another form."""
DOCUMENTS = {
    "retrospective": lambda: (
        sample_reports.retrospective(),
        retrospective.retrospective_document(sample_reports.retrospective(), {}),
    ),
    "monthly": lambda: (sample_reports.digest(), digest.monthly_document(sample_reports.digest())),
    "weekly": lambda: (sample_reports.digest("weekly"), digest.weekly_document(sample_reports.digest("weekly"))),
}


@pytest.fixture(params=DOCUMENTS)
def report_and_document(request):
    return DOCUMENTS[request.param]()


def missing_values(report, document):
    """The values of a report that its document lacks."""
    words = document_texts(document)
    policy = report["report"] == "weekly"
    return [
        (path, value)
        for path, value in iterate_leaves({name: part for name, part in report.items() if not (policy and name == "policy")})
        if not OMITTED_PATHS.fullmatch(path) and not contains_value(words, report["names"], value)
    ]


def test_every_value_of_a_report_stands_in_its_document(report_and_document):
    assert missing_values(*report_and_document) == []


def test_pages_contain_every_value_too(report_and_document):
    report, document = report_and_document
    assert missing_values(report, shorten(document)) == []


def test_days_without_values_are_counted():
    tables = {table.id: table for table in DOCUMENTS["retrospective"]()[1].tables}
    assert tables["confidence"].note == "1 due day without a stated confidence left out."
    assert tables["due-days"].note == "1 due day after 2026-03-30 left out."


def test_the_same_report_gives_the_same_document(report_and_document):
    report, document = report_and_document
    assert DOCUMENTS[report["report"]]()[1] == document


def test_a_chat_text_has_at_most_25_lines(report_and_document):
    assert len(chat_text.render(report_and_document[1]).splitlines()) <= 25
