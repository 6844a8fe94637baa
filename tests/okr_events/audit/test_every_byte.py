"""No byte of an export, of the kept checkpoint or of the key can be another one."""

import pytest

from okr_events.audit.export_format import lines_of
from okr_events.audit.public_keys import keys_of
from okr_events.audit.verify import verify
from okr_events.event_log.checkpoint_notes import BadNote
from tests.okr_events.audit.in_memory_log import OURS, PlainLog, event, judged

SMALL = PlainLog.of(event(at, state=b"{}", envelope=b"{}", topic="T") for at in (1, 2, 3))
EXPORTS = {
    "whole": (SMALL.whole(), SMALL.note(2)),
    "selection": (SMALL.selection(1, 3), SMALL.note()),
    "since": (SMALL.selection(2, since=2), SMALL.note(2)),
}
A_SMALLER_SELECTION = [SMALL.selection(1), SMALL.selection(3)]
"""A selection without one of its lines is another selection: it cannot show that nothing is left out."""
OTHERS = b'\n\r\x00 "\\0~\xff'


@pytest.fixture(params=EXPORTS)
def export(request):
    lines, kept = EXPORTS[request.param]
    assert judged(lines, kept).valid
    return b"".join(lines), kept


def refused(data, kept):
    verdict = judged(data.splitlines(keepends=True), kept)
    return not verdict.valid and verdict.why.endswith(".")


def others(byte):
    return {byte ^ 1 << bit for bit in range(8)} | {*OTHERS} - {byte}


def test_every_byte_of_an_export_counts(export):
    data, kept = export
    for place, byte in enumerate(data):
        for other in others(byte):
            assert refused(data[:place] + bytes([other]) + data[place + 1 :], kept), (place, other)


def test_no_byte_can_be_added_or_left_out(export):
    data, kept = export
    for place in range(len(data)):
        assert refused(data[:place] + data[place + 1 :], kept), place
        for byte in (*OTHERS, data[place]):
            assert refused(data[:place] + bytes([byte]) + data[place:], kept), (place, byte)


def test_no_part_from_the_beginning_is_an_export(export):
    data, kept = export
    for end in range(len(data)):
        assert refused(data[:end], kept), end


def test_no_line_can_be_left_out_doubled_or_moved(export):
    data, kept = export
    lines = data.splitlines(keepends=True)
    for place, line in enumerate(lines):
        without = lines[:place] + lines[place + 1 :]
        assert without in A_SMALLER_SELECTION or refused(b"".join(without), kept), place
        assert refused(b"".join([*lines[:place], line, *lines[place:]]), kept), place
        for other in range(len(without) + 1):
            if other != place:
                assert refused(b"".join([*without[:other], line, *without[other:]]), kept), (place, other)


def test_a_line_is_read_alike_from_a_file(export, tmp_path):
    (tmp_path / "export").write_bytes(export[0])
    with (tmp_path / "export").open("rb") as file:
        assert verify(lines_of(file), export[1], [OURS.verifier]).valid


def test_every_byte_of_the_kept_checkpoint_counts(export):
    data, kept = export
    lines = data.splitlines(keepends=True)
    for place, byte in enumerate(kept.encode()):
        for other in others(byte):
            changed = kept.encode()[:place] + bytes([other]) + kept.encode()[place + 1 :]
            assert not judged(lines, changed.decode(errors="surrogateescape")).valid, (place, other)


def test_every_byte_of_the_key_counts():
    data, kept = EXPORTS["whole"]
    text = f"{OURS.verifier.text}\n".encode()
    for place, byte in enumerate(text):
        for other in others(byte):
            changed = text[:place] + bytes([other]) + text[place + 1 :]
            try:
                keys = keys_of(changed.decode(errors="surrogateescape"))
            except BadNote:
                continue
            assert not verify(data, kept, keys).valid, (place, other)


def test_a_file_of_keys_has_comments_and_old_keys():
    text = OURS.verifier.text
    assert keys_of(f"# ours\n{text}\n\n#{text}\n") == [OURS.verifier]
    for wrong in ("", "\n", "# nothing\n", f" {text}\n", f"{text} \n", f"{text}\r\n", f"{text}\nnonsense\n"):
        with pytest.raises(BadNote):
            keys_of(wrong)
