"""Answers: which due day each check-in of a key result answers."""

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence


def answer_due_days(due_days: Sequence[int], reported_on: Iterable[int], *, grace_days: int) -> dict[int, int]:
    """The day of the earliest answer to each answered due day, by the due day's index.

    A check-in answers one due day. Days are ordinals; `due_days` ascend, check-ins come in the order of recording.
    """
    answers: dict[int, int] = {}
    if due_days:
        for day in reported_on:
            index = _answered_index(due_days, day, answers, grace_days)
            answers[index] = min(answers.get(index, day), day)
    return answers


def _answered_index(due_days: Sequence[int], day: int, answered: Container[int], grace_days: int) -> int:
    """The last due day passed whose grace still runs and that nothing earlier answers; otherwise the nearest."""
    coming = bisect_left(due_days, day)
    for index in range(coming - 1, -1, -1):
        if day > due_days[index] + grace_days:
            break
        if index not in answered:
            return index
    return _nearest_index(due_days, day, coming)


def _nearest_index(due_days: Sequence[int], day: int, coming: int) -> int:
    """The nearest due day; the coming one when two are equally near."""
    if coming == len(due_days):
        return coming - 1
    passed_is_nearer = coming > 0 and day - due_days[coming - 1] < due_days[coming] - day
    return coming - 1 if passed_is_nearer else coming
