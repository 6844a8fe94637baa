"""Batches of ids, so that no query has more parameters than a database takes."""

from collections.abc import Collection
from typing import TypeVar

BATCH_SIZE = 500
MAX_BATCHES = 10
"""From more things than these batches hold, a whole cycle's rows are read at once."""
Id = TypeVar("Id", str, int)


def batches(ids: Collection[Id]) -> list[list[Id]]:
    ordered = sorted(ids)
    return [ordered[start : start + BATCH_SIZE] for start in range(0, len(ordered), BATCH_SIZE)]
