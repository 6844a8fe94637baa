"""Lines of an export: JSON objects in one form only, the canonical one of RFC 8785, each ended by a newline."""

import re
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any, BinaryIO

import orjson

from okr_events.event_log.merkle import HASH_SIZE

MAX_LINE_BYTES = 16 * 1_048_576
"""Bytes. A longer line is refused before it is read whole."""
MAX_INTEGER = 2**53 - 1
"""The largest number that every reader of JSON takes exactly."""
NEWLINE = orjson.OPT_APPEND_NEWLINE
SORT_KEYS = orjson.OPT_SORT_KEYS | NEWLINE
UUID_PATTERN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class MalformedLine(Exception):
    """A line is not what a line of an export is; the message says why."""


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only the beginning."""
    return iter(partial(file.readline, MAX_LINE_BYTES + 1), b"")


def serialize_line(members: dict[str, Any]) -> bytes:
    """A line. For texts, lists of texts and whole numbers up to `MOST` this is the form of RFC 8785."""
    return orjson.dumps(members, option=SORT_KEYS)


def parse_line(line: bytes) -> dict[str, Any]:
    """The members of a line. Raises `Malformed`.

    A fraction may pass in another form than the canonical one: nothing in an export is a fraction, so none gets further.
    """
    if len(line) > MAX_LINE_BYTES:
        raise MalformedLine(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        members = orjson.loads(line)
        canonical = orjson.dumps(members, option=SORT_KEYS) == line
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise MalformedLine("The line is not JSON in UTF-8.") from None
    if not canonical:
        raise MalformedLine("The line is not in its canonical form, ended by a newline.")
    if type(members) is not dict:
        raise MalformedLine("The line is not a JSON object.")
    return members


def has_event_types(envelope: Any, id: Any, version: Any, recorded_at: Any, state: Any, topic: Any) -> bool:
    """Whether the fields of an event are what they seem where they are hashed: whole numbers, and texts without a newline,
    because newlines part them there.
    """
    if not (type(envelope) is type(id) is type(state) is type(topic) is str and type(version) is type(recorded_at) is int):
        return False
    if "\n" in envelope or "\n" in state or "\n" in topic:
        return False
    return 0 < version <= MAX_INTEGER and 0 < recorded_at <= MAX_INTEGER and _is_uuid(id)


@lru_cache(maxsize=10_000)
def _is_uuid(text: str) -> bool:
    """Remembered, because most events are about something that others were about."""
    return UUID_PATTERN.fullmatch(text) is not None


def check_event(envelope: Any, id: Any, version: Any, position: Any, recorded_at: Any, state: Any, topic: Any) -> None:
    """Refuse fields of an event that cannot be the log's. Raises `Malformed`."""
    if type(position) is not int or not 0 < position <= MAX_INTEGER:
        raise MalformedLine(f"The position is not a whole number from 1 to {MAX_INTEGER}.")
    if not has_event_types(envelope, id, version, recorded_at, state, topic):
        raise MalformedLine(
            "The fields are not those of an event: originator_version and recorded_at whole numbers, originator_id a UUID in "
            "lower case, envelope, state and topic texts without a newline."
        )


def decode_proof(proof: Any) -> list[bytes]:
    """The hashes of a proof. Raises `Malformed`."""
    if type(proof) is not list:
        raise MalformedLine("A proof is not a list.")
    return [_decode_hash(text) for text in proof]


def encode_proof(proof: list[bytes]) -> list[str]:
    return [b64encode(hashed).decode() for hashed in proof]


def _decode_hash(text: Any) -> bytes:
    try:
        hashed = a2b_base64(text, strict_mode=True) if type(text) is str else b""
    except ValueError:
        hashed = b""
    if len(hashed) != HASH_SIZE or b64encode(hashed).decode() != text:
        raise MalformedLine(f"A proof holds something else than hashes of {HASH_SIZE} bytes in base64.")
    return hashed
