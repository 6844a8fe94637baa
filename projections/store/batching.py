"""Batches of ids: a query names at most `BATCH_SIZE` of them."""

from collections.abc import Collection
from typing import TypeVar

BATCH_SIZE = 500
MAX_BATCHES = 10
"""For more batches than these, queries read all rows instead of naming ids."""

Id = TypeVar("Id", str, int)


def batches(ids: Collection[Id]) -> list[list[Id]]:
    """The ids in order, `BATCH_SIZE` at a time."""
    ordered = sorted(ids)
    return [ordered[start : start + BATCH_SIZE] for start in range(0, len(ordered), BATCH_SIZE)]
