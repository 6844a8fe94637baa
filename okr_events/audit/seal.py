"""Verification of a cycle's sealed report against an export: its digest must stand in the cycle's own event `Cycle.Sealed`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from uuid import UUID

import orjson
import rfc8785

from okr_events.audit.trust import Verdict
from okr_events.json_types import Json, JsonObject

SEALED = b'"topic":"Cycle.Sealed"'


class UnusableReport(Exception):
    """The file is not a sealed report; the message says why."""


@dataclass(frozen=True, slots=True)
class SealedReport:
    """What a report says about itself, and the digest of its canonical form."""

    cycle: str
    position: int
    ledger_root: str
    digest: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse the JSON of a report, or of the whole answer that contains it. Raises `UnusableReport`."""
        try:
            parsed = json.loads(data, object_pairs_hook=_unique_members)
            report = parsed.get("report", parsed)
            digest = sha256(rfc8785.dumps(report)).hexdigest()
            cycle, position, root = UUID(report["cycle"]["id"]), int(report["position"]), str(report["ledger_root"])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise UnusableReport(f"It is not the JSON of a sealed report: {error}.") from None
        return cls(cycle.hex, position, root, digest)


class SealSearch:
    """Finds the seal of a report's cycle in the lines of an export while another reader verifies them."""

    def __init__(self, report: SealedReport) -> None:
        self.report = report
        self.position: int | None = None
        self.state: JsonObject = {}

    def watch(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines unchanged."""
        for line in lines:
            if SEALED in line and self.position is None:
                self._read(line)
            yield line

    def judge(self, roots: Mapping[int, bytes]) -> Verdict:
        """Return the verdict on the report, given that the export is valid; `roots` are those of a full export's tree."""
        report, at = self.report, self.position
        if at is None:
            return Verdict(valid=False, why="The export has no seal of the report's cycle.")
        if self.state.get("digest") != report.digest:
            return Verdict(valid=False, why="The report is not the one that was sealed: its digest is another.", position=at)
        if self.state.get("position") != report.position:
            return Verdict(valid=False, why="The report is of another position than its seal.", position=at)
        root = roots.get(report.position)
        if root is not None and root.hex() != report.ledger_root:
            return Verdict(valid=False, why="The report's ledger_root is not that of the log.", position=at)
        return Verdict(valid=True, why=f"The report is the one that was sealed, as of position {report.position}.", position=at)

    def _read(self, line: bytes) -> None:
        """Take the seal from a line if it is one of the report's cycle; whether the line is valid is checked elsewhere."""
        try:
            event = orjson.loads(line)
            if UUID(event["originator_id"]).hex == self.report.cycle:
                self.position, self.state = event["position"], dict(orjson.loads(event["state"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return


def _unique_members(pairs: list[tuple[str, Json]]) -> JsonObject:
    """Refuse an object with two members of one name: readers would see different reports."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has two members of one name")
    return members
