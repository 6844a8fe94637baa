"""Verifying an export offline: with a checkpoint kept outside and public keys, and with nothing else.

Events pass one by one, in memory that does not grow with them.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from okr_events.audit.export_format import MalformedLine, parse_line
from okr_events.audit.full_export import FullExport
from okr_events.audit.partial_export import PartialExport
from okr_events.audit.trust import ExportRejected, Verdict
from okr_events.event_log.checkpoint_notes import InvalidNote, VerifierKey, verify_checkpoint

Export = FullExport | PartialExport


def verify(lines: Iterable[bytes], kept: str, keys: list[VerifierKey]) -> Verdict:
    """The verdict on the lines of an export, given the note of a checkpoint that was kept elsewhere, and public keys.

    It raises nothing, whatever an export or a note may hold.
    """
    try:
        before = verify_checkpoint(kept, keys)
    except (InvalidNote, UnicodeEncodeError) as bad:
        return Verdict(valid=False, why=f"The kept checkpoint cannot be trusted. {bad}")
    passing, export = iter(lines), None
    try:
        first = next(passing, b"")
        export = PartialExport(before) if "proof" in parse_line(first) else FullExport(before)
        return _verify_export(export, chain((first,), passing), keys)
    except MalformedLine as malformed:
        return _reject(str(malformed), export.current_position if export else 1, export)
    except ExportRejected as refused:
        return _reject(str(refused), refused.position, export)


def _reject(why: str, position: int | None, export: Export | None) -> Verdict:
    return Verdict(valid=False, why=why, position=position, kind=export.kind if export else None)


def _verify_export(export: Export, lines: Iterator[bytes], keys: list[VerifierKey]) -> Verdict:
    last = export.verify_events(lines)
    if not last:
        raise ExportRejected("The export ends without a checkpoint: its end was cut off.", export.current_position)
    if next(lines, None) is not None:
        raise ExportRejected("Something follows the checkpoint, which must stand in the last line.", export.current_position)
    return export.verify_ending(parse_line(last), keys)
