"""A whole export: every event from the first on, with the chain and the tree grown anew over them."""

from typing import Any

from orjson import dumps, loads

from okr_events.audit.ending import opened_strictly
from okr_events.audit.lines import LONGEST, NEWLINE, Malformed, check, plain, read
from okr_events.audit.verdict import Refused, Verdict
from okr_events.log.ledger import GENESIS, chained, leaf
from okr_events.log.merkle import folded, joined
from okr_events.log.notes import Checkpoint, VerifierKey

MEMBERS = (
    "chain",
    "envelope",
    "originator_id",
    "originator_version",
    "position",
    "recorded_at",
    "state",
    "topic",
)


class Whole:
    """What is held while the events pass: how many, the last time and link, and the peaks of the tree.

    Raises `Refused` where the kept checkpoint signs another beginning.
    """

    shown = "whole"

    def __init__(self, kept: Checkpoint) -> None:
        self.kept = kept
        self.size = 0
        self.recorded_at = 0
        self.chain = GENESIS
        self.peaks: list[bytes] = []
        self._check_beginning()

    @property
    def here(self) -> int:
        """The position that the line at hand must have."""
        return self.size + 1

    def takes(self, line: bytes) -> bool:
        """Take a line if it is the next event: byte for byte what an export writes here, so that one comparison finds every
        difference. False for a line with a checkpoint; raises `Refused` and `Malformed` for any other.
        """
        if len(line) > LONGEST:
            return self._explained(line)
        position = self.size + 1
        try:
            _, envelope, id, version, _, recorded_at, state, topic = loads(line).values()
            hashed = leaf(position, recorded_at, id, version, topic, state.encode(), envelope.encode())
        except (ValueError, TypeError, AttributeError):
            return self._explained(line)
        chain = chained(self.chain, hashed)
        members = {
            "chain": chain.hex(),
            "envelope": envelope,
            "originator_id": id,
            "originator_version": version,
            "position": position,
            "recorded_at": recorded_at,
            "state": state,
            "topic": topic,
        }
        if line != dumps(members, option=NEWLINE) or not plain(envelope, id, version, recorded_at, state, topic):
            return self._explained(line)
        if recorded_at <= self.recorded_at:
            return self._explained(line)
        self.recorded_at, self.chain = recorded_at, chain
        self._grow(hashed)
        return True

    def end(self, members: dict[str, Any], keys: list[VerifierKey]) -> Verdict:
        """The verdict, given the last line. Raises `Refused`."""
        if tuple(members) != ("checkpoint",):
            raise Refused("The last line of a whole export has other members than the checkpoint.", self.here)
        checkpoint = opened_strictly(members["checkpoint"], keys, self.kept)
        if checkpoint.size > self.size:
            raise Refused(f"The checkpoint is of {checkpoint.size} events, but here are {self.size}.", self.here)
        if checkpoint.size < self.size:
            raise Refused(f"The checkpoint is of {checkpoint.size} events: nothing signs what follows.", checkpoint.size + 1)
        if checkpoint.root != folded(self.peaks):
            raise Refused(
                f"The events are not those that the checkpoint signs: something after position {self.kept.size} was changed, "
                "and everything that follows it computed anew."
            )
        return Verdict(valid=True, why=self._said(checkpoint), size=self.size, shown=self.shown)

    def _explained(self, line: bytes) -> bool:
        """Say why a line is not the next event, unless it is one with a checkpoint."""
        members = read(line)
        if "checkpoint" in members:
            return False
        if tuple(members) != MEMBERS:
            raise Malformed(f"The members of an event are not {', '.join(MEMBERS)}.")
        _, envelope, id, version, position, recorded_at, state, topic = members.values()
        check(envelope, id, version, position, recorded_at, state, topic)
        if position != self.here:
            raise Refused(f"In its place stands position {position}.", self.here)
        if recorded_at <= self.recorded_at:
            raise Refused("Its time is not later than the one before.", position)
        raise Refused("The event, its envelope or its link in the chain was changed.", position)

    def _grow(self, node: bytes) -> None:
        """One more leaf: as `merkle.grown`, in place."""
        size, peaks = self.size, self.peaks
        while size & 1:
            node = joined(peaks.pop(), node)
            size >>= 1
        peaks.append(node)
        self.size += 1
        if self.size == self.kept.size:
            self._check_beginning()

    def _check_beginning(self) -> None:
        if self.size == self.kept.size and self.kept.root != folded(self.peaks):
            raise Refused(
                f"The first {self.size} events are not those that the kept checkpoint signs: the past was written anew."
            )

    def _said(self, checkpoint: Checkpoint) -> str:
        return (
            f"All {self.size} events of {checkpoint.origin} are as they were recorded, none is missing, "
            f"and the first {self.kept.size} are those of the kept checkpoint."
        )
