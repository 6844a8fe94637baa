"""Malformed input, as Hypothesis strategies."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LONG = 10**6
ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
NUMBERS = (0, -1, 2**31, 2**63, -(2**63) - 1, 10**27, 10**28, 10**40, 0.1, -0.0, 1e300, 1e-300)
NUMERALS = ("0", "-0", "1e27", "1e28", "1e-29", "1e400", "NaN", "-Infinity", "0x10", "1_000", " 1 ", "٣", "9" * 29, "1" * LONG)
DAYS = ("9999-12-31", "0001-01-01", "10000-01-01", "2026-02-30", "2026-W01-1", "20260101", "2026-01-01T00:00:00Z")
INSTANTS = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-06-30T24:00:00Z", "position:1", "position:2")
IDS = (ID, ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", ID.upper(), f" {ID}", ID[:-1], ID + "0", "g" + ID[1:])
ZONES = (
    "Europe",
    "../UTC",
    "/etc/passwd",
    "posixrules",
    "UTC\n",
    "europe/berlin",
    "zone.tab",
    "__init__.py",
    "a//b",
    "Factory",
)
WORDS = (
    "",
    " ",
    "\t\n",
    "\x1f",
    "\x7f",
    "x" * 501,
    "x" * 10_001,
    "é" * 500,
    "😀",
    "\u202e",
    "%s",
    "{x}",
    "'; DROP TABLE units; --",
)
UNREADABLE = ("\0", "a\0b", "\ud800", "a\udfff", "x" * LONG)
ODD_VALUES = (None, True, False, [], {}, [None], [[]], {"": ""}, {"sealed": "x"}, {"a/b~": 1})
MALFORMED_VALUES: st.SearchStrategy[Any] = st.one_of(
    [st.sampled_from(some) for some in (NUMBERS, NUMERALS, DAYS, INSTANTS, IDS, ZONES, WORDS, UNREADABLE, ODD_VALUES)]
)
TEXTS = st.text(st.characters(codec=None), max_size=20)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DEEPLY_NESTED = (b"[" * 100_000, b'{"a":' * 5_000, b"[" * 40 + b"]" * 40)
RAW_BYTES = st.binary(max_size=40) | st.sampled_from(
    [b"", b'{"a": 1e999999999}', b'{"a": -}', b"{}{}", b"9" * 100_000, *DEEPLY_NESTED]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
LATIN_TEXTS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=300)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_IDEMPOTENCY_KEY": LATIN_TEXTS,
        "HTTP_IF_MATCH": st.sampled_from(['"1"', '"2"', "*", "1", '"1.zz"', '"99999999999999999999"', 'W/"1"']) | LATIN_TEXTS,
        "HTTP_ACCEPT": st.sampled_from(["text/html", "*/*;q=x", "application/json;q=0"]) | LATIN_TEXTS,
        "HTTP_IF_NONE_MATCH": LATIN_TEXTS,
        "CONTENT_TYPE": st.sampled_from(["application/json; charset=utf-16", "text/plain", "application/json;;", "a/b+json"])
        | LATIN_TEXTS,
    },
)


def json_paths(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every part of a body, itself included."""
    yield at
    pairs = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, part in pairs:
        yield from json_paths(part, (*at, name))


@st.composite
def spoiled_bodies(draw: st.DrawFn, body: Any) -> Any:
    """A valid body with one part replaced, dropped or added."""
    where = draw(st.sampled_from(list(json_paths(body))))
    value = draw(MALFORMED_VALUES | JSON)
    how = draw(st.sampled_from(["replace"] * 6 + ["wrap", "drop", "add"]))
    if not where:
        return value if how == "replace" else {**body, draw(TEXTS): value}
    copy = json.loads(json.dumps(body))
    holder = copy
    for step in where[:-1]:
        holder = holder[step]
    match how:
        case "replace":
            holder[where[-1]] = value
        case "wrap":
            holder[where[-1]] = draw(st.sampled_from([[holder[where[-1]]], {"x": holder[where[-1]]}, [value] * 60]))
        case "drop":
            del holder[where[-1]]
        case "add" if isinstance(holder, dict):
            holder[draw(TEXTS)] = value
    return copy


@st.composite
def garbled_bodies(draw: st.DrawFn, body: Any) -> bytes:
    """The bytes of a valid body repeated, in another encoding or truncated; or no JSON at all."""
    if draw(st.booleans()):
        return draw(RAW_BYTES)
    text = json.dumps(body, ensure_ascii=False)
    if text.startswith('{"') and draw(st.booleans()):
        text = f"{text[:-1]}, {text[1 : text.index(':')]}: null}}"
    data = text.encode(draw(ENCODINGS), "replace")
    return data[: draw(st.integers(0, len(data)))]


def run_examples(drawn: st.SearchStrategy[Any], prove: Callable[..., None], *, examples: int) -> None:
    """Check a property of many examples."""
    bounded = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    bounded(given(drawn)(prove))()
