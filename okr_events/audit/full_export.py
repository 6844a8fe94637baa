"""Verification of a full export: recomputes the hash chain and the Merkle tree over every event."""

from collections.abc import Collection, Iterator

from orjson import dumps, loads

from okr_events.audit.export_format import MAX_LINE_BYTES, NEWLINE, MalformedLine, check_event, has_event_types, parse_line
from okr_events.audit.trust import ExportRejected, Verdict, describe_trust, verify_own_checkpoint
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import GENESIS, extend_chain, hash_leaf
from okr_events.event_log.merkle import fold_peaks, hash_pair
from okr_events.json_types import JsonObject

EVENT_MEMBERS = ("chain", "envelope", "originator_id", "originator_version", "position", "recorded_at", "state", "topic")


class FullExport:
    """The state of a verification: the events so far, the last time and link, the version of each stream, the tree's peaks.

    `roots` has the roots of the tree at the kept checkpoint's size and at the `wanted` ones, as they are reached. Raises
    `ExportRejected` if the kept checkpoint does not match the empty log.
    """

    kind = "whole"

    def __init__(self, kept: Checkpoint, wanted: Collection[int] = ()) -> None:
        self.kept = kept
        self.wanted = frozenset((kept.size, *wanted))
        self.roots: dict[int, bytes] = {}
        self.versions: dict[str, int] = {}
        self.size = 0
        self.recorded_at = 0
        self.chain = GENESIS
        self.peaks: list[bytes] = []
        self._keep_root(0)

    @property
    def current_position(self) -> int:
        """The position that the current line must have."""
        return self.size + 1

    def verify_events(self, lines: Iterator[bytes]) -> bytes:
        """Verify the events; return the line with the checkpoint, or `b""` if there is none.

        Each line must equal, byte for byte, the one recomputed from its fields; only a mismatch is analysed. One loop over
        local names, for speed over a million events. Raises `ExportRejected` and `MalformedLine`.
        """
        size, latest, chain, peaks, versions = self.size, self.recorded_at, self.chain, self.peaks, self.versions
        wanted = self.wanted
        for line in lines:
            try:
                _, envelope, id, version, _, recorded_at, state, topic = loads(line).values()
            except (ValueError, TypeError, AttributeError):
                break
            if (
                not has_event_types(envelope, id, version, recorded_at, state, topic)
                or recorded_at <= latest
                or version != versions.get(id, 0) + 1
                or len(line) > MAX_LINE_BYTES
            ):
                break
            node = hash_leaf(size + 1, recorded_at, id, version, topic, state.encode(), envelope.encode())
            link = extend_chain(chain, node)
            members = {
                "chain": link.hex(),
                "envelope": envelope,
                "originator_id": id,
                "originator_version": version,
                "position": size + 1,
                "recorded_at": recorded_at,
                "state": state,
                "topic": topic,
            }
            if dumps(members, option=NEWLINE) != line:
                break
            latest, chain, left, versions[id] = recorded_at, link, size, version
            while left & 1:
                node, left = hash_pair(peaks.pop(), node), left >> 1
            peaks.append(node)
            size += 1
            if size in wanted:
                self._keep_root(size)
        else:
            line = b""
        self.size, self.recorded_at, self.chain = size, latest, chain
        return self._check_ending(line) if line else line

    def verify_ending(self, members: JsonObject, keys: list[VerifierKey]) -> Verdict:
        """Return the verdict, given the last line. Raises `ExportRejected`."""
        if tuple(members) != ("checkpoint",):
            raise ExportRejected("The last line of a full export must contain only the checkpoint.", self.current_position)
        checkpoint = verify_own_checkpoint(members["checkpoint"], keys, self.kept)
        if checkpoint.size > self.size:
            raise ExportRejected(
                f"The checkpoint covers {checkpoint.size} events, the export has {self.size}.", self.current_position
            )
        if checkpoint.size < self.size:
            raise ExportRejected(
                f"The checkpoint covers {checkpoint.size} events; the following ones are not signed.", checkpoint.size + 1
            )
        if checkpoint.root != fold_peaks(self.peaks):
            raise ExportRejected(
                f"The events do not match the checkpoint: an event after position {self.kept.size} was changed, "
                "and the hashes after it were recomputed."
            )
        return Verdict(valid=True, why=self._summary(checkpoint), size=self.size, kind=self.kind, roots=self.roots)

    def _check_ending(self, line: bytes) -> bytes:
        """Return the line if it contains a checkpoint; otherwise raise why it is not the next event."""
        members = parse_line(line)
        if "checkpoint" in members:
            return line
        if tuple(members) != EVENT_MEMBERS:
            raise MalformedLine(f"An event must have the members {', '.join(EVENT_MEMBERS)}.")
        _, envelope, id, version, position, recorded_at, state, topic = members.values()
        check_event(envelope, id, version, position, recorded_at, state, topic)
        if position != self.current_position:
            raise ExportRejected(f"Expected position {self.current_position}, found {position}.", self.current_position)
        if recorded_at <= self.recorded_at:
            raise ExportRejected("Its time is not later than the one before.", position)
        if version != (due := self.versions.get(id, 0) + 1):
            raise ExportRejected(f"The next event of its stream must have the version {due}, not {version}.", position)
        raise ExportRejected("The event, its envelope or its chain link was changed.", position)

    def _keep_root(self, size: int) -> None:
        self.roots[size] = fold_peaks(self.peaks)
        if size == self.kept.size and self.kept.root != self.roots[size]:
            raise ExportRejected(f"The first {size} events do not match the kept checkpoint: the past was rewritten.")

    def _summary(self, checkpoint: Checkpoint) -> str:
        signed = f"These are the {self.size} events of {checkpoint.origin} that its signer signed, without gap or change."
        return f"{signed} {describe_trust(self.kept, self.size)}"
