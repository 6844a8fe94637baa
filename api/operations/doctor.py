"""The examination behind `okr doctor`: the log event by event, then what stands around it."""

from collections.abc import Callable, Iterator
from uuid import UUID

from api.operations import signed_history
from api.operations.signed_history import ExternalCheckpoint
from api.operations.stores import Stores
from okr_events.commands.base import build_snapshot
from okr_events.commands.people import ERASED_SCOPE
from okr_events.event_log.integrity_check import Fault, LogVerifier
from okr_events.event_log.recorder import SNAPSHOTS
from okr_events.register.encryption_keys import CiphertextTampered


def find_faults(
    stores: Stores, expect: str | None, progress: Callable[[int], object], kept: ExternalCheckpoint | None = None
) -> list[Fault]:
    """Every fault found; `expect` is a head noted elsewhere, as `POSITION:CHAIN`, and `kept` a checkpoint."""
    verifier = LogVerifier(stores.log, stores.okrs.mapper)
    parts: dict[str, Callable[[], Iterator[Fault]]] = {
        "the log": lambda: verifier.find_faults(progress),
        "the head": lambda: _head_faults(stores, expect),
        "what was signed": lambda: signed_history.find_faults(stores, kept),
        "the snapshots": lambda: _snapshot_faults(stores),
        "the views": lambda: _view_faults(stores),
        "the register": lambda: _register_faults(stores, verifier),
    }
    return [fault for what, part in parts.items() for fault in _with_read_errors(what, part)]


def _with_read_errors(what: str, part: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """What was found before something could not be read at all, and that."""
    try:
        yield from part()
    except Exception as error:  # noqa: BLE001 - a damaged store may answer with anything
        yield Fault(0, f"{what} cannot be read any further: {error}")


def _head_faults(stores: Stores, expect: str | None) -> Iterator[Fault]:
    if expect is None:
        return
    position, _, chain = expect.partition(":")
    there = stores.log.head_at(int(position)) if position.isdecimal() else None
    if there is None or there.chain.hex() != chain:
        yield Fault(0, f"the log does not hold the head {expect}: its past is another one")


def _view_faults(stores: Stores) -> Iterator[Fault]:
    tracked = stores.views.tracked_head()
    there = stores.log.head_at(tracked.position)
    if tracked.position and (there is None or there.chain != tracked.chain):
        yield Fault(0, f"the views have seen position {tracked.position} of another log: was the end of this one lost?")


def _register_faults(stores: Stores, verifier: LogVerifier) -> Iterator[Fault]:
    """People and word keys that the log speaks of, and those of whom it says that they were erased."""
    erased = {UUID(name) for scope, name in verifier.derived_tables.claims if scope == ERASED_SCOPE}
    try:
        known = set(stores.register.people.names())
    except CiphertextTampered as error:
        known = verifier.actors
        yield Fault(0, f"the register's {error} does not open: it was changed")
    yield from (
        Fault(0, f"the register has no person {id}, who recorded events") for id in sorted(verifier.actors - known - erased)
    )
    keys = stores.register.keys.authors()
    keyless = verifier.authors - keys - erased
    yield from (Fault(0, f"the register has no word key of {id}: their words cannot be read") for id in sorted(keyless))
    if left := stores.register.people.list_not_overwritten():
        yield Fault(0, f"files of the register may still hold {len(left)} erased people: start the server to overwrite them")
    remaining = erased & (known | keys)
    yield from (
        Fault(0, f"{id} was erased, but not from the register: start the server to finish it") for id in sorted(remaining)
    )


def _snapshot_faults(stores: Stores) -> Iterator[Fault]:
    """Snapshots that differ from one taken anew of their stream's events."""
    with stores.log.read_transaction() as run:
        kept = run(f"SELECT originator_id, originator_version, topic, state FROM {SNAPSHOTS}", ())  # noqa: S608 - our own name
    for id, version, topic, state in kept:
        try:
            stream = id if isinstance(id, UUID) else UUID(hex=id)
            again = stores.okrs.mapper.to_stored_event(build_snapshot(stores.okrs.load_version(stream, version)))
            same = (stream, version, topic, bytes(state)) == (again.originator_id, version, again.topic, again.state)
        except Exception:  # noqa: BLE001 - whatever a changed byte leads to is a fault
            same = False
        if not same:
            yield Fault(0, f"the snapshot {version} of the stream {id} is not what its events give")
