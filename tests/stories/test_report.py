"""`okr report` writes the same bytes as the HTTP response."""

from pathlib import Path

import pytest

from tests.app_factory import create_app_over
from tests.stories.conftest import TOKEN

JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"
FORMATS = {"json": "json", "html": "html", "pdf": "pdf", "markdown": "md", "csv": "zip", "xlsx": "xlsx", "text": "txt"}
KINDS_AND_FORMATS = (*(("retrospective", form) for form in FORMATS), ("monthly", "json"), ("weekly", "text"))


@pytest.fixture
def journal(okr):
    assert okr("import", str(JOURNAL), "--trust-times").returncode == 0


@pytest.mark.usefixtures("journal")
def test_a_file_holds_what_http_answers(okr, stores, tmp_path):
    client, asking = create_app_over(stores).test_client(), {"Authorization": f"Bearer {TOKEN}"}
    unit = client.get("/v1/units", headers=asking).json["items"][0]["id"]
    for kind, form in KINDS_AND_FORMATS:
        path = tmp_path / f"{kind}.{FORMATS[form]}"
        done = okr("report", kind, "--cycle", "2019-q1", "--unit", "imported", "--as-of", "2019-04-12", "-o", str(path))
        assert done.returncode == 0, done.stderr
        query = f"cycle=2019-Q1&unit={unit}&as_of=2019-04-12&format={form}"
        assert path.read_bytes() == client.get(f"/v1/reports/{kind}?{query}", headers=asking).data, (kind, form)
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("journal")
def test_it_says_how_far_it_is_and_is_noted(okr, stores, tmp_path):
    done = okr("report", "weekly", "--cycle", "2019-Q1", "--format", "text", "-o", str(tmp_path / "week"))
    assert "Reporting" in done.stderr
    assert "as of position 114" in done.stderr
    noted = stores.register.access_log.page(after=0, limit=1)[0]
    assert (noted.what, noted.asked["kind"]) == ("report", "weekly")


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("weekly", "--cycle", "none"), "No cycle called none."),
        (("weekly", "--cycle", "2019-Q1", "--unit", "none"), "No unit called none."),
        (("weekly", "--cycle", "2019-Q1", "--as-of", "soon"), "--as-of"),
        (("weekly", "--cycle", "2019-Q1", "--since", "2999-01-01"), "--since"),
        (("retrospective", "--cycle", "2019-Q1", "--since", "2019-01-01"), "--since is for weekly and monthly"),
        (("weekly", "--cycle", "2019-Q1", "--format", "doc"), "--format"),
        (("yearly", "--cycle", "2019-Q1"), "yearly"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(okr, tmp_path, arguments, message):
    path = tmp_path / "report.json"
    done = okr("report", *arguments, "-o", str(path))
    assert done.returncode != 0
    assert message in done.stderr
    assert not path.exists()


def test_an_unknown_ending_wants_a_format(okr, tmp_path):
    done = okr("report", "weekly", "--cycle", "x", "-o", str(tmp_path / "report.doc"))
    assert "--format" in done.stderr
