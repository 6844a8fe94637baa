"""The lines of an export: JSON objects in the canonical form of RFC 8785, each ending in a newline."""

import re
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import BinaryIO

import orjson

from okr_events.event_log.merkle import HASH_SIZE
from okr_events.json_types import Json, JsonObject

MAX_LINE_BYTES = 16 * 1_048_576
"""In bytes. A longer line is rejected before it is read completely."""
MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON parser reads exactly."""
NEWLINE = orjson.OPT_APPEND_NEWLINE
SORT_KEYS = orjson.OPT_SORT_KEYS | NEWLINE
UUID_PATTERN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class MalformedLine(Exception):
    """A line does not have the format of an export; the message says why."""


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; an overlong line is cut."""
    return iter(partial(file.readline, MAX_LINE_BYTES + 1), b"")


def serialize_line(members: JsonObject) -> bytes:
    """Return a line; for strings, lists of strings and integers up to `MAX_INTEGER` it is canonical by RFC 8785."""
    return orjson.dumps(members, option=SORT_KEYS)


def parse_line(line: bytes) -> JsonObject:
    """Return the members of a line. Raises `MalformedLine`.

    Non-canonical fractions are not detected here; exports contain none, so later checks reject them.
    """
    if len(line) > MAX_LINE_BYTES:
        raise MalformedLine(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        members = orjson.loads(line)
        canonical = orjson.dumps(members, option=SORT_KEYS) == line
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise MalformedLine("The line is not JSON in UTF-8.") from None
    if not canonical:
        raise MalformedLine("The line is not canonical JSON followed by a newline.")
    if type(members) is not dict:
        raise MalformedLine("The line is not a JSON object.")
    return members


def has_event_types(envelope: Json, id: Json, version: Json, recorded_at: Json, state: Json, topic: Json) -> bool:
    """Return whether an event's fields have the right types, and no string contains a newline, the separator in hashes."""
    if not (type(envelope) is type(id) is type(state) is type(topic) is str and type(version) is type(recorded_at) is int):
        return False
    if "\n" in envelope or "\n" in state or "\n" in topic:
        return False
    return 0 < version <= MAX_INTEGER and 0 < recorded_at <= MAX_INTEGER and _is_uuid(id)


@lru_cache(maxsize=10_000)
def _is_uuid(text: str) -> bool:
    """Cached, because streams repeat."""
    return UUID_PATTERN.fullmatch(text) is not None


def check_event(envelope: Json, id: Json, version: Json, position: Json, recorded_at: Json, state: Json, topic: Json) -> None:
    """Check the types of an event's fields. Raises `MalformedLine`."""
    if type(position) is not int or not 0 < position <= MAX_INTEGER:
        raise MalformedLine(f"position must be an integer from 1 to {MAX_INTEGER}.")
    if not has_event_types(envelope, id, version, recorded_at, state, topic):
        raise MalformedLine(
            "originator_version and recorded_at must be positive integers, originator_id a UUID in lower case, "
            "envelope, state and topic strings without a newline."
        )


def decode_proof(proof: object) -> list[bytes]:
    """Return the hashes of a proof. Raises `MalformedLine`."""
    if type(proof) is not list:
        raise MalformedLine("A proof must be a list.")
    return [_decode_hash(text) for text in proof]


def encode_proof(proof: list[bytes]) -> list[str]:
    return [b64encode(hashed).decode() for hashed in proof]


def _decode_hash(text: object) -> bytes:
    try:
        hashed = a2b_base64(text, strict_mode=True) if type(text) is str else b""
    except ValueError:
        hashed = b""
    if len(hashed) != HASH_SIZE or b64encode(hashed).decode() != text:
        raise MalformedLine(f"A proof must consist of hashes of {HASH_SIZE} bytes in base64.")
    return hashed
