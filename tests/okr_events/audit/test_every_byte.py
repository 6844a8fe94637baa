"""Every changed byte of an export, a kept checkpoint or a key is detected."""

import pytest

from okr_events.audit.export_format import read_lines
from okr_events.audit.trust import parse_keys
from okr_events.audit.verify import verify
from okr_events.event_log.checkpoint_notes import InvalidNote
from tests.okr_events.audit.in_memory_log import OUR_KEY, InMemoryLog, create_event, verify_lines

SMALL_LOG = InMemoryLog.from_events(create_event(at, state=b"{}", envelope=b"{}", topic="T") for at in (1, 2, 3))
EXPORTS = {
    "whole": (SMALL_LOG.full_export(), SMALL_LOG.signed_note(2)),
    "selection": (SMALL_LOG.partial_export(1, 3), SMALL_LOG.signed_note()),
    "since": (SMALL_LOG.partial_export(2, since=2), SMALL_LOG.signed_note(2)),
}
SMALLER_PARTIAL_EXPORTS = [SMALL_LOG.partial_export(1), SMALL_LOG.partial_export(3)]
"""A partial export without one of its lines is still valid: it cannot show completeness."""
OTHER_BYTES = b'\n\r\x00 "\\0~\xff'


@pytest.fixture(params=EXPORTS)
def export(request):
    lines, kept = EXPORTS[request.param]
    assert verify_lines(lines, kept).valid
    return b"".join(lines), kept


def is_refused(data, kept):
    verdict = verify_lines(data.splitlines(keepends=True), kept)
    return not verdict.valid and verdict.why.endswith(".")


def other_bytes(byte):
    return {byte ^ 1 << bit for bit in range(8)} | {*OTHER_BYTES} - {byte}


def test_every_byte_of_an_export_counts(export):
    data, kept = export
    for place, byte in enumerate(data):
        for other in other_bytes(byte):
            assert is_refused(data[:place] + bytes([other]) + data[place + 1 :], kept), (place, other)


def test_no_byte_can_be_added_or_left_out(export):
    data, kept = export
    for place in range(len(data)):
        assert is_refused(data[:place] + data[place + 1 :], kept), place
        for byte in (*OTHER_BYTES, data[place]):
            assert is_refused(data[:place] + bytes([byte]) + data[place:], kept), (place, byte)


def test_no_part_from_the_beginning_is_an_export(export):
    data, kept = export
    for end in range(len(data)):
        assert is_refused(data[:end], kept), end


def test_no_line_can_be_left_out_doubled_or_moved(export):
    data, kept = export
    lines = data.splitlines(keepends=True)
    for place, line in enumerate(lines):
        without = lines[:place] + lines[place + 1 :]
        assert without in SMALLER_PARTIAL_EXPORTS or is_refused(b"".join(without), kept), place
        assert is_refused(b"".join([*lines[:place], line, *lines[place:]]), kept), place
        for other in range(len(without) + 1):
            if other != place:
                assert is_refused(b"".join([*without[:other], line, *without[other:]]), kept), (place, other)


def test_a_line_is_read_alike_from_a_file(export, tmp_path):
    (tmp_path / "export").write_bytes(export[0])
    with (tmp_path / "export").open("rb") as file:
        assert verify(read_lines(file), export[1], [OUR_KEY.verifier]).valid


def test_every_byte_of_the_kept_checkpoint_counts(export):
    data, kept = export
    lines = data.splitlines(keepends=True)
    for place, byte in enumerate(kept.encode()):
        for other in other_bytes(byte):
            changed = kept.encode()[:place] + bytes([other]) + kept.encode()[place + 1 :]
            assert not verify_lines(lines, changed.decode(errors="surrogateescape")).valid, (place, other)


def test_every_byte_of_the_key_counts():
    data, kept = EXPORTS["whole"]
    text = f"{OUR_KEY.verifier.text}\n".encode()
    for place, byte in enumerate(text):
        for other in other_bytes(byte):
            changed = text[:place] + bytes([other]) + text[place + 1 :]
            try:
                keys = parse_keys(changed.decode(errors="surrogateescape"))
            except InvalidNote:
                continue
            same = keys == [OUR_KEY.verifier]  # a line may end like those of Windows
            assert same == (place == len(text) - 1 and other == ord("\r")), (place, other)
            assert same or not verify(data, kept, keys).valid, (place, other)


def test_a_file_of_keys_has_comments_and_old_keys():
    text = OUR_KEY.verifier.text
    for end in ("\n", "\r\n"):
        assert parse_keys(f"# ours\n{text}\n\n#{text}\n".replace("\n", end)) == [OUR_KEY.verifier]
    for wrong in ("", "\n", "# nothing\n", f" {text}\n", f"{text} \n", f"{text}\r\r\n", f"{text}\nnonsense\n"):
        with pytest.raises(InvalidNote):
            parse_keys(wrong)
