"""Offline verification of an export, given a kept checkpoint and public keys. Memory grows with the number of streams alone."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from okr_events.audit.export_format import MalformedLine, parse_line
from okr_events.audit.full_export import FullExport
from okr_events.audit.partial_export import PartialExport
from okr_events.audit.trust import ExportRejected, Verdict
from okr_events.event_log.checkpoint_notes import InvalidNote, VerifierKey, verify_checkpoint

Export = FullExport | PartialExport


def verify(lines: Iterable[bytes], kept: str, keys: list[VerifierKey], *, sizes: Collection[int] = ()) -> Verdict:
    """Return the verdict on the lines of an export, given the note of a kept checkpoint and public keys. Never raises.

    A full export's verdict has the roots of the tree at these `sizes`, too.
    """
    try:
        checkpoint = verify_checkpoint(kept, keys)
    except (InvalidNote, UnicodeEncodeError) as error:
        return Verdict(valid=False, why=f"The kept checkpoint cannot be trusted. {error}")
    remaining, export = iter(lines), None
    try:
        first = next(remaining, b"")
        export = PartialExport(checkpoint) if "proof" in parse_line(first) else FullExport(checkpoint, sizes)
        return _verify_export(export, chain((first,), remaining), keys)
    except MalformedLine as error:
        return _reject(str(error), export.current_position if export else 1, export)
    except ExportRejected as error:
        return _reject(str(error), error.position, export)


def _reject(why: str, position: int | None, export: Export | None) -> Verdict:
    return Verdict(valid=False, why=why, position=position, kind=export.kind if export else None)


def _verify_export(export: Export, lines: Iterator[bytes], keys: list[VerifierKey]) -> Verdict:
    last = export.verify_events(lines)
    if not last:
        raise ExportRejected("The export has no checkpoint: its end was cut off.", export.current_position)
    if next(lines, None) is not None:
        raise ExportRejected("The checkpoint must be the last line.", export.current_position)
    return export.verify_ending(parse_line(last), keys)
