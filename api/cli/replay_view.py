"""Display of a replay on a terminal: each event with its numbers, and a summary at the end."""

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
from projections.text.phrases import pluralize, quote, with_spaces
from projections.text.rounding import Rounding

INDENT = " " * 19
MAX_TYPES = 6
MAX_OBJECTIVES = 20
DECIMALS = 4


def print_steps(steps: Iterator[ReplayStep], *, stepping: bool) -> Iterator[ReplayStep]:
    """Print and yield each step, until the user quits."""
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
    """Consume the steps, then print a summary and the objectives of these units, or of all."""
    types, actors, days, last = Counter[str](), set[str](), set[date](), None
    claimed = 0
    for last in steps:
        types[last.fact["type"]] += 1
        actors.add(last.fact["actor"])
        days.add(last.moment.today)
        claimed += (last.fact["imported"] or {}).get("times") == "claimed"
    print_paragraph()
    if last is None:
        print_paragraph("No events.")
        return
    print_paragraph(
        f"{pluralize(types.total(), 'event')} on {pluralize(len(days), 'day')}, {_span(days)},"
        f" recorded by {'1 person' if len(actors) == 1 else f'{len(actors)} people'}: {_most_common_types(types)}."
    )
    if claimed:
        print_paragraph(f"The times of {claimed} events are claimed by a journal, not witnessed by the log.")
    graph = GoalGraph.for_cycle(connection, last.moment, cycle_id)
    in_cycle = [objective for objective in graph.objectives.values() if objective.row.cycle_id == cycle_id]
    _print_objectives([objective for objective in in_cycle if units is None or objective.row.unit_id in units])


def _print_step(step: ReplayStep) -> None:
    clock = step.moment.evaluated_at.astimezone(step.moment.zone)
    print_paragraph(f"{step.moment.position:>7}  {clock:%H:%M:%S}  {step.sentence}", indent=INDENT)
    if step.measured_on:
        print_paragraph(f"{INDENT}measured on {step.measured_on}", indent=INDENT)
    for effect in step.effects:
        print_paragraph(f"{INDENT}{step.names[effect.id]}: {', '.join(_describe_effect(effect))}", indent=INDENT)


def _describe_effect(effect: GoalEffect) -> Iterator[str]:
    before, after = effect.before, effect.after
    if before.progress != after.progress:
        yield f"progress {_describe_step(before.progress, after.progress)}"
    if before.health != after.health:
        yield f"health {with_spaces(str(before.health))} {ARROW} {with_spaces(str(after.health))}"
    if before.score != after.score:
        yield f"score {_describe_step(before.score, after.score)}"


def _describe_step(*numbers: str | None) -> str:
    """Both numbers. Four decimals in every step: the number after one step reads as the number before the next."""
    page = Rounding(Decimal(number) for number in numbers if number is not None)
    return f" {ARROW} ".join("none" if number is None else page.brief(Decimal(number), DECIMALS) for number in numbers)


def _prompt_quit() -> bool:
    click.echo("Enter for the next event, q to quit: ", nl=False, err=True)
    line = sys.stdin.readline()
    return not line or line.strip().lower().startswith("q")


def _print_objectives(objectives: Sequence[EvaluatedObjective]) -> None:
    shares = [each.progress.value for each in objectives if each.progress] + [each.score for each in objectives if each.score]
    page = Rounding(shares)
    for objective in objectives[:MAX_OBJECTIVES]:
        progress = page.brief(objective.progress.value, DECIMALS) if objective.progress else "none"
        health = with_spaces(objective.health.effective) if objective.health else "none"
        score = f", score {page.brief(objective.score, DECIMALS)}" if objective.score is not None else ""
        print_paragraph(f"  {quote(objective.row.title)}: progress {progress}, health {health}{score}", indent="    ")
    if len(objectives) > MAX_OBJECTIVES:
        print_paragraph(f"  and {len(objectives) - MAX_OBJECTIVES} more objectives")


def _most_common_types(types: Counter[str]) -> str:
    counts = types.most_common(MAX_TYPES)
    rest = types.total() - sum(number for _, number in counts)
    return ", ".join([*(f"{number} {name}" for name, number in counts), *([f"{rest} others"] if rest else [])])


def _span(days: Collection[date]) -> str:
    return str(min(days)) if len(days) == 1 else f"{min(days)} to {max(days)}"
