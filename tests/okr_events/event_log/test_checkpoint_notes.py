"""Signed notes and their checkpoints."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.event_log.checkpoint_notes import (
    Checkpoint,
    InvalidNote,
    SigningKey,
    VerifierKey,
    sign_checkpoint,
    verify_checkpoint,
    verify_note,
)

NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAYING = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of Go's golang.org/x/mod/sumdb/note."""

KEY = SigningKey("okr-events/0123456789ab", bytes(range(32)))
OTHER = SigningKey("okr-events/0123456789ab", bytes(32))
FIVE = Checkpoint(KEY.name, 5, sha256(b"five").digest())
NOTE = sign_checkpoint(FIVE, [KEY])


def test_a_note_that_others_signed_opens():
    text, names = verify_note(SAYING, [VerifierKey.parse(NEUMANN)])
    assert text.endswith("then you don't know what your problem is.\n")
    assert names == {"PeterNeumann"}


def test_a_note_that_others_signed_does_not_open_with_a_changed_word():
    with pytest.raises(InvalidNote, match="The signature by PeterNeumann is wrong"):
        verify_note(SAYING.replace("answer", "solution"), [VerifierKey.parse(NEUMANN)])


def test_a_key_is_its_line_again():
    assert VerifierKey.parse(NEUMANN).text == NEUMANN
    assert VerifierKey.parse(KEY.verifier.text) == KEY.verifier


def test_a_key_made_anew_is_another_one_and_hides_its_seed():
    made = SigningKey.generate("log")
    assert made != SigningKey.generate("log")
    assert len(made.seed) == 32
    assert repr(made) == "SigningKey(name='log')"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        NEUMANN.replace("c74f20a3", "C74F20A3"),
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("PeterNeumann", "PeterNewmann"),
        NEUMANN.replace("PeterNeumann", ""),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN.replace("PeterNeumann", "\ud800"),
        NEUMANN.replace("+ARpc", "+Ahpc"),
        NEUMANN[:-4],
        NEUMANN + "\n",
        NEUMANN + "====",
    ],
)
def test_a_line_that_is_no_key_is_refused(line):
    with pytest.raises(InvalidNote):
        VerifierKey.parse(line)


def test_a_checkpoint_is_three_lines():
    assert FIVE.text == f"okr-events/0123456789ab\n5\n{b64encode(FIVE.root).decode()}\n"


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_is_its_text_again(size, root):
    checkpoint = Checkpoint("okr.example/log", size, root)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        FIVE.text.removesuffix("\n"),
        FIVE.text + "\n",
        FIVE.text + "an extension\n",
        FIVE.text.replace(KEY.name, ""),
        FIVE.text.replace("\n5\n", "\n05\n"),
        FIVE.text.replace("\n5\n", "\n-5\n"),
        FIVE.text.replace("\n5\n", "\n+5\n"),
        FIVE.text.replace("\n5\n", "\n 5\n"),
        FIVE.text.replace("\n5\n", "\n\u0665\n"),
        FIVE.text.replace("\n5\n", "\n5_0\n"),
        FIVE.text.replace("\n5\n", "\n5\r\n"),
        FIVE.text.replace("=\n", "\n"),
        f"{KEY.name}\n5\n{b64encode(FIVE.root[1:]).decode()}\n",
        f"{KEY.name}\n5\n{b64encode(FIVE.root + b'x').decode()}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(InvalidNote):
        Checkpoint.parse(text)


def test_a_signed_checkpoint_opens_with_the_public_key():
    assert verify_checkpoint(NOTE, [KEY.verifier]) == FIVE
    assert verify_checkpoint(NOTE, [OTHER.verifier, KEY.verifier]) == FIVE


def test_either_signature_of_two_is_enough():
    both = sign_checkpoint(FIVE, [OTHER, KEY])
    assert verify_checkpoint(both, [KEY.verifier]) == verify_checkpoint(both, [OTHER.verifier]) == FIVE


def test_a_signature_by_a_key_that_was_not_given_is_ignored():
    both = sign_checkpoint(FIVE, [KEY, SigningKey("witness.example", bytes(32))])
    assert verify_checkpoint(both, [KEY.verifier]) == FIVE


def test_a_note_without_a_signature_by_a_known_key_is_refused():
    for keys in ([], [OTHER.verifier], [VerifierKey("another", KEY.verifier.public)]):
        with pytest.raises(InvalidNote, match="no signature by any of the given keys"):
            verify_checkpoint(NOTE, keys)


def test_one_wrong_signature_refuses_a_note_that_another_key_signed_well():
    text, _, right = NOTE.partition("\n\n")
    wrong = sign_checkpoint(Checkpoint(KEY.name, 6, FIVE.root), [OTHER]).partition("\n\n")[2]
    with pytest.raises(InvalidNote, match="is wrong"):
        verify_checkpoint(f"{text}\n\n{right}{wrong}", [KEY.verifier, OTHER.verifier])


def test_a_key_vouches_only_for_the_log_of_its_name():
    another = sign_checkpoint(Checkpoint("okr-events/another", 5, FIVE.root), [KEY])
    with pytest.raises(InvalidNote, match="is of the log okr-events/another"):
        verify_checkpoint(another, [KEY.verifier])


@pytest.mark.parametrize("at", range(len(NOTE)))
def test_no_letter_of_a_note_can_be_changed(at):
    changed = NOTE[:at] + ("A" if NOTE[at] != "A" else "B") + NOTE[at + 1 :]
    with pytest.raises(InvalidNote):
        verify_checkpoint(changed, [KEY.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        FIVE.text,
        FIVE.text + "\n",
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE + "x",
        NOTE + "\u2014 x y\n",
        NOTE + "\u2014 another AAAA\n",
        NOTE + NOTE.rpartition("\n\n")[2].replace("\u2014 ", "- "),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("\u2014 ", "\u2014  "),
        NOTE.replace("=\n", "\n"),
        "\ufeff" + NOTE,
        NOTE[:-2] + "\x00=\n",
        NOTE + "\u2014 \ud800 AAAAAAAA\n",
        "\ud800" + NOTE,
    ],
)
def test_a_text_that_is_no_signed_note_is_refused(note):
    with pytest.raises(InvalidNote):
        verify_checkpoint(note, [KEY.verifier])


def test_a_signature_has_one_spelling():
    """The last character before the padding has bits that base64 ignores; only zeros are canonical."""
    letter = NOTE[-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spelled = NOTE[:-3] + alphabet[alphabet.index(letter) + 1] + NOTE[-2:]
    with pytest.raises(InvalidNote, match="canonical"):
        verify_checkpoint(spelled, [KEY.verifier])
