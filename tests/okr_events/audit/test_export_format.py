"""A line has exactly one valid form, the canonical one of RFC 8785."""

import io
import re

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from okr_events.audit.export_format import (
    MAX_INTEGER,
    MAX_LINE_BYTES,
    MalformedLine,
    check_event,
    decode_proof,
    has_event_types,
    parse_line,
    read_lines,
    serialize_line,
)
from okr_events.audit.verify import verify
from tests.okr_events.audit.in_memory_log import OUR_KEY, create_log, verify_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = TEXT | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.lists(TEXT)
ID = "00000000-0000-0000-0000-000000000001"


@given(st.dictionaries(st.sampled_from(["chain", "envelope", "position", "proof", "recorded_at", "size", "topic"]), VALUES))
def test_what_is_written_is_the_form_of_rfc_8785(members):
    assert serialize_line(members) == rfc8785.dumps(members) + b"\n"
    assert parse_line(serialize_line(members)) == members


@given(st.text(st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1))
def test_every_letter_has_one_form(text):
    assert serialize_line({"state": text}) == rfc8785.dumps({"state": text}) + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}",
        b"{}\n\n",
        b"{}\r\n",
        b" {}\n",
        b"{ }\n",
        b"[]\n",
        b"null\n",
        b"\xef\xbb\xbf{}\n",
        b'{"a":1e3}\n',
        b'{"a":-0}\n',
        b'{"a":01}\n',
        b'{"a":NaN}\n',
        b'{"a":Infinity}\n',
        b'{"a":1,}\n',
        b'{"a":1,"a":1}\n',
        b'{"b":1,"a":1}\n',
        b'{"a":"\\u0041"}\n',
        b'{"a":"\\/"}\n',
        b'{"a":"\\u000A"}\n',
        b'{"a":"\\ud800"}\n',
        b'{"a":"\\ud83d\\ude00"}\n',
        b'{"a":"\xff"}\n',
        b'{"a":"\xc0\x80"}\n',
        b'{"a":"\xed\xa0\x80"}\n',
        b'{"a":18446744073709551616}\n',
        b'{"a":' + b"9" * 5000 + b"}\n",
        b"[" * 5000 + b"]" * 5000 + b"\n",
        b"[" * 500 + b"]" * 500 + b"\n",
        b'{"a":' * 500 + b"1" + b"}" * 500 + b"\n",
    ],
)
def test_any_other_form_is_refused_as_a_line_and_in_an_export(line):
    with pytest.raises(MalformedLine):
        parse_line(line)
    assert verify_lines([line, *create_log(1).full_export()], create_log(1).signed_note()).position == 1
    assert (
        verify_lines(
            [*create_log(1).full_export()[:1], line, *create_log(1).full_export()[1:]], create_log(1).signed_note()
        ).position
        == 2
    )
    assert not verify_lines([*create_log(1).partial_export(1)[:1], line], create_log(1).signed_note()).valid


def test_a_line_that_is_too_long_is_refused_before_it_is_read_whole():
    class Endless(io.RawIOBase):
        handed = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = b"1" * len(buffer)
            self.handed += len(buffer)
            return len(buffer)

    endless = Endless()
    verdict = verify(read_lines(io.BufferedReader(endless)), create_log(1).signed_note(), [OUR_KEY.verifier])
    assert not verdict.valid
    assert "longer than" in verdict.why
    assert endless.handed < MAX_LINE_BYTES + 1_048_576


def test_the_longest_line_is_read():
    line = serialize_line({"a": "x" * (MAX_LINE_BYTES - 9)})
    assert len(line) == MAX_LINE_BYTES
    assert parse_line(line)
    with pytest.raises(MalformedLine, match="longer"):
        parse_line(serialize_line({"a": "x" * (MAX_LINE_BYTES - 8)}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("envelope", "id", "state", "topic") for value in (None, 1, [], {}, True, 1.0)),
        *((name, "a\nb") for name in ("envelope", "state", "topic")),
        *((name, value) for name in ("version", "recorded_at") for value in (0, -1, MAX_INTEGER + 1, "1", True, None, 1.0, [])),
        *(("id", id) for id in ("", ID.replace("-", ""), ID[:-1] + "A", f"{{{ID}}}", f"{ID}\n", ID[:-1] + "\u0661")),
    ],
)
def test_a_field_of_an_event_that_the_log_cannot_hold_is_refused(name, value):
    fields = {"envelope": "{}", "id": ID, "version": 1, "recorded_at": 1, "state": "{}", "topic": "T"}
    assert has_event_types(**fields)
    assert not has_event_types(**fields | {name: value})


@pytest.mark.parametrize("position", [0, -1, "1", True, None, 1.0, MAX_INTEGER + 1])
def test_a_position_is_a_whole_number_from_1(position):
    with pytest.raises(MalformedLine):
        check_event("{}", ID, 1, position, 1, "{}", "T")


@pytest.mark.parametrize(
    "proof",
    [
        None,
        "",
        {},
        [1],
        [None],
        [""],
        ["A"],
        ["AAAA"],
        ["A" * 44],
        ["A" * 43],
        ["A" * 42 + "B="],
        ["A" * 43 + "=\n"],
        [" " + "A" * 43 + "="],
        ["-" + "A" * 42 + "="],
        ["é" * 44],
        [["A" * 43 + "="]],
    ],
)
def test_a_proof_is_a_list_of_hashes_in_their_one_form(proof):
    assert decode_proof(["A" * 43 + "="]) == [bytes(32)]
    with pytest.raises(MalformedLine):
        decode_proof(proof)


@pytest.mark.parametrize("number", [b"1.0", b"1e0", b"true", b'"1"', b"null", b"[1]"])
@pytest.mark.parametrize("name", [b"position", b"originator_version"])
def test_1_is_written_as_1(name, number):
    line, last = create_log(1).full_export()
    spoiled = line.replace(b'"%s":1,' % name, b'"%s":%s,' % (name, number))
    assert spoiled != line
    assert verify_lines([spoiled, last], create_log(1).signed_note()).position == 1
    proved, last = create_log(1).partial_export(1)
    assert not verify_lines(
        [proved.replace(b'"%s":1,' % name, b'"%s":%s,' % (name, number)), last], create_log(1).signed_note()
    ).valid


@pytest.mark.parametrize("depth", [3, 300, 1000])
@pytest.mark.parametrize("name", ["originator_id", "envelope", "position", "chain", "proof", "checkpoint"])
def test_a_value_however_deep_where_a_plain_one_belongs_is_refused(name, depth):
    deep, member = b"[" * depth + b"]" * depth, b'"%s":' % name.encode()
    for first, *lines in (create_log(2).full_export(), create_log(2).partial_export(1, 2)):
        spoiled = [re.sub(member + rb'("[^"]*"|[0-9]+|\[[^]]*\])', member + deep, line) for line in lines]
        assert spoiled == lines or not verify_lines([first, *spoiled], create_log(2).signed_note()).valid
