"""A cycle is closed and sealed exactly once, despite concurrent changes, closings, seals and crashes."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from sqlalchemy import select

from api.operations import cycle_sealing
from okr_events.domain.alignment import AlignmentKind
from okr_events.register.tokens import Role
from projections import moment
from projections.queries import sealed_report
from projections.store.tables import OPEN_ENDED, cycles
from tests.app_factory import create_app_over
from tests.examination import find_faults
from tests.torture.command_runners import RUNNER_COUNT
from tests.torture.conftest import CENTURY, ZERO_TO_A_MILLION
from tests.torture.log_invariants import assert_closed_for_good
from tests.torture.open_stores import place_of
from tests.torture.processes import processes
from tests.torture.sealer import CycleSealer, stores_at

pytestmark = pytest.mark.slow
LOSING_RULES = {"cycle-sealed", "version-conflict"}
ENDED = {"key-result-closed", "objective-ended"}


@pytest.fixture
def own_stores(store, tmp_path):
    """The stores as the server opens them."""
    stores = stores_at(place_of(store), tmp_path)
    yield stores
    stores.close()


@pytest.fixture
def create_active_cycles(organisation):
    """Create active cycles."""

    def create(name):
        cycle = organisation.okrs.create_cycle(organisation.intent, name=name, **CENTURY).id
        organisation.okrs.activate_cycle(organisation.intent, cycle)
        return cycle

    return create


@pytest.fixture
def create_quarters(organisation, create_active_cycles):
    """Create active cycles, each with an objective, a scored key result and a link to it; return their ids."""

    def create(name):
        cycle = create_active_cycles(name)
        goal = organisation.objective(f"Aim {name}", cycle_id=cycle)
        part = organisation.key_result("KR", of=goal)
        organisation.check_in(part, 7)
        organisation.okrs.score_key_result(organisation.intent, part, score=1)
        link = organisation.link(AlignmentKind.DIRECTIONAL, organisation.objective(f"Beside {name}"), goal)
        return cycle, goal, part, link

    return create


def conflicting_commands(organisation, cycle, goal, part, link, draft):
    """Return the commands that would change a cycle's goals."""
    beside = organisation.objective(f"Another beside {cycle}")
    return [
        {"command": "define_key_result", "objective_id": goal, "title": "KR", "metric": json.dumps(ZERO_TO_A_MILLION)},
        {"command": "create_objective", "title": "More", "cycle_id": cycle, "unit_id": organisation.company},
        {"command": "revise_target", "id": part, "target": 8},
        {"command": "link", "child_id": beside, "parent_id": goal, "kind": "directional"},
        {"command": "link", "child_id": goal, "parent_id": beside, "kind": "directional"},
        {"command": "end_alignment", "id": link},
        {"command": "cancel_key_result", "id": part},
        {"command": "cancel_objective", "id": goal},
        {"command": "change_key_result", "id": part, "weight": 3},
        {"command": "reassign_objective", "id": goal, "owner": organisation.company},
        {"command": "reassign_key_result", "id": part, "owner": organisation.company},
        {"command": "start_initiative", "key_result_id": part, "title": "More"},
        {"command": "change_objective", "id": goal, "title": "Other"},
        {"command": "agree_objective", "id": draft},
        {"command": "check_in", "key_result_id": part, "value": 9},
        {"command": "score_key_result", "id": part, "score": "0.5"},
    ]


def test_what_changes_a_cycle_comes_before_its_closing_or_is_refused(
    organisation, create_quarters, command_runner, rounds, own_stores
):
    command, closed = command_runner(), 0
    for number in range(2 * len(rounds)):
        cycle, *things = create_quarters(f"Quarter {number}")
        draft = organisation.objective("Draft", cycle_id=cycle, draft=True)
        some, close = conflicting_commands(organisation, cycle, *things, draft), {"command": "close_cycle", "id": cycle}
        one, other = some[number % len(some)], some[(3 * number + 1) % len(some)]
        outcomes = command.run_concurrently(one, close, other)
        assert outcomes[1] in {"done", "unscored-key-results"}
        assert {outcomes[0], outcomes[2]} <= {"done", *LOSING_RULES, *ENDED}
        closed += outcomes[1] == "done"
        assert outcomes[1] == "done" or "define_key_result" in (one["command"], other["command"])
    cycle_sealing.seal_closed_cycles(own_stores)
    assert assert_closed_for_good(own_stores.log) == (closed, closed)
    assert_sealed_consistently(own_stores)


def test_of_many_closings_at_once_one_is_it(create_active_cycles, command_runner, rounds, own_stores):
    command = command_runner()
    for round in rounds:
        close = {"command": "close_cycle", "id": create_active_cycles(f"Quarter {round}")}
        outcomes = command.run_concurrently(*[close] * 3)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", *LOSING_RULES}
    cycle_sealing.seal_closed_cycles(own_stores)
    assert assert_closed_for_good(own_stores.log) == (len(rounds), len(rounds))
    assert_sealed_consistently(own_stores)


