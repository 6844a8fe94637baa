"""The checks of `okr doctor`: the log event by event, checkpoints, snapshots, register and seals; the views on request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from api.operations import seal_check, signed_history, views_check
from api.operations.signed_history import ExternalCheckpoint
from api.operations.stores import Stores
from okr_events.commands.base import build_snapshot
from okr_events.commands.people import ERASED_SCOPE
from okr_events.domain.cycle import Cycle
from okr_events.event_log.integrity_check import Fault, LogVerifier
from okr_events.event_log.recorder import SNAPSHOTS

Check = Callable[[], Iterator[Fault]]
Progress = Callable[[int], object]


@dataclass(slots=True)
class Examination:
    """What the checks have found so far. `seals` are those of the log, once that is checked."""

    stores: Stores
    faults: list[Fault] = field(default_factory=list)
    seals: dict[UUID, Cycle.Sealed] = field(default_factory=dict)

    def check_log(self, progress: Progress, *, expect: str | None = None, kept: ExternalCheckpoint | None = None) -> None:
        """Check the log and the register. `expect` is a head noted elsewhere, as `POSITION:CHAIN`; `kept` is a checkpoint."""
        stores, verifier = self.stores, LogVerifier(self.stores.log, self.stores.okrs.mapper)
        self._run("log", lambda: verifier.find_faults(progress))
        self._run("head", lambda: _head_faults(stores, expect))
        self._run("checkpoints", lambda: signed_history.find_faults(stores, kept))
        self._run("snapshots", lambda: _snapshot_faults(stores))
        self._run("register", lambda: _register_faults(stores, verifier))
        self.seals = verifier.seals

    def check_seals(self, progress: Progress) -> None:
        """Make the reports of the present rules again."""
        self._run("seals", lambda: seal_check.find_faults(self.stores, self.seals, progress))

    def check_views(self, progress: Progress) -> None:
        """Compare the views with a rebuild."""
        self._run("views", lambda: views_check.find_faults(self.stores, progress))

    def _run(self, name: str, check: Check) -> None:
        """Collect the faults of a check, and the error that ended it, if any."""
        try:
            self.faults.extend(check())
        except Exception as error:  # noqa: BLE001 - a damaged store may raise anything
            self.faults.append(Fault(0, f"The check of the {name} stopped: {error}"))


def _head_faults(stores: Stores, expect: str | None) -> Iterator[Fault]:
    if expect is None:
        return
    position, _, chain = expect.partition(":")
    head = stores.log.head_at(int(position)) if position.isascii() and position.isdecimal() else None
    if head is None or head.chain.hex() != chain:
        yield Fault(0, f"The log does not contain the expected head {expect}.")


def _register_faults(stores: Stores, verifier: LogVerifier) -> Iterator[Fault]:
    """Find people and keys that the log needs and the register lacks, and erased people that it still has."""
    erased = {UUID(name) for scope, name in verifier.derived_tables.claims if scope == ERASED_SCOPE}
    known = stores.register.people.ids()
    for id in stores.register.people.find_damaged():
        yield Fault(0, f"The register's name or address of {id} does not decrypt: it, or the key, was changed.")
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
