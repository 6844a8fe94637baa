"""Reports of a real team's journal and of the worked example: complete, valid, accessible, and short in a chat."""

import re
from contextlib import contextmanager

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from api.cli import okr
from api.demo import example
from api.operations.admin_token import ensure_admin_token
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import open_stores
from api.representations.report_request import build_report_context
from projections import moment
from projections.documents import chat_text, html
from projections.documents.page_limits import shorten
from projections.reports.report_types import REPORT_TYPES
from projections.store import lookups
from tests.app_factory import create_app_over
from tests.projections.reports.presentation.document_texts import document_texts
from tests.projections.reports.presentation.test_completeness import missing_values
from tests.stories.test_journal import JOURNAL

TOKEN = "a-token-of-these-reports-only"
REPORT_REQUESTS = (
    *(("journal", "retrospective", f"2019-Q{quarter}", "2019-12-31") for quarter in (1, 2, 3)),
    *(("journal", kind, "2019-Q2", "2019-07-16") for kind in ("weekly", "monthly")),
    *(("example", kind, "Fiscal year", None) for kind in REPORT_TYPES),
)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@contextmanager
def import_journal(folder):
    shell = {"OKR_DATA_DIR": str(folder), "OKR_DATABASE_URL": None, "USER": "operator", "LOGNAME": "operator"}
    done = CliRunner(env=shell).invoke(okr, ["import", str(JOURNAL), "--trust-times"])
    assert done.exit_code == 0, done.output
    with open_stores_in(folder) as stores:
        yield stores


@contextmanager
def open_stores_in(folder):
    settings = Settings(folder, None, None, TOKEN, DEFAULT_MAX_BODY, 1, 4)
    stores = open_stores(settings)
    ensure_admin_token(stores, settings)
    yield stores
    stores.close()


@contextmanager
def example_stores(folder):
    with open_stores_in(folder) as stores:
        client = create_app_over(stores).test_client()

        class Api:
            def post(self, path, **body):
                return client.post(path, json=body, headers={"Authorization": f"Bearer {TOKEN}"}).json

            def get(self, path):
                return client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).json

        example.run_example(Api())
        yield stores


def build_report(stores, kind, cycle, as_of):
    """A report as plain values and as a document."""
    at = moment.parse(as_of, None, log=stores.log, head=stores.views.catch_up(60), zone=stores.okrs.time_zone())
    with stores.views.connect() as connection:
        row = lookups.find_cycle(connection, cycle, at.position)
        asked = build_report_context(stores, connection, at, kind=REPORT_TYPES[kind], cycle=row, unit=None, since=None)
        report = REPORT_TYPES[kind].build(asked, lambda: None)
        return report, REPORT_TYPES[kind].document(asked, report)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    with import_journal(folder / "journal") as real, example_stores(folder / "example") as told:
        stores = {"journal": real, "example": told}
        return {asked: build_report(stores[asked[0]], *asked[1:]) for asked in REPORT_REQUESTS}


@pytest.fixture(params=REPORT_REQUESTS, ids=lambda asked: " ".join(asked[:3]))
def real_report(request, reports):
    return reports[request.param]


def test_every_value_stands_in_the_document(real_report):
    assert missing_values(*real_report) == []


def test_no_cell_is_an_id(real_report):
    assert [words for words in document_texts(real_report[1]) if ID.search(words) and "/v1/reports/" not in words] == []


def test_a_chat_text_has_at_most_25_lines_and_no_empty_sections(real_report):
    lines = chat_text.render(real_report[1]).splitlines()
    assert len(lines) <= 25
    assert not any("left out" in line or "None." in line for line in lines)


def test_a_page_is_valid(real_report):
    html5lib.HTMLParser(strict=True).parse(html.render(shorten(real_report[1])))


def test_a_whole_retrospective_has_no_violation_for_axe_and_no_word_is_broken(chromium, reports, tmp_path):
    file = tmp_path / "retrospective.html"
    file.write_text(html.render(shorten(reports["example", "retrospective", "Fiscal year", None][1])), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(file.as_uri())
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert tab.evaluate(NARROW_CELLS_SCRIPT) == []
    tab.close()


NARROW_CELLS_SCRIPT = """[...document.querySelectorAll('th, td')].filter(cell => {
    const word = document.createElement('span');
    const longest = cell.textContent.split(/[\\s-]/).sort((a, b) => b.length - a.length)[0];
    word.textContent = longest; word.style.cssText = 'position: absolute; white-space: nowrap';
    cell.append(word);
    const room = cell.clientWidth, wanted = word.offsetWidth;
    word.remove();
    return wanted > room;
}).map(cell => cell.textContent)"""
"""The cells that are narrower than their longest word."""
