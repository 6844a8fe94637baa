"""An installation whose clock was set decades ahead for one write, and goes on after `okr accept-clock`."""

from datetime import UTC, datetime, timedelta

import pytest

from okr_events.commands.intent import Intent
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.hash_chain import to_microseconds
from tests.app_factory import create_app_over
from tests.stories.conftest import TOKEN

REASON = "The battery of the host's clock was empty"


@pytest.fixture
def client(stores):
    return create_app_over(stores).test_client()


@pytest.fixture
def call(client):
    """Calls the API as the admin."""

    def send(method, path, body=None, **query):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return client.open(path, method=method, json=body, query_string=query, headers=headers)

    return send


@pytest.fixture
def thirty_years_ahead(stores):
    """The newest event was recorded by a clock that was wrong when its process began."""
    with stores.register.write_transaction() as connection:
        ada = stores.register.people.add(connection, name="Ada").id
    intent = Intent(ada)
    id = stores.okrs.create_unit(intent, name="Tech", level=Level.COMPANY).id
    company = stores.okrs.load(Unit, id)
    company.change(vision="Ahead of time")
    ahead = to_microseconds(datetime.now(UTC) + timedelta(days=30 * 365))
    stores.okrs.append(company.collect_events(), envelopes=[intent.envelope], times=[ahead])
    return {"company": str(id), "year": (datetime.now(UTC) + timedelta(days=30 * 365)).year}


def define_key_result(call, company):
    """Define a key result of an objective in a cycle of this century; return its id."""
    cycle = call("POST", "/v1/cycles", {"name": "Century", "starts_on": "2000-01-01", "ends_on": "2099-12-31"}).json["id"]
    objective = call("POST", "/v1/objectives", {"cycle_id": cycle, "unit_id": company, "title": "Lead"}).json["id"]
    metric = {"kind": "increase", "baseline": 0, "target": 4}
    return call("POST", f"/v1/objectives/{objective}/key-results", {"title": "Launch", "metric": metric}).json["id"]


def test_after_the_acceptance_everything_rests_on_the_wall_time(okr, call, thirty_years_ahead):
    team = {"name": "Team", "level": "team", "parent_id": thirty_years_ahead["company"]}
    assert call("POST", "/v1/units", team).status_code == 503
    assert call("GET", "/v1/alignment-tree").json["evaluated_at"].startswith(str(thirty_years_ahead["year"]))

    accepted = okr("accept-clock", "--reason", REASON, "--as", "Ada")
    assert accepted.returncode == 0, accepted.stderr
    assert accepted.stdout.startswith("Accepted the clock at position 3. Times of the log rise by a microsecond until ")

    made = call("POST", "/v1/units", team)
    assert (made.status_code, made.json["position"]) == (201, 4)
    now = datetime.now(UTC)
    tree = call("GET", "/v1/alignment-tree").json
    assert abs(datetime.fromisoformat(tree["evaluated_at"]) - now) < timedelta(days=1)
    made_at = call("GET", "/v1/alignment-tree", as_of="position:4").json["evaluated_at"]
    assert abs(datetime.fromisoformat(made_at) - now) < timedelta(minutes=2)
    assert len(call("GET", "/v1/units", as_of=now.isoformat()).json["items"]) == 2
    assert call("GET", "/v1/units", as_of=f"{thirty_years_ahead['year'] - 1}-01-01").status_code == 422


def test_check_ins_are_measured_and_recorded_on_the_days_of_the_wall_clock(okr, call, thirty_years_ahead):
    okr("accept-clock", "--reason", REASON)
    today = datetime.now(UTC).date().isoformat()
    result = define_key_result(call, thirty_years_ahead["company"])
    stated = call("POST", f"/v1/key-results/{result}/check-ins", {"value": 1}).json
    assert (stated["measured_on"], stated["recorded_at"][:10], stated["after_end"]) == (today, today, False)
    assert call("POST", f"/v1/key-results/{result}/check-ins", {"value": 1, "measured_on": "2098-01-01"}).status_code == 422
    for path in (
        "/v1/check-ins/due",
        "/v1/findings",
        f"/v1/key-results/{result}/history",
        f"/v1/key-results/{result}/progress",
    ):
        assert call("GET", path).status_code == 200, path


def test_the_answer_to_a_dry_run_rests_on_the_wall_time(okr, call, thirty_years_ahead):
    okr("accept-clock", "--reason", REASON)
    path = f"/v1/key-results/{define_key_result(call, thirty_years_ahead['company'])}"
    call("POST", f"{path}/check-ins", {"value": 1})
    tried = call("PATCH", path, {"title": "Launch twice"}, dry_run="true").json
    made = call("PATCH", path, {"title": "Launch twice"}).json
    assert (tried.pop("position"), tried) == (None, {name: value for name, value in made.items() if name != "position"})
    assert made["health"]["computed"] != "outdated"


def test_the_acceptance_is_a_fact_with_its_reason(okr, call, thirty_years_ahead):
    assert thirty_years_ahead
    okr("accept-clock", "--reason", REASON)
    assert call("GET", "/v1/events").json["items"][-1]["type"].endswith("Clock.Accepted")
    [change] = call("GET", "/v1/changes", **{"from": "position:2"}).json["items"]
    assert (change["kind"], change["reason"]) == ("clock_accepted", REASON)
    assert okr("doctor").returncode == 0
    again = okr("accept-clock", "--reason", REASON)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("Error: The newest event does not lead the clock, or the clock was accepted already")


def test_an_unknown_person_accepts_nothing(okr, thirty_years_ahead):
    assert thirty_years_ahead
    refused = okr("accept-clock", "--reason", REASON, "--as", "Nobody")
    assert (refused.returncode, "No person has the name or id Nobody" in refused.stderr) == (2, True)


def test_an_export_a_backup_and_a_restore_keep_the_wall_times(okr, stores, thirty_years_ahead, tmp_path):
    assert thirty_years_ahead
    okr("accept-clock", "--reason", REASON)
    assert okr("export", "-o", str(tmp_path / "export")).returncode == 0
    assert b'\\"wall_time\\":' in (tmp_path / "export").read_bytes()
    assert okr("checkpoint", "-o", str(tmp_path / "checkpoint")).returncode == 0
    assert okr("checkpoint", "--public-key", "-o", str(tmp_path / "keys")).returncode == 0
    kept = ("--checkpoint", str(tmp_path / "checkpoint"), "--key", str(tmp_path / "keys"))
    assert okr("verify", str(tmp_path / "export"), *kept).returncode == 0
    assert okr("backup", "-o", str(tmp_path / "backup")).returncode == 0
    assert stores.log.head().time < stores.log.head().recorded_at
