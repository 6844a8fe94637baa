"""Walking through a replay on a terminal: each event with its numbers, and a summary in the end."""

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

import click
from sqlalchemy import Connection

from api.cli.terminal import ARROW, print_paragraph
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.objectives import EvaluatedObjective
from projections.impact.event_effects import GoalEffect
from projections.queries.replay import ReplayStep
from projections.text.phrases import quote, with_spaces

INDENT = " " * 19
MAX_TYPES = 6
MAX_OBJECTIVES = 20
MAX_DECIMALS = 28


def print_steps(steps: Iterator[ReplayStep], *, stepping: bool) -> Iterator[ReplayStep]:
    """The steps, each printed, as far as somebody goes along."""
    day = None
    for step in steps:
        if step.moment.today != day:
            day = step.moment.today
            print_paragraph()
            print_paragraph(f"--- {day:%A} {day} ---", bold=True)
        _print_step(step)
        yield step
        if stepping and _prompt_quit():
            return


def print_summary(connection: Connection, cycle_id: str, units: Collection[str] | None, steps: Iterator[ReplayStep]) -> None:
    """Walk to the end, then say in short what was seen, and where the objectives of these units, or of all, stood."""
    types, actors, days, last = Counter[str](), set[str](), set[date](), None
    claimed = 0
    for last in steps:
        types[last.fact["type"]] += 1
        actors.add(last.fact["actor"])
        days.add(last.moment.today)
        claimed += (last.fact["imported"] or {}).get("times") == "claimed"
    print_paragraph()
    if last is None:
        print_paragraph("Nothing was recorded.")
        return
    print_paragraph(
        f"{_pluralize(types.total(), 'event', 'events')} on {_pluralize(len(days), 'day', 'days')}, {_span(days)},"
        f" recorded by {_pluralize(len(actors), 'person', 'people')}: {_most_common_types(types)}."
    )
    if claimed:
        print_paragraph(f"The times of {claimed} are claimed by a journal, not witnessed by the log.")
    graph = GoalGraph.for_cycle(connection, last.moment, cycle_id)
    _print_objectives(
        [each for each in graph.objectives.values() if each.row.cycle_id == cycle_id and _is_in_units(each, units)]
    )


def _print_step(step: ReplayStep) -> None:
    clock = step.moment.evaluated_at.astimezone(step.moment.zone)
    print_paragraph(f"{step.moment.position:>7}  {clock:%H:%M:%S}  {step.sentence}", indent=INDENT)
    if step.measured_on:
        print_paragraph(f"{INDENT}measured on {step.measured_on}", indent=INDENT)
    for turn in step.effects:
        print_paragraph(f"{INDENT}{step.names[turn.id]}: {', '.join(_describe_effect(turn))}", indent=INDENT)


def _describe_effect(turn: GoalEffect) -> Iterator[str]:
    before, after = turn.before, turn.after
    if before.progress != after.progress:
        yield f"progress {f' {ARROW} '.join(_distinct_decimals(before.progress, after.progress))}"
    if before.health != after.health:
        yield f"health {with_spaces(str(before.health))} {ARROW} {with_spaces(str(after.health))}"
    if before.score != after.score:
        yield f"score {f' {ARROW} '.join(_distinct_decimals(before.score, after.score))}"


def _distinct_decimals(*numbers: str | None) -> list[str]:
    """Both with as many decimals, two or more, as it takes to tell them apart."""
    shown: list[str] = []
    for decimals in range(2, MAX_DECIMALS):
        shown = ["none" if number is None else f"{Decimal(number):.{decimals}f}" for number in numbers]
        if shown[0] != shown[1]:
            break
    return shown


def _prompt_quit() -> bool:
    click.echo("Enter for the next, q to end: ", nl=False, err=True)
    line = sys.stdin.readline()
    return not line or line.strip().lower().startswith("q")


def _is_in_units(objective: EvaluatedObjective, units: Collection[str] | None) -> bool:
    return units is None or objective.row.unit_id in units


def _print_objectives(objectives: Sequence[EvaluatedObjective]) -> None:
    for each in objectives[:MAX_OBJECTIVES]:
        progress = f"{each.progress.value:.2f}" if each.progress else "none"
        health = with_spaces(each.health.effective) if each.health else "none"
        score = f", score {each.score:.2f}" if each.score is not None else ""
        print_paragraph(f"  {quote(each.row.title)}: progress {progress}, health {health}{score}", indent="    ")
    if len(objectives) > MAX_OBJECTIVES:
        print_paragraph(f"  and {len(objectives) - MAX_OBJECTIVES} objectives more")


def _most_common_types(types: Counter[str]) -> str:
    told = [f"{number} {name}" for name, number in types.most_common(MAX_TYPES)]
    rest = types.total() - sum(number for _, number in types.most_common(MAX_TYPES))
    return ", ".join([*told, *([f"{rest} others"] if rest else [])])


def _span(days: Collection[date]) -> str:
    return str(min(days)) if len(days) == 1 else f"{min(days)} to {max(days)}"


def _pluralize(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
