"""Walking through a replay on a terminal: each event with its numbers, and a summary in the end."""

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

import click
from sqlalchemy import Connection

from api.cli.terminal import ARROW, say
from projections.evaluation.goal_graph import Graph
from projections.evaluation.objectives import ObjectiveAt
from projections.impact.event_effects import Turn
from projections.queries.replay import Step
from projections.text.phrases import quoted, spaced

INDENT = " " * 19
MOST_TYPES = 6
MOST_OBJECTIVES = 20
MOST_DECIMALS = 28


def walked(steps: Iterator[Step], *, stepping: bool) -> Iterator[Step]:
    """The steps, each printed, as far as somebody goes along."""
    day = None
    for step in steps:
        if step.moment.today != day:
            day = step.moment.today
            say()
            say(f"--- {day:%A} {day} ---", bold=True)
        _show(step)
        yield step
        if stepping and _enough():
            return


def concluded(connection: Connection, cycle_id: str, units: Collection[str] | None, steps: Iterator[Step]) -> None:
    """Walk to the end, then say in short what was seen, and where the objectives of these units, or of all, stood."""
    types, actors, days, last = Counter[str](), set[str](), set[date](), None
    claimed = 0
    for last in steps:
        types[last.fact["type"]] += 1
        actors.add(last.fact["actor"])
        days.add(last.moment.today)
        claimed += (last.fact["imported"] or {}).get("times") == "claimed"
    say()
    if last is None:
        say("Nothing was recorded.")
        return
    say(
        f"{_counted(types.total(), 'event', 'events')} on {_counted(len(days), 'day', 'days')}, {_span(days)},"
        f" recorded by {_counted(len(actors), 'person', 'people')}: {_commonest(types)}."
    )
    if claimed:
        say(f"The times of {claimed} are claimed by a journal, not witnessed by the log.")
    graph = Graph.of_cycle(connection, last.moment, cycle_id)
    _stand([each for each in graph.objectives.values() if each.row.cycle_id == cycle_id and _within(each, units)])


def _show(step: Step) -> None:
    clock = step.moment.evaluated_at.astimezone(step.moment.zone)
    say(f"{step.moment.position:>7}  {clock:%H:%M:%S}  {step.sentence}", indent=INDENT)
    if step.measured_on:
        say(f"{INDENT}measured on {step.measured_on}", indent=INDENT)
    for turn in step.turns:
        say(f"{INDENT}{step.called[turn.id]}: {', '.join(_turned(turn))}", indent=INDENT)


def _turned(turn: Turn) -> Iterator[str]:
    before, after = turn.before, turn.after
    if before.progress != after.progress:
        yield f"progress {f' {ARROW} '.join(_apart(before.progress, after.progress))}"
    if before.health != after.health:
        yield f"health {spaced(str(before.health))} {ARROW} {spaced(str(after.health))}"
    if before.score != after.score:
        yield f"score {f' {ARROW} '.join(_apart(before.score, after.score))}"


def _apart(*numbers: str | None) -> list[str]:
    """Both with as many decimals, two or more, as it takes to tell them apart."""
    shown: list[str] = []
    for decimals in range(2, MOST_DECIMALS):
        shown = ["none" if number is None else f"{Decimal(number):.{decimals}f}" for number in numbers]
        if shown[0] != shown[1]:
            break
    return shown


def _enough() -> bool:
    click.echo("Enter for the next, q to end: ", nl=False, err=True)
    line = sys.stdin.readline()
    return not line or line.strip().lower().startswith("q")


def _within(objective: ObjectiveAt, units: Collection[str] | None) -> bool:
    return units is None or objective.row.unit_id in units


def _stand(objectives: Sequence[ObjectiveAt]) -> None:
    for each in objectives[:MOST_OBJECTIVES]:
        progress = f"{each.progress.value:.2f}" if each.progress else "none"
        health = spaced(each.health.effective) if each.health else "none"
        score = f", score {each.score:.2f}" if each.score is not None else ""
        say(f"  {quoted(each.row.title)}: progress {progress}, health {health}{score}", indent="    ")
    if len(objectives) > MOST_OBJECTIVES:
        say(f"  and {len(objectives) - MOST_OBJECTIVES} objectives more")


def _commonest(types: Counter[str]) -> str:
    told = [f"{number} {name}" for name, number in types.most_common(MOST_TYPES)]
    rest = types.total() - sum(number for _, number in types.most_common(MOST_TYPES))
    return ", ".join([*told, *([f"{rest} others"] if rest else [])])


def _span(days: Collection[date]) -> str:
    return str(min(days)) if len(days) == 1 else f"{min(days)} to {max(days)}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
