"""Reports over HTTP: every type in every format, with the same bytes for the same position on both engines."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from api.operations import document_rendering
from projections.documents import render_process
from projections.documents.render_process import RenderLimits, RenderQueue
from tests.api.problem_assertions import assert_problem

KINDS = ("retrospective", "monthly", "weekly")
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "json": ("application/json", b"{"),
    "html": ("text/html", b"<!doctype html>"),
    "pdf": ("application/pdf", b"%PDF-"),
    "markdown": ("text/markdown", b"# "),
    "csv": ("application/zip", b"PK"),
    "xlsx": (SHEETS, b"PK"),
    "text": ("text/plain", b""),
}
FORMULA = '=HYPERLINK("http://example.com","x")'


@pytest.fixture(scope="module")
def quarter(world):
    """A cycle with all that reports show, whose titles look like formulae."""
    cycle = world.create("cycles", name=world["name"], starts_on="2020-01-01", ends_on="2099-12-31")
    world.admin.post(f"/v1/cycles/{cycle}/activation", {})
    goal = world.objective(cycle_id=cycle, title=FORMULA)
    part = world.key_result(objective=goal, title=FORMULA, owner=world["member"])
    world.create(f"key-results/{part}/check-ins", value=2, confidence="0.5", wins=["First sale"], status="on_track")
    world.blocker(part)
    world.comment(f"objectives/{goal}", kind="celebration", text="Well done")
    return cycle


@pytest.fixture
def fetch_report(reader, quarter):
    def get(kind, form=None, path="/v1/reports/", **query):
        named = {"format": form} if form else {}
        return reader.get(f"{path}{kind}", {"cycle": quarter, **named, **query})

    return get


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_report_comes_in_every_form(fetch_report, kind, form):
    answer = fetch_report(kind, form)
    media_type, begins = FORMATS[form]
    assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text[:500]
    assert answer.data.startswith(begins)
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("form", FORMATS)
def test_accept_names_a_form_too(reader, quarter, form):
    answer = reader.get("/v1/reports/retrospective", {"cycle": quarter}, Accept=FORMATS[form][0])
    assert answer.mimetype == FORMATS[form][0]


def test_another_form_is_406(reader, quarter):
    assert_problem(reader.get("/v1/reports/weekly", {"cycle": quarter}, Accept="image/png"), 406, "not-acceptable")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_position_gives_the_same_bytes_in_every_form_whatever_came_later(fetch_report, reader, world, quarter, kind):
    again = fetch_report(kind).json["again"]
    then = {form: reader.get(f"{again}&format={form}").data for form in FORMATS}
    world.objective(cycle_id=quarter, title="Later")
    assert {form: reader.get(f"{again}&format={form}").data for form in FORMATS} == then
    assert fetch_report(kind).data != then["json"]


@pytest.mark.parametrize(("starts_on", "ends_on"), [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31")])
def test_the_first_and_the_last_year_can_be_reported(world, reader, starts_on, ends_on):
    cycle = world.create("cycles", name=world["name"], starts_on=starts_on, ends_on=ends_on)
    part = world.key_result(objective=world.objective(cycle_id=cycle))
    world.create(f"key-results/{part}/check-ins", status="at_risk", confidence=1, measured_on="0001-01-01")
    moved = {"owner": world["person"], "reason": "More time"}
    assert world.admin.post(f"/v1/key-results/{part}/reassignment", moved).status_code == 200
    for kind in KINDS:
        body = reader.get(f"/v1/reports/{kind}", {"cycle": cycle})
        assert body.status_code == 200, (kind, body.text)
        assert reader.get(body.json["again"]).data == body.data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["json", "html"])
def test_a_report_fetched_again_is_the_same(fetch_report, reader, kind, form):
    again = fetch_report(kind).json["again"]
    assert reader.get(f"{again}&format={form}").data == fetch_report(kind, form).data


def test_a_report_names_its_position_its_root_and_its_policy(fetch_report, world):
    body = fetch_report("retrospective")
    assert body.json["position"] == int(body.headers["OKR-Position"]) == world.installation.head
    root = world.installation.stores.log.compute_root(world.installation.head)
    assert body.json["ledger_root"] == root.hex()
    assert body.json["policy"]["aim"] == {"low": "0.7", "high": "0.8"}
    for form in ("html", "markdown"):
        assert root.hex() in fetch_report("retrospective", form).text


def test_now_is_not_final_and_a_position_is(fetch_report, world):
    assert fetch_report("weekly").headers["OKR-Final"] == "false"
    assert fetch_report("weekly", as_of=f"position:{world.installation.head}").headers["OKR-Final"] == "true"


def test_without_a_cycle_it_is_the_active_one_that_began_last(reader, quarter):
    assert reader.get("/v1/reports/weekly").json["cycle"]["id"] == quarter


def test_a_units_report_covers_the_units_below_it(fetch_report, world):
    assert fetch_report("retrospective", unit=world["team"]).json["counts"]["total"]["objectives"] >= 1
    assert fetch_report("retrospective", unit=world.create_for_argument("unit_id")).json["counts"]["total"]["objectives"] == 0


@pytest.mark.parametrize("query", [{"cycle": "none such"}, {"unit": "00000000-0000-4000-8000-000000000000"}])
def test_what_is_not_there_is_404(fetch_report, query):
    assert_problem(fetch_report("retrospective", **query), 404, "not-found")


@pytest.mark.parametrize(
    ("kind", "query", "parameter"),
    [
        ("retrospective", {"since": "2020-01-01"}, "since"),
        ("weekly", {"since": "soon"}, "since"),
        ("weekly", {"unit": "x"}, "unit"),
        ("weekly", {"format": "doc"}, "format"),
        ("monthly", {"effective_on": "x"}, "effective_on"),
    ],
)
def test_a_wrong_query_names_its_parameter(fetch_report, kind, query, parameter):
    answer = fetch_report(kind, **query)
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


def test_a_digest_tells_what_came_since_and_nothing_before(fetch_report, world, quarter):
    since = f"position:{world.installation.head}"
    assert fetch_report("weekly", since=since).json["moved"]["count"] == 0
    goal = world.objective(cycle_id=quarter, title="Just now")
    body = fetch_report("weekly", since=since).json
    assert [item["subject"]["id"] for item in body["moved"]["items"]] == [goal]
    assert not any(body["celebrated"].pop("more").values())
    assert body["celebrated"] == {"milestones": [], "wins": [], "remarks": []}


def test_a_digest_celebrates_milestones_wins_and_remarks(fetch_report):
    celebrations = fetch_report("weekly").json["celebrated"]
    assert [each["share"] for each in celebrations["milestones"]] == ["0.5"]
    assert [each["text"] for each in celebrations["wins"]] == ["First sale"]
    assert [each["text"] for each in celebrations["remarks"]] == ["Well done"]


def test_a_file_says_what_it_is_called(fetch_report):
    assert fetch_report("monthly", "pdf").headers["Content-Disposition"] == "attachment; filename=monthly.pdf"


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_heavy_form_waits_for_its_turn_or_is_503(fetch_report, monkeypatch, form):
    queue = RenderQueue(RenderLimits(at_once=1, waiting=0))
    monkeypatch.setattr(document_rendering, "render_queue", lambda: queue)
    with queue.turn():
        refused = fetch_report("weekly", form)
        assert fetch_report("weekly", "html").status_code == 200
    assert_problem(refused, 503, "rendering-busy")
    assert refused.headers["Retry-After"]
    assert fetch_report("weekly", form).status_code == 200


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_report_that_needs_more_memory_than_allowed_is_406(fetch_report, monkeypatch, form):
    monkeypatch.setattr(render_process, "OVER_LIMIT", {0})  # a small report fits into any limit of memory
    assert_problem(fetch_report("weekly", form), 406, "document-too-large")


def test_a_long_text_is_cut_on_pages_and_whole_elsewhere(fetch_report, world, quarter):
    text = "lorem ipsum " * 500
    world.comment(f"objectives/{world.objective(cycle_id=quarter)}", kind="celebration", text=text)
    for form in ("html", "markdown"):
        found = fetch_report("weekly", form).text
        assert "more characters)" in found
        assert text.strip() not in found
    assert text in [remark["text"] for remark in fetch_report("weekly").json["celebrated"]["remarks"]]


def test_titles_never_become_formulae(fetch_report):
    archive = ZipFile(BytesIO(fetch_report("retrospective", "csv").data))
    cells = [line for name in archive.namelist() for line in archive.read(name).decode().splitlines()]
    body = [line for line in cells if "HYPERLINK" in line]
    assert body
    assert not [line for line in body if line.lstrip('"').startswith("=")]
    sheets = ZipFile(BytesIO(fetch_report("retrospective", "xlsx").data))
    assert not [name for name in sheets.namelist() if name.startswith("xl/worksheets/") and b"<f>" in sheets.read(name)]