def test_many_seal_at_once_and_one_does_it(organisation, create_quarters, sealers, rounds, own_stores):
    """A check-in arrives meanwhile: the report shows the state at closing."""
    seal_at_once = sealers()
    for round in rounds:
        cycle, _, part, _ = create_quarters(f"Quarter {round}")
        organisation.okrs.close_cycle(organisation.intent, cycle)
        digest = expected_digest(own_stores, cycle)
        seal_at_once(lambda part=part: organisation.check_in(part, 9))
        assert sha256(own_stores.log.sealed_report(cycle)).hexdigest() == digest == read_report_row(own_stores, cycle).digest
    assert assert_closed_for_good(own_stores.log) == (len(rounds), len(rounds))
    assert_sealed_consistently(own_stores)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_seal_survives_the_death_of_who_closes(
    organisation, create_quarters, running_processes, store, tmp_path, own_stores, when
):
    """The next process that seals, seals it with the report as of its closing, whatever was recorded since."""
    cycle, goal, part, _ = create_quarters("Quarter")
    dying = running_processes.start("sealer", place_of(store), tmp_path, organisation.intent.actor)
    assert dying.stdout.readline() == "ready\n"
    print(f"die {when} {cycle}", file=dying.stdin, flush=True)
    assert dying.wait() == -signal.SIGKILL
    assert (own_stores.log.sealed_report(cycle) is None) == (when == "before")
    digest = expected_digest(own_stores, cycle)
    organisation.check_in(part, 9)
    organisation.okrs.change_unit(organisation.intent, organisation.company, name="Renamed")
    cycle_sealing.seal_closed_cycles(own_stores)
    answer = fetch_json(own_stores, f"/v1/objectives/{goal}")
    assert answer["progress"]["value"] == "0.000007"
    sealed = fetch_json(own_stores, f"/v1/cycles/{cycle}/seal")
    assert sealed["digest"] == digest == sha256(own_stores.log.sealed_report(cycle)).hexdigest()
    assert assert_closed_for_good(own_stores.log) == (1, 1)
    assert_sealed_consistently(own_stores)


@pytest.fixture
def running_processes():
    with processes() as started:
        yield started


@pytest.fixture
def sealers(request, store, organisation, tmp_path, *, long_run):
    """Run three concurrent seals while the caller does something else."""
    arguments = (place_of(store), tmp_path, organisation.intent.actor)
    if long_run:
        running = request.getfixturevalue("running_processes")
        started = [running.start("sealer", *arguments) for _ in range(RUNNER_COUNT)]
        assert [each.stdout.readline() for each in started] == ["ready\n"] * RUNNER_COUNT
        yield lambda: lambda meanwhile: seal_in_processes(started, meanwhile)
    else:
        own = [CycleSealer(*map(str, arguments)) for _ in range(RUNNER_COUNT)]
        with ThreadPoolExecutor(RUNNER_COUNT) as threads:
            yield lambda: lambda meanwhile: seal_in_threads(threads, own, meanwhile)
        for each in own:
            each.close()


def seal_in_processes(started, meanwhile):
    for each in started:
        print("seal", file=each.stdin, flush=True)
    meanwhile()
    assert [each.stdout.readline() for each in started] == ["done\n"] * RUNNER_COUNT


def seal_in_threads(threads, own, meanwhile):
    outcomes = threads.map(lambda sealer: sealer.execute_line("seal"), own)
    meanwhile()
    assert list(outcomes) == ["done"] * RUNNER_COUNT


def expected_digest(own, cycle):
    """Return the digest of the report at present."""
    own.views.catch_up()
    row = read_report_row(own, cycle)
    at = moment.moment_at_position(own.log, row.closed_at, own.okrs.time_zone())
    with own.views.connect() as connection:
        return sha256(
            sealed_report.build_canonical_report(connection, at, row, own.log.compute_root(row.closed_at))
        ).hexdigest()


def read_report_row(own, cycle):
    own.views.catch_up()
    with own.views.connect() as connection:
        return connection.execute(select(cycles).where(cycles.c.id == str(cycle), cycles.c.to_position == OPEN_ENDED)).one()


def fetch_json(own, path):
    with own.register.write_transaction() as connection:
        person = own.register.people.add(connection, name="Reader").id
        _, secret = own.register.tokens.issue(connection, person_id=person, role=Role.READER)
    client = create_app_over(own).test_client()
    answer = client.get(path, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200, answer.text
    return answer.json


def assert_sealed_consistently(own):
    """The doctor finds no fault, and each closed cycle has one report, whose digest is recorded."""
    assert find_faults(own) == []
    own.views.catch_up()
    with own.views.connect() as connection:
        closed = connection.execute(
            select(cycles).where(cycles.c.to_position == OPEN_ENDED, cycles.c.closed_at.is_not(None))
        ).all()
    assert closed
    with own.log.read_transaction() as run:
        kept = {
            id: (digest, bytes(report)) for id, digest, report in run("SELECT cycle_id, digest, report FROM sealed_reports", ())
        }
    assert {row.id.replace("-", ""): row.digest for row in closed} == {id: digest for id, (digest, _) in kept.items()}
    assert all(sha256(report).hexdigest() == digest for digest, report in kept.values())
