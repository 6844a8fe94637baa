"""Verifying an export offline: with a checkpoint kept outside and public keys, and with nothing else.

Events pass one by one, in memory that does not grow with them.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from okr_events.audit.export_format import Malformed, read
from okr_events.audit.full_export import Whole
from okr_events.audit.partial_export import Selection
from okr_events.audit.trust import Refused, Verdict
from okr_events.event_log.checkpoint_notes import BadNote, VerifierKey, opened

Export = Whole | Selection


def verify(lines: Iterable[bytes], kept: str, keys: list[VerifierKey]) -> Verdict:
    """The verdict on the lines of an export, given the note of a checkpoint that was kept elsewhere, and public keys.

    It raises nothing, whatever an export or a note may hold.
    """
    try:
        before = opened(kept, keys)
    except (BadNote, UnicodeEncodeError) as bad:
        return Verdict(valid=False, why=f"The kept checkpoint cannot be trusted. {bad}")
    passing, export = iter(lines), None
    try:
        first = next(passing, b"")
        export = Selection(before) if "proof" in read(first) else Whole(before)
        return _followed(export, chain((first,), passing), keys)
    except Malformed as malformed:
        return _refused(str(malformed), export.here if export else 1, export)
    except Refused as refused:
        return _refused(str(refused), refused.position, export)


def _refused(why: str, position: int | None, export: Export | None) -> Verdict:
    return Verdict(valid=False, why=why, position=position, shown=export.shown if export else None)


def _followed(export: Export, lines: Iterator[bytes], keys: list[VerifierKey]) -> Verdict:
    last = export.follow(lines)
    if not last:
        raise Refused("The export ends without a checkpoint: its end was cut off.", export.here)
    if next(lines, None) is not None:
        raise Refused("Something follows the checkpoint, which must stand in the last line.", export.here)
    return export.end(read(last), keys)
