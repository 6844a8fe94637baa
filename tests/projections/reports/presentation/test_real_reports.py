"""Reports of a real team's journal and of the worked example: whole, valid, readable by everybody, and short in a chat."""

import re
from contextlib import contextmanager

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from api.cli import okr
from api.demo import example
from api.operations.settings import LARGEST_BODY, Settings
from api.operations.stores import ensure_admin, open_stores
from api.representations.report_request import asked_of
from projections import moment
from projections.documents import chat_text, html
from projections.documents.page_limits import shortened
from projections.reports.report_types import KINDS
from projections.store import lookups
from tests.app_factory import app_over
from tests.projections.reports.presentation.document_texts import said
from tests.projections.reports.presentation.test_completeness import missing
from tests.stories.test_journal import JOURNAL

TOKEN = "a-token-of-these-reports-only"
ASKED = (
    *(("journal", "retrospective", f"2019-Q{quarter}", "2019-12-31") for quarter in (1, 2, 3)),
    *(("journal", kind, "2019-Q2", "2019-07-16") for kind in ("weekly", "monthly")),
    *(("example", kind, "Fiscal year", None) for kind in KINDS),
)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@contextmanager
def journal(folder):
    shell = {"OKR_DATA_DIR": str(folder), "OKR_DATABASE_URL": None, "USER": "operator", "LOGNAME": "operator"}
    done = CliRunner(env=shell).invoke(okr, ["import", str(JOURNAL), "--trust-times"])
    assert done.exit_code == 0, done.output
    with opened(folder) as stores:
        yield stores


@contextmanager
def opened(folder):
    settings = Settings(folder, None, None, TOKEN, LARGEST_BODY, 1, 4)
    stores = open_stores(settings)
    ensure_admin(stores, settings)
    yield stores
    stores.close()


@contextmanager
def example_stores(folder):
    with opened(folder) as stores:
        client = app_over(stores).test_client()

        class Api:
            def post(self, path, **body):
                return client.post(path, json=body, headers={"Authorization": f"Bearer {TOKEN}"}).json

            def get(self, path):
                return client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).json

        example.tell(Api())
        yield stores


def made(stores, kind, cycle, as_of):
    """A report as plain values and as a document."""
    at = moment.parse(as_of, None, log=stores.log, head=stores.views.catch_up(60), zone=stores.okrs.time_zone())
    with stores.views.reading() as connection:
        row = lookups.cycle_named(connection, cycle, at.position)
        asked = asked_of(stores, connection, at, kind=KINDS[kind], cycle=row, unit=None, since=None)
        report = KINDS[kind].make(asked, lambda: None)
        return report, KINDS[kind].document(asked, report)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    with journal(folder / "journal") as real, example_stores(folder / "example") as told:
        stores = {"journal": real, "example": told}
        return {asked: made(stores[asked[0]], *asked[1:]) for asked in ASKED}


@pytest.fixture(params=ASKED, ids=lambda asked: " ".join(asked[:3]))
def told(request, reports):
    return reports[request.param]


def test_every_value_stands_in_the_document(told):
    assert missing(*told) == []


def test_no_cell_is_an_id(told):
    assert [words for words in said(told[1]) if ID.search(words) and "/v1/reports/" not in words] == []


def test_a_chat_hears_at_most_25_lines_and_hears_of_nothing_that_is_not_there(told):
    lines = chat_text.written(told[1]).splitlines()
    assert len(lines) <= 25
    assert not any("left out" in line or "None." in line for line in lines)


def test_a_page_is_valid(told):
    html5lib.HTMLParser(strict=True).parse(html.written(shortened(told[1])))


def test_a_whole_retrospective_has_no_violation_for_axe_and_no_word_is_broken(chromium, reports, tmp_path):
    file = tmp_path / "retrospective.html"
    file.write_text(html.written(shortened(reports["example", "retrospective", "Fiscal year", None][1])), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(file.as_uri())
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert tab.evaluate(NARROW) == []
    tab.close()


NARROW = """[...document.querySelectorAll('th, td')].filter(cell => {
    const word = document.createElement('span');
    const longest = cell.textContent.split(/[\\s-]/).sort((a, b) => b.length - a.length)[0];
    word.textContent = longest; word.style.cssText = 'position: absolute; white-space: nowrap';
    cell.append(word);
    const room = cell.clientWidth, wanted = word.offsetWidth;
    word.remove();
    return wanted > room;
}).map(cell => cell.textContent)"""
"""The cells that are narrower than their longest word."""
