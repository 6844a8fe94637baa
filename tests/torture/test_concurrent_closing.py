"""A cycle is closed and sealed once, whoever else changes what it holds, closes or seals it, or dies meanwhile."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from sqlalchemy import select

from api.application import create_app
from api.operations import cycle_sealing
from api.operations.doctor import examined
from api.operations.settings import LARGEST_BODY
from okr_events.domain.alignment import Kind
from okr_events.register.tokens import Role
from projections import moment
from projections.queries import sealed_report
from projections.store.tables import OPEN, cycles
from tests.torture.command_runners import THREE
from tests.torture.conftest import CENTURY, TO_A_MILLION
from tests.torture.log_invariants import closed_for_good
from tests.torture.open_stores import place_of
from tests.torture.processes import processes
from tests.torture.sealer import Sealer, stores_at

pytestmark = pytest.mark.slow
LOST = {"cycle-sealed", "version-conflict"}
ENDED = {"key-result-closed", "objective-ended"}


@pytest.fixture
def own(store, tmp_path):
    """The stores as the server opens them."""
    stores = stores_at(place_of(store), tmp_path)
    yield stores
    stores.close()


@pytest.fixture
def active(organisation):
    """Make active cycles."""

    def made(name):
        cycle = organisation.okrs.create_cycle(organisation.intent, name=name, **CENTURY).id
        organisation.okrs.activate_cycle(organisation.intent, cycle)
        return cycle

    return made


@pytest.fixture
def quarter(organisation, active):
    """Make active cycles, each with an objective, its key result with a score, another's link to it, and their ids."""

    def made(name):
        cycle = active(name)
        goal = organisation.objective(f"Aim {name}", cycle_id=cycle)
        part = organisation.key_result("KR", of=goal)
        organisation.check_in(part, 7)
        organisation.okrs.score_key_result(organisation.intent, part, score=1)
        link = organisation.link(Kind.DIRECTIONAL, organisation.objective(f"Beside {name}"), goal)
        return cycle, goal, part, link

    return made


