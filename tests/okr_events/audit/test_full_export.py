"""A full export is valid only if it is exactly the log; every other export is rejected with the position."""

import pytest

from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, sign_checkpoint
from tests.okr_events.audit.in_memory_log import NAME, OUR_KEY, THEIR_KEY, InMemoryLog, create_event, create_log, verify_lines


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 100, 1001])
def test_every_export_is_valid_against_every_checkpoint_of_its_past(size):
    lines = create_log(size).full_export()
    for earlier in {0, 1, size // 2, size - 1, size} - {-1}:
        if earlier <= size:
            verdict = verify_lines(lines, create_log(size).signed_note(earlier))
            assert (verdict.valid, verdict.size, verdict.kind) == (True, size, "whole")


def test_a_changed_event_is_named_by_its_position():
    lines = create_log(9).full_export()
    lines[4] = lines[4].replace("Größe 5".encode(), "Größe 6".encode())
    verdict = verify_lines(lines, create_log(9).signed_note())
    assert (verdict.valid, verdict.position) == (False, 5)
    assert "changed" in verdict.why


@pytest.mark.parametrize("changed", range(1, 10))
@pytest.mark.parametrize("kept", [0, 4, 9])
def test_who_computes_every_later_hash_anew_but_has_not_the_key_is_found(changed, kept):
    """The last line is the genuine checkpoint, which signs another root."""
    forged = forge_log(changed)
    verdict = verify_lines(forged.full_export(note=create_log(9).signed_note()), create_log(9).signed_note(kept))
    assert not verdict.valid
    assert "rewritten" in verdict.why if changed <= kept else f"after position {kept} was changed" in verdict.why


@pytest.mark.parametrize("kept", [0, 4, 9])
def test_who_signs_a_forgery_with_another_key_is_found(kept):
    verdict = verify_lines(
        forge_log(6).full_export(note=forge_log(6).signed_note(9, THEIR_KEY)), create_log(9).signed_note(kept)
    )
    assert not verdict.valid
    assert ("cannot be trusted" if kept < 6 else "rewritten") in verdict.why


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (9, "The kept checkpoint vouches for all 9."),
        (4, "The kept checkpoint vouches for the first 4, only today's signer for the 5 after them."),
        (0, "The kept checkpoint vouches for no event, only today's signer does."),
    ],
)
def test_the_verdict_separates_what_the_kept_checkpoint_vouches_for(kept, said):
    """Also of a past that the signer rewrote after it: then nobody else vouches for the changed event."""
    for log in (create_log(9), *([forge_log(6)] if kept < 6 else [])):
        assert said in verify_lines(log.full_export(), create_log(9).signed_note(kept)).why


@pytest.mark.parametrize("keys", [(OUR_KEY, THEIR_KEY), (THEIR_KEY, OUR_KEY)])
def test_a_signature_by_an_unknown_key_is_ignored_beside_a_genuine_one(keys):
    log = create_log(3)
    assert verify_lines(log.full_export(note=log.signed_note(3, *keys)), log.signed_note()).valid
    assert not verify_lines(log.full_export(note=log.signed_note(3, THEIR_KEY)), log.signed_note()).valid


def test_a_wrong_signature_by_a_known_key_is_refused_beside_a_genuine_one():
    log, new = create_log(3), SigningKey(NAME, bytes(32))
    note, other = log.signed_note(3, OUR_KEY, new), log.signed_note(2, OUR_KEY, new)
    mixed = note.replace(note.splitlines()[-1], other.splitlines()[-1])
    verdict = verify_lines(log.full_export(note=mixed), log.signed_note(), OUR_KEY, new)
    assert (verdict.valid, "The signature by" in verdict.why) == (False, True)
    assert verify_lines(log.full_export(note=mixed), log.signed_note(), OUR_KEY).valid, "nobody here knows the other key"


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_does_not_rise_by_one_within_its_stream_is_refused_even_when_it_is_signed(version):
    events = [create_event(at) for at in (1, 2, 3)]
    log = InMemoryLog.from_events([*events, create_event(4, originator_version=version)])
    verdict = verify_lines(log.full_export(), log.signed_note(1))
    assert (verdict.valid, verdict.position) == (False, 4)
    assert f"must have the version 2, not {version}" in verdict.why


def test_who_holds_the_key_cannot_rewrite_what_a_kept_checkpoint_signs():
    assert "rewritten" in verify_lines(forge_log(3).full_export(), create_log(9).signed_note(5)).why
    assert verify_lines(forge_log(6).full_export(), create_log(9).signed_note(5)).valid, (
        "what came after, only the holder of the key knows"
    )


