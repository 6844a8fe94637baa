"""A whole export is valid when it is the log and nothing but the log; anything else is named."""

import pytest

from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, signed
from tests.okr_events.audit.in_memory_log import NAME, OURS, THEIRS, PlainLog, a_log, event, judged


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 100, 1001])
def test_every_export_is_valid_against_every_checkpoint_of_its_past(size):
    lines = a_log(size).whole()
    for earlier in {0, 1, size // 2, size - 1, size} - {-1}:
        if earlier <= size:
            verdict = judged(lines, a_log(size).note(earlier))
            assert (verdict.valid, verdict.size, verdict.shown) == (True, size, "whole")
            assert f"the first {earlier} are those of the kept checkpoint" in verdict.why


def test_a_changed_event_is_named_by_its_position():
    lines = a_log(9).whole()
    lines[4] = lines[4].replace("Größe 5".encode(), "Größe 6".encode())
    verdict = judged(lines, a_log(9).note())
    assert (verdict.valid, verdict.position) == (False, 5)
    assert "changed" in verdict.why


@pytest.mark.parametrize("changed", range(1, 10))
@pytest.mark.parametrize("kept", [0, 4, 9])
def test_who_computes_every_later_hash_anew_but_has_not_the_key_is_found(changed, kept):
    """The last line is the genuine checkpoint: it signs another root."""
    forged = forgery(changed)
    verdict = judged(forged.whole(note=a_log(9).note()), a_log(9).note(kept))
    assert not verdict.valid
    assert "written anew" in verdict.why if changed <= kept else f"after position {kept} was changed" in verdict.why


@pytest.mark.parametrize("kept", [0, 4, 9])
def test_who_signs_a_forgery_with_another_key_is_found(kept):
    verdict = judged(forgery(6).whole(note=forgery(6).note(9, THEIRS)), a_log(9).note(kept))
    assert not verdict.valid
    assert ("cannot be trusted" if kept < 6 else "written anew") in verdict.why


@pytest.mark.parametrize("keys", [(OURS, THEIRS), (THEIRS, OURS)])
def test_a_genuine_signature_beside_one_by_an_unknown_key_is_refused(keys):
    verdict = judged(a_log(3).whole(note=a_log(3).note(3, *keys)), a_log(3).note())
    assert not verdict.valid
    assert "not among those given" in verdict.why


def test_who_holds_the_key_cannot_rewrite_what_a_kept_checkpoint_signs():
    assert "written anew" in judged(forgery(3).whole(), a_log(9).note(5)).why
    assert judged(forgery(6).whole(), a_log(9).note(5)).valid, "what came after, only the holder of the key knows"


def test_a_rotated_key_is_known_by_both():
    new = SigningKey(NAME, bytes(32))
    lines, kept = a_log(3).whole(note=a_log(3).note(3, new, OURS)), a_log(3).note(2)
    assert judged(lines, kept, OURS, new).valid
    assert not judged(lines, kept, OURS).valid


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_tail_that_was_dropped_is_found_by_the_checkpoint_that_was_kept(cut):
    lines, genuine = a_log(9).whole(), a_log(9).note
    short = [*lines[:cut], *a_log(cut).whole()[-1:]]
    verdict = judged(short, genuine())
    assert (verdict.valid, verdict.position) == (False, cut + 1)
    assert "tail was dropped" in verdict.why
    assert judged(short, genuine(cut)).valid
    assert judged([*lines[:cut], lines[-1]], genuine(cut)).position == cut + 1


def test_a_log_of_another_name_is_refused():
    other = SigningKey("other.example", OURS.seed)
    log = a_log(3)
    note = signed(Checkpoint("other.example", 3, Checkpoint.parse(log.note().partition("\n\n")[0] + "\n").root), [other])
    verdict = judged(log.whole(note=note), log.note(), OURS, other)
    assert "of the log other.example" in verdict.why


@pytest.mark.parametrize(
    "lines",
    [
        [],
        a_log(3).whole()[:-1],
        a_log(3).whole() * 2,
        [*a_log(3).whole(), a_log(3).whole()[-1]],
        [*a_log(3).whole(), b"\n"],
        [*a_log(3).whole(), b" "],
        [b"\n", *a_log(3).whole()],
        [b"\xef\xbb\xbf" + a_log(3).whole()[0], *a_log(3).whole()[1:]],
        [line.replace(b"\n", b"\r\n") for line in a_log(3).whole()],
        [*a_log(3).whole()[:-1], a_log(3).whole()[-1].rstrip(b"\n")],
        [b"".join(a_log(3).whole())],
        a_log(3).whole()[-1:],
        [*a_log(3).whole()[:2], *a_log(3).selection(3)],
        [*a_log(3).selection(1, 2)[:-1], *a_log(3).whole()[2:]],
        [*a_log(3).whole()[:-1], a_log(3).selection(1, since=2)[-1]],
    ],
)
def test_what_is_not_exactly_the_log_and_its_checkpoint_is_refused(lines):
    assert not judged(lines, a_log(3).note(2)).valid


def test_times_that_do_not_rise_are_refused_even_when_they_are_hashed_and_signed():
    still = PlainLog.of([event(1), event(2, recorded_at=event(1).recorded_at)])
    verdict = judged(still.whole(), still.note(1))
    assert (verdict.position, "not later" in verdict.why) == (2, True)


def test_a_newline_moved_between_two_fields_of_the_same_leaf_is_refused():
    """Both hash alike: only one of them was recorded."""
    honest = PlainLog.of([event(1, state=b"{}", envelope=b'{"a":1}')])
    moved = PlainLog.of([event(1, topic="Unit.Renamed\n{}", state=b'{"a":1}', envelope=b"")])
    bent = honest.whole()[0].replace(b'"topic":"Unit.Renamed"', b'"topic":"Unit.Renamed\\n{}"')
    bent = bent.replace(b'"state":"{}"', b'"state":"{\\"a\\":1}"').replace(b'"envelope":"{\\"a\\":1}"', b'"envelope":""')
    assert moved.events[0].chain != honest.events[0].chain, "a newline more"
    for forged in (moved.whole(), [bent, honest.whole()[-1]]):
        assert judged(forged, honest.note(0)).position == 1
    split = PlainLog.of([event(1, state=b"{}\n{}", envelope=b"{}")])
    joined = PlainLog.of([event(1, state=b"{}", envelope=b"{}\n{}")])
    assert split.events[0].chain == joined.events[0].chain
    assert [judged(log.whole(), split.note()).position for log in (split, joined)] == [1, 1]


def forgery(changed: int) -> PlainLog:
    """Nine events of which one is another, with every hash right."""
    return PlainLog.of(event(at, **({"state": b'{"name":"forged"}'} if at == changed else {})) for at in range(1, 10))