def changes(organisation, cycle, goal, part, link, draft):
    """What would change a cycle's goals."""
    beside = organisation.objective(f"Another beside {cycle}")
    return [
        {"command": "define_key_result", "objective_id": goal, "title": "KR", "metric": json.dumps(TO_A_MILLION)},
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


def test_what_changes_a_cycle_comes_before_its_closing_or_is_refused(organisation, quarter, commanders, rounds, own):
    command, closed = commanders(), 0
    for number in range(2 * len(rounds)):
        cycle, *things = quarter(f"Quarter {number}")
        draft = organisation.objective("Draft", cycle_id=cycle, draft=True)
        some, close = changes(organisation, cycle, *things, draft), {"command": "close_cycle", "id": cycle}
        one, other = some[number % len(some)], some[(3 * number + 1) % len(some)]
        told = command.at_once(one, close, other)
        assert told[1] in {"done", "unscored-key-results"}
        assert {told[0], told[2]} <= {"done", *LOST, *ENDED}
        closed += told[1] == "done"
        assert told[1] == "done" or "define_key_result" in (one["command"], other["command"])
    cycle_sealing.attempt(own)
    assert closed_for_good(own.log) == (closed, closed)
    check(own)


def test_of_many_closings_at_once_one_is_it(active, commanders, rounds, own):
    command = commanders()
    for round in rounds:
        close = {"command": "close_cycle", "id": active(f"Quarter {round}")}
        told = command.at_once(*[close] * 3)
        assert told.count("done") == 1
        assert set(told) <= {"done", *LOST}
    cycle_sealing.attempt(own)
    assert closed_for_good(own.log) == (len(rounds), len(rounds))
    check(own)


def test_many_seal_at_once_and_one_does_it(organisation, quarter, sealers, rounds, own):
    """Meanwhile somebody checks in: what the report says is as of the closing."""
    seal_at_once = sealers()
    for round in rounds:
        cycle, _, part, _ = quarter(f"Quarter {round}")
        organisation.okrs.close_cycle(organisation.intent, cycle)
        digest = expected(own, cycle)
        seal_at_once(lambda part=part: organisation.check_in(part, 9))
        assert sha256(own.log.sealed_report(cycle)).hexdigest() == digest == row_of(own, cycle).digest
    assert closed_for_good(own.log) == (len(rounds), len(rounds))
    check(own)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_seal_survives_the_death_of_who_closes(organisation, quarter, running, store, tmp_path, own, when):
    """The next read seals what was closed, with the report that would have been kept then, whatever was said in between."""
    cycle, goal, part, _ = quarter("Quarter")
    dying = running.start("sealer", place_of(store), tmp_path, organisation.intent.actor)
    assert dying.stdout.readline() == "ready\n"
    print(f"die {when} {cycle}", file=dying.stdin, flush=True)
    assert dying.wait() == -signal.SIGKILL
    assert (own.log.sealed_report(cycle) is None) == (when == "before")
    digest = expected(own, cycle)
    organisation.check_in(part, 9)
    organisation.okrs.change_unit(organisation.intent, organisation.company, name="Renamed")
    answer = read(own, f"/v1/objectives/{goal}")
    assert answer["progress"]["value"] == "0.000007"
    sealed = read(own, f"/v1/cycles/{cycle}/seal")
    assert sealed["digest"] == digest == sha256(own.log.sealed_report(cycle)).hexdigest()
    assert closed_for_good(own.log) == (1, 1)
    check(own)


@pytest.fixture
def running():
    with processes() as started:
        yield started


@pytest.fixture
def sealers(request, store, organisation, tmp_path, *, long):
    """Three who seal at once, while the caller does something else."""
    arguments = (place_of(store), tmp_path, organisation.intent.actor)
    if long:
        running = request.getfixturevalue("running")
        started = [running.start("sealer", *arguments) for _ in range(THREE)]
        assert [each.stdout.readline() for each in started] == ["ready\n"] * THREE
        yield lambda: lambda meanwhile: in_processes(started, meanwhile)
    else:
        own = [Sealer(*map(str, arguments)) for _ in range(THREE)]
        with ThreadPoolExecutor(THREE) as threads:
            yield lambda: lambda meanwhile: in_threads(threads, own, meanwhile)
        for each in own:
            each.close()


def in_processes(started, meanwhile):
    for each in started:
        print("seal", file=each.stdin, flush=True)
    meanwhile()
    assert [each.stdout.readline() for each in started] == ["done\n"] * THREE


def in_threads(threads, own, meanwhile):
    told = threads.map(lambda sealer: sealer.obey("seal"), own)
    meanwhile()
    assert list(told) == ["done"] * THREE


def expected(own, cycle):
    """The digest of the report as it is right now."""
    own.views.catch_up()
    row = row_of(own, cycle)
    at = moment.at_position(own.log, row.closed_at, own.okrs.time_zone())
    with own.views.reading() as connection:
        return sha256(sealed_report.canonical(connection, at, row, own.log.root(row.closed_at))).hexdigest()


def row_of(own, cycle):
    own.views.catch_up()
    with own.views.reading() as connection:
        return connection.execute(select(cycles).where(cycles.c.id == str(cycle), cycles.c.to_position == OPEN)).one()


def read(own, path):
    with own.register.changing() as connection:
        person = own.register.people.add(connection, name="Reader").id
        _, secret = own.register.tokens.issue(connection, person_id=person, role=Role.READER)
    client = create_app(own, largest_body=LARGEST_BODY).test_client()
    answer = client.get(path, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200, answer.text
    return answer.json


def check(own):
    """Nothing is wrong in the log and what stands around it; each closed cycle has one report, whose digest was recorded."""
    assert examined(own, None, lambda _: None) == []
    own.views.catch_up()
    with own.views.reading() as connection:
        closed = connection.execute(select(cycles).where(cycles.c.to_position == OPEN, cycles.c.closed_at.is_not(None))).all()
    assert closed
    with own.log.reading() as run:
        kept = {
            id: (digest, bytes(report)) for id, digest, report in run("SELECT cycle_id, digest, report FROM sealed_reports", ())
        }
    assert {row.id.replace("-", ""): row.digest for row in closed} == {id: digest for id, (digest, _) in kept.items()}
    assert all(sha256(report).hexdigest() == digest for digest, report in kept.values())
