"""The checks of `okr doctor`: the log event by event, then snapshots, views, register and checkpoints."""

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
    """Return every fault. `expect` is a head noted elsewhere, as `POSITION:CHAIN`; `kept` is a checkpoint."""
    verifier = LogVerifier(stores.log, stores.okrs.mapper)
    checks: dict[str, Callable[[], Iterator[Fault]]] = {
        "log": lambda: verifier.find_faults(progress),
        "head": lambda: _head_faults(stores, expect),
        "checkpoints": lambda: signed_history.find_faults(stores, kept),
        "snapshots": lambda: _snapshot_faults(stores),
        "views": lambda: _view_faults(stores),
        "register": lambda: _register_faults(stores, verifier),
    }
    return [fault for name, check in checks.items() for fault in _with_read_errors(name, check)]


def _with_read_errors(name: str, check: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """Yield the faults of a check, and the error that ended it, if any."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - a damaged store may raise anything
        yield Fault(0, f"The check of the {name} stopped: {error}")


def _head_faults(stores: Stores, expect: str | None) -> Iterator[Fault]:
    if expect is None:
        return
    position, _, chain = expect.partition(":")
    head = stores.log.head_at(int(position)) if position.isdecimal() else None
    if head is None or head.chain.hex() != chain:
        yield Fault(0, f"The log does not contain the expected head {expect}.")


def _view_faults(stores: Stores) -> Iterator[Fault]:
    tracked = stores.views.tracked_head()
    head = stores.log.head_at(tracked.position)
    if tracked.position and (head is None or head.chain != tracked.chain):
        yield Fault(0, f"The views have read position {tracked.position} of another log. The end of this one may be lost.")


def _register_faults(stores: Stores, verifier: LogVerifier) -> Iterator[Fault]:
    """Find people and keys that the log needs and the register lacks, and erased people that it still has."""
    erased = {UUID(name) for scope, name in verifier.derived_tables.claims if scope == ERASED_SCOPE}
    try:
        known = set(stores.register.people.names())
    except CiphertextTampered as error:
        known = verifier.actors
        yield Fault(0, f"The register's {error} cannot be decrypted: it was changed.")
    for id in sorted(verifier.actors - known - erased):
        yield Fault(0, f"The register lacks the person {id}, who recorded events.")
    keys = stores.register.keys.authors()
    for id in sorted(verifier.authors - keys - erased):
        yield Fault(0, f"The register lacks the key of {id}, whose text cannot be read.")
    if pending := stores.register.people.list_not_overwritten():
        yield Fault(0, f"Files of the register may contain {len(pending)} erased people. Start the server to overwrite them.")
    for id in sorted(erased & (known | keys)):
        yield Fault(0, f"{id} was erased from the log but not from the register. Start the server to finish.")


def _snapshot_faults(stores: Stores) -> Iterator[Fault]:
    """Find snapshots that differ from one rebuilt from the events of the stream; a log of an earlier version has none."""
    with stores.log.read_transaction() as run:
        if not run(stores.log.snapshots_query, ()):
            return
        rows = run(f"SELECT originator_id, originator_version, topic, state FROM {SNAPSHOTS}", ())  # noqa: S608 - own name
    for id, version, topic, state in rows:
        try:
            stream = id if isinstance(id, UUID) else UUID(hex=id)
            rebuilt = stores.okrs.mapper.to_stored_event(build_snapshot(stores.okrs.load_version(stream, version)))
            same = (stream, version, topic, bytes(state)) == (rebuilt.originator_id, version, rebuilt.topic, rebuilt.state)
        except Exception:  # noqa: BLE001 - a changed byte may raise anything
            same = False
        if not same:
            yield Fault(0, f"The snapshot of stream {id} at version {version} does not match its events.")
