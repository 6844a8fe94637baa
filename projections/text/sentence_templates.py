"""Templates for sentences that several events share."""

from collections.abc import Callable

from projections.text.phrases import SentenceContext, quote, with_spaces

Describe = Callable[[SentenceContext], str]
"""Returns what an event did, as the part of a sentence that follows the actor's name."""


def change(noun: str, field: str) -> Describe:
    return lambda event: f"changed the {noun} of {event.subject_name} {event.describe_change(field, with_spaces)}"


def rename(noun: str, field: str = "title", display: Callable[[str], str] = quote) -> Describe:
    return lambda event: f"renamed the {noun} {event.describe_change(field, display)}"


def statement(noun: str, field: str = "description") -> Describe:
    return lambda event: (
        f"{'stated' if event[field] else 'removed'} the {noun} of {event.subject_name}{event.quote_field(field)}"
    )


def action(verb: str, suffix: str = "") -> Describe:
    return lambda event: f"{verb} {event.subject_name}{suffix}"


def transfer(verb: str, field: str) -> Describe:
    return lambda event: f"{verb} {event.subject_name} {event.describe_transfer(field)}"


def part(verb: str, id_field: str, day_field: str | None = None) -> Describe:
    """For a part of the aggregate that has an id of its own."""
    return lambda event: f"{verb} {event.lookup_name(event[id_field])}{f' on {event[day_field]}' if day_field else ''}"
