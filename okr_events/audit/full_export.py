"""A whole export: every event from the first on, with the chain and the tree grown anew over them."""

from collections.abc import Iterator
from typing import Any

from orjson import dumps, loads

from okr_events.audit.export_format import LONGEST, NEWLINE, Malformed, check, plain, read
from okr_events.audit.signed_ending import opened_strictly
from okr_events.audit.trust import Refused, Verdict
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.hash_chain import GENESIS, chained, leaf
from okr_events.event_log.merkle import folded, joined

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
        self._check_beginning(0)

    @property
    def here(self) -> int:
        """The position that the line at hand must have."""
        return self.size + 1

    def follow(self, lines: Iterator[bytes]) -> bytes:
        """Take the events that come next; gives the line with the checkpoint that ends them, or nothing if there is none.

        A line is the next event when it is, byte for byte, what an export writes here: one comparison finds every difference,
        and only then is it asked which. Raises `Refused` and `Malformed`. It is one loop over local names, because a million
        events pass through it.
        """
        size, latest, chain, peaks, kept = self.size, self.recorded_at, self.chain, self.peaks, self.kept.size
        for line in lines:
            try:
                _, envelope, id, version, _, recorded_at, state, topic = loads(line).values()
            except (ValueError, TypeError, AttributeError):
                break
            if not plain(envelope, id, version, recorded_at, state, topic) or recorded_at <= latest or len(line) > LONGEST:
                break
            node = leaf(size + 1, recorded_at, id, version, topic, state.encode(), envelope.encode())
            link = chained(chain, node)
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
            latest, chain, left = recorded_at, link, size
            while left & 1:
                node, left = joined(peaks.pop(), node), left >> 1
            peaks.append(node)
            size += 1
            if size == kept:
                self._check_beginning(size)
        else:
            line = b""
        self.size, self.recorded_at, self.chain = size, latest, chain
        return self._ending(line) if line else line

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

    def _ending(self, line: bytes) -> bytes:
        """The line again if a checkpoint is in it; or else why it is not the next event."""
        members = read(line)
        if "checkpoint" in members:
            return line
        if tuple(members) != MEMBERS:
            raise Malformed(f"The members of an event are not {', '.join(MEMBERS)}.")
        _, envelope, id, version, position, recorded_at, state, topic = members.values()
        check(envelope, id, version, position, recorded_at, state, topic)
        if position != self.here:
            raise Refused(f"In its place stands position {position}.", self.here)
        if recorded_at <= self.recorded_at:
            raise Refused("Its time is not later than the one before.", position)
        raise Refused("The event, its envelope or its link in the chain was changed.", position)

    def _check_beginning(self, size: int) -> None:
        if size == self.kept.size and self.kept.root != folded(self.peaks):
            raise Refused(f"The first {size} events are not those that the kept checkpoint signs: the past was written anew.")

    def _said(self, checkpoint: Checkpoint) -> str:
        return (
            f"All {self.size} events of {checkpoint.origin} are as they were recorded, none is missing, "
            f"and the first {self.kept.size} are those of the kept checkpoint."
        )
