"""`okr replay` shows a quarter on the terminal."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import terminal
from api.operations.stores import Stores
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.values import Level, ProgressDriver, Status
from okr_events.event_log.hash_chain import from_microseconds
from tests.stories.conftest import ROOT

Okr = Callable[..., Any]
JOURNAL = ROOT / "examples" / "ipld_2019_q1_q3.csv"
SPAN = {"starts_on": date(2000, 1, 1), "ends_on": date(2099, 12, 31)}
HOSTILE = "Launch\x1b[31m\x07 \u202eevil\u2028now \x9b2J"


@pytest.fixture
def quarter(stores: Stores) -> Any:
    """A lead objective, one below it with a key result, and one of another unit."""
    with stores.register.write_transaction() as connection:
        actor = stores.register.people.add(connection, name="Ada").id
    intent, okrs = Intent(actor, reason="the market moved"), stores.okrs
    company = okrs.create_unit(intent, level=Level.COMPANY, name="Tech", time_zone="Asia/Tokyo").id
    team, other = (okrs.create_unit(intent, level=Level.TEAM, name=name, parent_id=company).id for name in ("Product", "Sales"))
    cycle = okrs.create_cycle(intent, name="Century", **SPAN).id
    lead, build, sell = (
        okrs.create_objective(intent, cycle_id=cycle, unit_id=unit, title=title, progress_driver=ProgressDriver.BOTH).id
        for unit, title in ((company, "Lead"), (team, "Build"), (other, "Sell"))
    )
    okrs.link(intent, child_id=build, parent_id=lead, kind=AlignmentKind.VERTICAL)
    metric = {"kind": "increase", "baseline": "0", "target": "40"}
    launch = okrs.define_key_result(intent, build, title=HOSTILE, metric=metric).id
    plain = replace(intent, reason=None)
    okrs.check_in(plain, launch, value=Decimal(10), confidence=Decimal("0.7"), status=Status.ON_TRACK, note="A start")
    okrs.revise_target(intent, launch, target=Decimal(80))
    okrs.change_objective(plain, sell, title="Sell more")
    return okrs


@pytest.fixture
def imported_journal(okr: Okr) -> None:
    assert okr("import", str(JOURNAL), "--trust-times").returncode == 0


@pytest.mark.usefixtures("quarter")
def test_each_event_has_its_sentence_its_reason_and_what_it_did_to_the_numbers(okr: Okr) -> None:
    output = okr("replay", "--cycle", "century")
    assert output.returncode == 0, output.stderr
    text = " ".join(output.stdout.split())
    launch = '"Launch\\x1b[31m\\x07 \\u202eevil now \\x9b2J"'
    checked_in = text.index(f"Ada checked in 10 of 40 on {launch} (70 % confident, on track), with a note")
    own = text.index(f"{launch}: progress none → 0.25, health pending → on track", checked_in)
    above = text.index('"Build": progress 0 → 0.25, health pending → on track', own)
    top = text.index('"Lead": progress 0 → 0.25, health pending → on track', above)
    revised = text.index(f'Ada moved the target of {launch} from 40 to 80: "the market moved"', top)
    assert text.index('"Lead": progress 0.25 → 0.125', revised)
    assert "9 events on 1 day" in text
    assert '"Build": progress 0.125' in text[text.index("9 events") :]


@pytest.mark.usefixtures("quarter")
def test_nothing_in_a_title_commands_the_terminal(okr: Okr) -> None:
    output = okr("replay", "--cycle", "Century").stdout
    assert {letter for letter in output if terminal.escape(letter) != letter} == {"\n"}


@pytest.mark.usefixtures("quarter")
def test_a_unit_narrows_it_to_itself_and_all_below(okr: Okr) -> None:
    of_team = okr("replay", "--cycle", "Century", "--unit", "product").stdout
    assert '"Build"' in of_team
    assert '"Sell"' not in of_team
    assert '"Sell more"' in okr("replay", "--cycle", "Century", "--unit", "Sales").stdout


@pytest.mark.usefixtures("quarter")
def test_from_and_to_are_moments(okr: Okr, stores: Stores) -> None:
    head = stores.log.head().position
    output = okr("replay", "--cycle", "Century", "--from", f"position:{head - 1}", "--to", f"position:{head - 1}").stdout
    assert "moved the target" in output
    assert "1 event on 1 day" in output
    assert "No events." in okr("replay", "--cycle", "Century", "--to", "2000-01-01").stdout
    zone = stores.okrs.time_zone()
    day = from_microseconds(stores.log.head().recorded_at).astimezone(zone).date()
    assert f"--- {day:%A} {day} ---" in okr("replay", "--cycle", "Century", "--from", str(day)).stdout


@pytest.mark.usefixtures("quarter")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cycle", "Nowhen"], "--cycle: No cycle called Nowhen."),
        (["--cycle", "Century", "--unit", "Nowhere"], "--unit: No unit called Nowhere."),
        (["--cycle", "Century", "--from", "soon"], "--from: The moment must be an instant"),
        (["--cycle", "Century", "--to", "2999-01-01"], "--to: The moment must not be later than now"),
        (["--cycle", "Century", "--as", "Nobody"], "--as: No person has the id, e-mail address or name Nobody."),
    ],
)
def test_what_is_wrong_is_named(okr: Okr, options: list[str], message: str) -> None:
    done = okr("replay", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


@pytest.mark.usefixtures("quarter")
def test_it_goes_step_by_step_and_q_ends_it(environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from api.cli import okr; okr()", "replay", "--cycle", "Century", "--step"]
    done = subprocess.run(command, cwd=ROOT, env=environment, input="\nq\n", capture_output=True, text=True, check=True)
    assert "2 events on 1 day" in done.stdout
    assert done.stderr.count("Enter for the next") == 2


@pytest.mark.usefixtures("quarter")
def test_it_is_noted_who_asked_for_it(okr: Okr, stores: Stores) -> None:
    okr("replay", "--cycle", "Century", "--to", "position:5")
    with stores.register.write_transaction() as connection:
        operator = stores.register.people.add(connection, name="operator").id
    okr("replay", "--cycle", "Century", "--unit", "Sales")
    okr("replay", "--cycle", "Century", "--as", "Ada")
    ada = stores.register.people.find("Ada")
    entries = stores.register.access_log.page(after=0, limit=10)
    assert [(entry.person_id, entry.asked) for entry in entries] == [
        (None, {"cycle": "Century", "to": "position:5"}),
        (operator, {"cycle": "Century", "unit": "Sales"}),
        (ada, {"cycle": "Century"}),
    ]
    assert {(entry.what, entry.via, entry.role) for entry in entries} == {("replay", "command line", None)}


@pytest.mark.usefixtures("imported_journal")
def test_a_real_teams_quarter_is_replayed_in_seconds(okr: Okr) -> None:
    began = monotonic()
    output = okr("replay", "--cycle", "2019-Q1").stdout
    assert monotonic() - began < 30
    text = " ".join(output.split())
    assert "--- Tuesday 2019-01-22 ---" in output
    assert 'operator cancelled the key result "2019-Q1 O3-KR1"' in text
    assert 'operator corrected the score of "2019-Q1 O2-KR2" from 0.4 to 1' in text
    assert '"O2": score 0.7 → 1' in text
    assert "claimed by a journal, not witnessed by the log" in text
    assert '"O1": progress 0.525, health closed, score 0.85' in text


def test_text_is_as_wide_as_the_terminal_and_fits_its_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    runner = CliRunner(charset="latin-1")
    with runner.isolation() as (out, *_):
        terminal.print_paragraph(f"Ada checked in on “{'word ' * 20}” 0.25 {terminal.ARROW} 0.28 日本", indent="    ")
        message = out.getvalue().decode("latin-1")
    assert max(map(len, message.splitlines())) <= 50
    assert "0.25 -> 0.28 \\u65e5\\u672c" in " ".join(message.split())
    assert all(line.startswith("    ") for line in message.splitlines()[1:])
