"""Exports bent by somebody who knows the format: two verifiers that share nothing agree on every one of them."""

import json
from base64 import b64encode
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okr_events.audit.export_format import MOST
from tests.okr_events.audit import independent_verifier as second
from tests.okr_events.audit.in_memory_log import OURS, THEIRS, PlainLog, a_log, event, judged

LOG = a_log(6)
FORGED = PlainLog.of(event(at, **({"state": b"{}"} if at == 4 else {})) for at in range(1, 7))
NOTES = [log.note(size, *keys) for log in (LOG, FORGED) for size in range(7) for keys in ([OURS], [THEIRS], [OURS, THEIRS])]
TEXTS = st.sampled_from(["", "{}", "a\nb", "\ud800", "\x00", "\x7f", "\u2028", "Größe", "1", "\\", "=", *NOTES]) | st.text(
    max_size=3
)
HASHES = st.sampled_from([b64encode(LOG.hashes([(0, at)])[0]).decode() for at in range(6)] + ["A" * 43 + "=", "A" * 42 + "B="])
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 4, 5, 6, 7, 1.0, MOST, MOST + 1, 2**63, 2**64, 2**70, float("nan"), float("inf")])
VALUES = TEXTS | NUMBERS | HASHES | st.lists(HASHES | TEXTS, max_size=4) | st.sampled_from([None, True, {}, [[]]])
NAMES = st.sampled_from([*second.EVENT, "chain", "proof", "size", "checkpoint", "consistency", "x"])
FORMS = [
    {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False},
    {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": True},
    {"sort_keys": True, "ensure_ascii": False},
    {"separators": (",", ":"), "ensure_ascii": False},
]
ENDS = st.sampled_from([b"\n", b"", b"\r\n", b"\n\n", b" \n", b"\n\xef\xbb\xbf", b"\n{}\n", b"\x00"])
EXPORTS = [LOG.whole(), FORGED.whole(), LOG.selection(2, 4, 5), LOG.selection(2, 4, since=3), FORGED.selection(4, 6)]


def second_opinion(data, kept, *keys):
    wrong = (second.Wrong, InvalidSignature, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
    with suppress(*wrong):
        second.verify(data, kept, [key.verifier.text for key in keys or [OURS]])
        return True
    return False


def agreed(data, kept, *keys):
    verdict = judged(data.splitlines(keepends=True), kept, *keys)
    assert verdict.valid == second_opinion(data, kept, *keys), verdict
    assert verdict.why.endswith(".")
    return verdict


@st.composite
def bent(draw):
    """An export after some changes, each of which keeps it close to one."""
    lines = [json.loads(line) for line in draw(st.sampled_from(EXPORTS))]
    for _ in range(draw(st.integers(0, 3))):
        _bend(draw, lines)
    return b"".join(_line(draw, line) for line in lines)


def _bend(draw, lines):
    at = draw(st.integers(0, len(lines) - 1)) if lines else 0
    what = draw(st.sampled_from(["set", "set", "drop", "take", "double", "swap", "splice", "note"]))
    if not lines or what == "splice":
        lines.insert(at, json.loads(draw(st.sampled_from(draw(st.sampled_from(EXPORTS))))))
    elif what == "set":
        lines[at] = lines[at] | {draw(NAMES): draw(VALUES)}
    elif what == "drop" and lines[at]:
        lines[at] = {name: value for name, value in lines[at].items() if name != draw(st.sampled_from(sorted(lines[at])))}
    elif what == "take":
        del lines[at]
    elif what == "double":
        lines.insert(at, dict(lines[at]))
    elif what == "swap":
        other = draw(st.integers(0, len(lines) - 1))
        lines[at], lines[other] = lines[other], lines[at]
    elif what == "note":
        lines[-1] = lines[-1] | {"checkpoint": draw(st.sampled_from(NOTES))}


def _line(draw, members):
    form = draw(st.sampled_from([FORMS[0]] * 9 + FORMS))
    end = b"\n" if draw(st.integers(0, 15)) else draw(ENDS)
    return json.dumps(members, **form).encode("utf-8", "surrogatepass") + end


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine makes no lie of an export
@given(bent(), st.sampled_from(NOTES), st.sampled_from([(OURS,), (THEIRS,), (OURS, THEIRS)]))
@example(b"".join(LOG.whole()), LOG.note(3), (OURS,))
@example(b"".join(LOG.selection(2, 4, since=3)), LOG.note(3), (OURS,))
def test_both_verifiers_agree_on_every_bent_export(data, kept, keys):
    agreed(data, kept, *keys)


@given(bent())
def test_what_is_valid_against_a_checkpoint_of_everything_is_the_log_or_a_selection_of_it(data):
    if agreed(data, LOG.note()).valid:
        *events, last = [json.loads(line) for line in data.splitlines()]
        positions = [each["position"] for each in events]
        genuine = LOG.whole(last["checkpoint"]) if positions == [*range(1, 7)] and "chain" in events[0] else None
        assert data == b"".join(genuine or LOG.selection(*positions, note=last["checkpoint"]))


@given(st.binary(max_size=300), st.text(max_size=300))
def test_nothing_at_all_makes_it_fail_in_another_way(data, note):
    assert not agreed(data, LOG.note()).valid
    assert not judged(LOG.whole(), note).valid
    assert not judged([*LOG.whole()[:-1], data], LOG.note()).valid


@given(st.sampled_from(NOTES), st.data())
def test_both_agree_on_every_bent_checkpoint(note, data):
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(note)))
        note = (
            note[:at]
            + data.draw(st.sampled_from(["", "\n", "0", "=", " ", "\u2014", "\n\n", "A"]))
            + note[at + data.draw(st.integers(0, 2)) :]
        )
    agreed(b"".join(LOG.whole()), note, OURS, THEIRS)
    agreed(b"".join(LOG.whole(note)), LOG.note(2), OURS, THEIRS)


def test_both_know_every_genuine_export():
    for kept in range(7):
        assert agreed(b"".join(LOG.whole()), LOG.note(kept)).valid
        assert agreed(b"".join(LOG.selection(1, 6, since=kept)), LOG.note(kept)).valid
        assert not agreed(b"".join(FORGED.whole(LOG.note())), LOG.note(kept)).valid
