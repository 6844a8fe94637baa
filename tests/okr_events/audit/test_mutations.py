"""Two independent verifiers agree on every mutated export."""

import json
from base64 import b64encode
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okr_events.audit.export_format import MAX_INTEGER, serialize_line
from tests.okr_events.audit import independent_verifier as second
from tests.okr_events.audit.in_memory_log import OUR_KEY, THEIR_KEY, InMemoryLog, create_event, create_log, verify_lines

LOG = create_log(6)
FORGED = InMemoryLog.from_events(create_event(at, **({"state": b"{}"} if at == 4 else {})) for at in range(1, 7))
NOTES = [
    log.signed_note(size, *keys)
    for log in (LOG, FORGED)
    for size in range(7)
    for keys in ([OUR_KEY], [THEIR_KEY], [OUR_KEY, THEIR_KEY])
]
TEXTS = st.sampled_from(["", "{}", "a\nb", "\ud800", "\x00", "\x7f", "\u2028", "Größe", "1", "\\", "=", *NOTES]) | st.text(
    max_size=3
)
HASHES = st.sampled_from(
    [b64encode(LOG.fetch_hashes([(0, at)])[0]).decode() for at in range(6)] + ["A" * 43 + "=", "A" * 42 + "B="]
)
NUMBERS = st.sampled_from(
    [-1, 0, 1, 2, 3, 4, 5, 6, 7, 1.0, MAX_INTEGER, MAX_INTEGER + 1, 2**63, 2**64, 2**70, float("nan"), float("inf")]
)
VALUES = TEXTS | NUMBERS | HASHES | st.lists(HASHES | TEXTS, max_size=4) | st.sampled_from([None, True, {}, [[]]])
NAMES = st.sampled_from([*second.EVENT, "chain", "proof", "size", "checkpoint", "consistency", "x"])
JSON_STYLES = [
    {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False},
    {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": True},
    {"sort_keys": True, "ensure_ascii": False},
    {"separators": (",", ":"), "ensure_ascii": False},
]
LINE_ENDINGS = st.sampled_from([b"\n", b"", b"\r\n", b"\n\n", b" \n", b"\n\xef\xbb\xbf", b"\n{}\n", b"\x00"])
EXPORTS = [
    LOG.full_export(),
    FORGED.full_export(),
    LOG.partial_export(2, 4, 5),
    LOG.partial_export(2, 4, since=3),
    FORGED.partial_export(4, 6),
]


def verify_independently(data, kept, *keys):
    wrong = (second.InvalidExport, InvalidSignature, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
    with suppress(*wrong):
        second.verify(data, kept, [key.verifier.text for key in keys or [OUR_KEY]])
        return True
    return False


def verify_with_both(data, kept, *keys):
    verdict = verify_lines(data.splitlines(keepends=True), kept, *keys)
    assert verdict.valid == verify_independently(data, kept, *keys), verdict
    assert verdict.why.endswith(".")
    return verdict


@st.composite
def mutated_exports(draw):
    """Generate an export with some changes that keep its general form."""
    lines = [json.loads(line) for line in draw(st.sampled_from(EXPORTS))]
    for _ in range(draw(st.integers(0, 3))):
        _mutate_lines(draw, lines)
    return b"".join(_mutate_line(draw, line) for line in lines)


def _mutate_lines(draw, lines):
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


def _mutate_line(draw, members):
    form = draw(st.sampled_from([JSON_STYLES[0]] * 9 + JSON_STYLES))
    end = b"\n" if draw(st.integers(0, 15)) else draw(LINE_ENDINGS)
    return json.dumps(members, **form).encode("utf-8", "surrogatepass") + end


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine makes no lie of an export
@given(mutated_exports(), st.sampled_from(NOTES), st.sampled_from([(OUR_KEY,), (THEIR_KEY,), (OUR_KEY, THEIR_KEY)]))
@example(b"".join(LOG.full_export()), LOG.signed_note(3), (OUR_KEY,))
@example(b"".join(LOG.partial_export(2, 4, since=3)), LOG.signed_note(3), (OUR_KEY,))
def test_both_verifiers_agree_on_every_bent_export(data, kept, keys):
    verify_with_both(data, kept, *keys)


@given(mutated_exports())
def test_what_is_valid_against_a_checkpoint_of_everything_is_the_log_or_a_selection_of_it(data):
    if verify_with_both(data, LOG.signed_note()).valid:
        *events, last = [json.loads(line) for line in data.splitlines()]
        positions = [each["position"] for each in events]
        genuine = LOG.full_export(last["checkpoint"]) if positions == [*range(1, 7)] and "chain" in events[0] else None
        proved = LOG.partial_export(*positions, note=last["checkpoint"])[:-1]  # of the same size no proof is looked at
        assert data == b"".join(genuine or [*proved, serialize_line(last)])


@given(st.binary(max_size=300), st.text(max_size=300))
def test_nothing_at_all_makes_it_fail_in_another_way(data, note):
    assert not verify_with_both(data, LOG.signed_note()).valid
    assert not verify_lines(LOG.full_export(), note).valid
    assert not verify_lines([*LOG.full_export()[:-1], data], LOG.signed_note()).valid


@given(st.sampled_from(NOTES), st.data())
def test_both_agree_on_every_bent_checkpoint(note, data):
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(note)))
        note = (
            note[:at]
            + data.draw(st.sampled_from(["", "\n", "0", "=", " ", "\u2014", "\n\n", "A"]))
            + note[at + data.draw(st.integers(0, 2)) :]
        )
    verify_with_both(b"".join(LOG.full_export()), note, OUR_KEY, THEIR_KEY)
    verify_with_both(b"".join(LOG.full_export(note)), LOG.signed_note(2), OUR_KEY, THEIR_KEY)


def test_both_know_every_genuine_export():
    for kept in range(7):
        assert verify_with_both(b"".join(LOG.full_export()), LOG.signed_note(kept)).valid
        assert verify_with_both(b"".join(LOG.partial_export(1, 6, since=kept)), LOG.signed_note(kept)).valid
        assert not verify_with_both(b"".join(FORGED.full_export(LOG.signed_note())), LOG.signed_note(kept)).valid
