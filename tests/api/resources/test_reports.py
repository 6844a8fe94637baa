"""Reports over HTTP: every kind in every form, the same bytes for the same position, on both engines."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.api.problem_assertions import check

KINDS = ("retrospective", "monthly", "weekly")
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {
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
    """A cycle with an objective whose titles want to be formulae, and all that reports tell of."""
    cycle = world.make("cycles", name=world["name"], starts_on="2020-01-01", ends_on="2099-12-31")
    world.admin.post(f"/v1/cycles/{cycle}/activation", {})
    goal = world.objective(cycle_id=cycle, title=FORMULA)
    part = world.key_result(objective=goal, title=FORMULA, owner=world["member"])
    world.make(f"key-results/{part}/check-ins", value=2, confidence="0.5", wins=["First sale"], status="on_track")
    world.blocker(part)
    world.comment(f"objectives/{goal}", kind="celebration", text="Well done")
    return cycle


@pytest.fixture
def ask(reader, quarter):
    def get(kind, form=None, path="/v1/reports/", **query):
        named = {"format": form} if form else {}
        return reader.get(f"{path}{kind}", {"cycle": quarter, **named, **query})

    return get


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_every_report_comes_in_every_form(ask, kind, form):
    answer = ask(kind, form)
    media_type, begins = FORMS[form]
    assert (answer.status_code, answer.mimetype) == (200, media_type), answer.text[:500]
    assert answer.data.startswith(begins)
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("form", FORMS)
def test_accept_names_a_form_too(reader, quarter, form):
    answer = reader.get("/v1/reports/retrospective", {"cycle": quarter}, Accept=FORMS[form][0])
    assert answer.mimetype == FORMS[form][0]


def test_another_form_is_406(reader, quarter):
    check(reader.get("/v1/reports/weekly", {"cycle": quarter}, Accept="image/png"), 406, "not-acceptable")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_position_gives_the_same_bytes_in_every_form_whatever_came_later(ask, reader, world, quarter, kind):
    again = ask(kind).json["again"]
    then = {form: reader.get(f"{again}&format={form}").data for form in FORMS}
    world.objective(cycle_id=quarter, title="Later")
    assert {form: reader.get(f"{again}&format={form}").data for form in FORMS} == then
    assert ask(kind).data != then["json"]


@pytest.mark.parametrize(("starts_on", "ends_on"), [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31")])
def test_the_first_and_the_last_year_there_are_can_be_told(world, reader, starts_on, ends_on):
    cycle = world.make("cycles", name=world["name"], starts_on=starts_on, ends_on=ends_on)
    part = world.key_result(objective=world.objective(cycle_id=cycle))
    world.make(f"key-results/{part}/check-ins", status="at_risk", confidence=1, measured_on="0001-01-01")
    moved = {"owner": world["person"], "reason": "More time"}
    assert world.admin.post(f"/v1/key-results/{part}/reassignment", moved).status_code == 200
    for kind in KINDS:
        told = reader.get(f"/v1/reports/{kind}", {"cycle": cycle})
        assert told.status_code == 200, (kind, told.text)
        assert reader.get(told.json["again"]).data == told.data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["json", "html"])
def test_what_is_asked_for_again_is_what_was_answered(ask, reader, kind, form):
    again = ask(kind).json["again"]
    assert reader.get(f"{again}&format={form}").data == ask(kind, form).data


def test_a_report_names_its_position_its_root_and_its_policy(ask, world):
    told = ask("retrospective")
    assert told.json["position"] == int(told.headers["OKR-Position"]) == world.at.head
    root = world.at.stores.log.root(world.at.head)
    assert told.json["ledger_root"] == root.hex()
    assert told.json["policy"]["aim"] == {"low": "0.7", "high": "0.8"}
    for form in ("html", "markdown"):
        assert root.hex() in ask("retrospective", form).text


def test_now_is_not_final_and_a_position_is(ask, world):
    assert ask("weekly").headers["OKR-Final"] == "false"
    assert ask("weekly", as_of=f"position:{world.at.head}").headers["OKR-Final"] == "true"


def test_without_a_cycle_it_is_the_active_one_that_began_last(reader, quarter):
    assert reader.get("/v1/reports/weekly").json["cycle"]["id"] == quarter


def test_a_unit_is_told_with_what_lies_below_it(ask, world):
    assert ask("retrospective", unit=world["team"]).json["counts"]["total"]["objectives"] >= 1
    assert ask("retrospective", unit=world.new("unit_id")).json["counts"]["total"]["objectives"] == 0


@pytest.mark.parametrize("query", [{"cycle": "none such"}, {"unit": "00000000-0000-4000-8000-000000000000"}])
def test_what_is_not_there_is_404(ask, query):
    check(ask("retrospective", **query), 404, "not-found")


@pytest.mark.parametrize(
    ("kind", "query", "pointer"),
    [
        ("retrospective", {"since": "2020-01-01"}, "/since"),
        ("weekly", {"since": "soon"}, "/since"),
        ("weekly", {"unit": "x"}, "/unit"),
        ("weekly", {"format": "doc"}, "/format"),
        ("monthly", {"effective_on": "x"}, "/effective_on"),
    ],
)
def test_a_wrong_query_names_its_parameter(ask, kind, query, pointer):
    answer = ask(kind, **query)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_digest_tells_what_came_since_and_nothing_before(ask, world, quarter):
    since = f"position:{world.at.head}"
    assert ask("weekly", since=since).json["moved"]["count"] == 0
    goal = world.objective(cycle_id=quarter, title="Just now")
    told = ask("weekly", since=since).json
    assert [item["subject"]["id"] for item in told["moved"]["items"]] == [goal]
    assert not any(told["celebrated"].pop("more").values())
    assert told["celebrated"] == {"milestones": [], "wins": [], "remarks": []}


def test_a_digest_celebrates_milestones_wins_and_remarks(ask):
    glad = ask("weekly").json["celebrated"]
    assert [each["share"] for each in glad["milestones"]] == ["0.5"]
    assert [each["text"] for each in glad["wins"]] == ["First sale"]
    assert [each["text"] for each in glad["remarks"]] == ["Well done"]


def test_a_file_says_what_it_is_called(ask):
    assert ask("monthly", "pdf").headers["Content-Disposition"] == "attachment; filename=monthly.pdf"


def test_titles_never_become_formulae(ask):
    archive = ZipFile(BytesIO(ask("retrospective", "csv").data))
    cells = [line for name in archive.namelist() for line in archive.read(name).decode().splitlines()]
    told = [line for line in cells if "HYPERLINK" in line]
    assert told
    assert not [line for line in told if line.lstrip('"').startswith("=")]
    sheets = ZipFile(BytesIO(ask("retrospective", "xlsx").data))
    assert not [name for name in sheets.namelist() if name.startswith("xl/worksheets/") and b"<f>" in sheets.read(name)]
