"""Public keys from a file: a line for each, and lines of comments that begin with `#`."""

from okr_events.event_log.checkpoint_notes import InvalidNote, VerifierKey


def parse_keys(text: str) -> list[VerifierKey]:
    """The keys of a text, at least one. Raises `BadNote`."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line and not line.startswith("#")]
    if not lines:
        raise InvalidNote("There is no key.")
    return [_parse_key(number, line) for number, line in lines]


def _parse_key(number: int, line: str) -> VerifierKey:
    try:
        return VerifierKey.parse(line)
    except (InvalidNote, UnicodeEncodeError) as bad:
        raise InvalidNote(f"Line {number}: {bad}") from None