def test_a_rotated_key_is_known_by_both():
    new = SigningKey(NAME, bytes(32))
    lines, kept = create_log(3).full_export(note=create_log(3).signed_note(3, new, OUR_KEY)), create_log(3).signed_note(2)
    assert verify_lines(lines, kept, OUR_KEY, new).valid
    assert verify_lines(lines, kept, OUR_KEY).valid
    assert not verify_lines(create_log(3).full_export(note=create_log(3).signed_note(3, new)), kept, OUR_KEY).valid


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_tail_that_was_dropped_is_found_by_the_checkpoint_that_was_kept(cut):
    lines, genuine = create_log(9).full_export(), create_log(9).signed_note
    short = [*lines[:cut], *create_log(cut).full_export()[-1:]]
    verdict = verify_lines(short, genuine())
    assert (verdict.valid, verdict.position) == (False, cut + 1)
    assert "its end was cut off" in verdict.why
    assert verify_lines(short, genuine(cut)).valid
    assert verify_lines([*lines[:cut], lines[-1]], genuine(cut)).position == cut + 1


def test_a_log_of_another_name_is_refused():
    other = SigningKey("other.example", OUR_KEY.seed)
    log = create_log(3)
    note = sign_checkpoint(
        Checkpoint("other.example", 3, Checkpoint.parse(log.signed_note().partition("\n\n")[0] + "\n").root), [other]
    )
    verdict = verify_lines(log.full_export(note=note), log.signed_note(), OUR_KEY, other)
    assert "of the log other.example" in verdict.why


@pytest.mark.parametrize(
    "lines",
    [
        [],
        create_log(3).full_export()[:-1],
        create_log(3).full_export() * 2,
        [*create_log(3).full_export(), create_log(3).full_export()[-1]],
        [*create_log(3).full_export(), b"\n"],
        [*create_log(3).full_export(), b" "],
        [b"\n", *create_log(3).full_export()],
        [b"\xef\xbb\xbf" + create_log(3).full_export()[0], *create_log(3).full_export()[1:]],
        [line.replace(b"\n", b"\r\n") for line in create_log(3).full_export()],
        [*create_log(3).full_export()[:-1], create_log(3).full_export()[-1].rstrip(b"\n")],
        [b"".join(create_log(3).full_export())],
        create_log(3).full_export()[-1:],
        [*create_log(3).full_export()[:2], *create_log(3).partial_export(3)],
        [*create_log(3).partial_export(1, 2)[:-1], *create_log(3).full_export()[2:]],
        [*create_log(3).full_export()[:-1], create_log(3).partial_export(1, since=2)[-1]],
    ],
)
def test_what_is_not_exactly_the_log_and_its_checkpoint_is_refused(lines):
    assert not verify_lines(lines, create_log(3).signed_note(2)).valid


def test_times_that_do_not_rise_are_refused_even_when_they_are_hashed_and_signed():
    still = InMemoryLog.from_events([create_event(1), create_event(2, recorded_at=create_event(1).recorded_at)])
    verdict = verify_lines(still.full_export(), still.signed_note(1))
    assert (verdict.position, "not later" in verdict.why) == (2, True)


def test_a_newline_moved_between_two_fields_of_the_same_leaf_is_refused():
    """Both hash alike, but only one of them was recorded."""
    honest = InMemoryLog.from_events([create_event(1, state=b"{}", envelope=b'{"a":1}')])
    moved = InMemoryLog.from_events([create_event(1, topic="Unit.Renamed\n{}", state=b'{"a":1}', envelope=b"")])
    bent = honest.full_export()[0].replace(b'"topic":"Unit.Renamed"', b'"topic":"Unit.Renamed\\n{}"')
    bent = bent.replace(b'"state":"{}"', b'"state":"{\\"a\\":1}"').replace(b'"envelope":"{\\"a\\":1}"', b'"envelope":""')
    assert moved.events[0].chain != honest.events[0].chain, "a newline more"
    for forged in (moved.full_export(), [bent, honest.full_export()[-1]]):
        assert verify_lines(forged, honest.signed_note(0)).position == 1
    split = InMemoryLog.from_events([create_event(1, state=b"{}\n{}", envelope=b"{}")])
    joined = InMemoryLog.from_events([create_event(1, state=b"{}", envelope=b"{}\n{}")])
    assert split.events[0].chain == joined.events[0].chain
    assert [verify_lines(log.full_export(), split.signed_note()).position for log in (split, joined)] == [1, 1]


def forge_log(changed: int) -> InMemoryLog:
    """Return a log of nine events in which one differs and every hash is recomputed."""
    return InMemoryLog.from_events(
        create_event(at, **({"state": b'{"name":"forged"}'} if at == changed else {})) for at in range(1, 10)
    )
