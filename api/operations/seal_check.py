"""The check of sealed reports: those of the present rules are made again from the log, older ones cannot be."""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from uuid import UUID

from api.operations.sealed_reports import make_report
from api.operations.stores import Stores
from okr_events.domain.cycle import Cycle
from okr_events.event_log.closing_constraints import find_unsealed_cycles
from okr_events.event_log.integrity_check import Fault
from projections.queries.sealed_report import FORMAT_VERSION, RULES_VERSION

Seals = Mapping[UUID, Cycle.Sealed]


def find_faults(stores: Stores, seals: Seals, progress: Callable[[int], object]) -> Iterator[Fault]:
    """Yield the seals of the present rules whose report is another when it is made again, and the cycles without a seal."""
    for cycle, position in find_unsealed_cycles(stores.log):
        yield Fault(position, f"The cycle {cycle} was closed here and is not sealed. `okr follow` seals it.")
    for cycle, seal in seals.items():
        if _is_current(seal) and sha256(make_report(stores, cycle, seal.position)).hexdigest() != seal.digest:
            yield Fault(0, f"The sealed report of cycle {cycle} is not the one that the log gives.")
        progress(1)


def describe_older(seals: Seals) -> Iterator[str]:
    """Yield a sentence about each seal that was made by other rules, or in another format."""
    for cycle, seal in seals.items():
        if not _is_current(seal):
            made_by = f"made by rules {seal.rules} in format {seal.format}"
            yield f"Seal of cycle {cycle}: {made_by}, not remade. Its bytes were compared with its digest."


def _is_current(seal: Cycle.Sealed) -> bool:
    return (seal.rules, seal.format) == (RULES_VERSION, FORMAT_VERSION)
