"""Signed notes: checkpoints of the log that anyone can verify with a public key.

Formats: https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint, signed with Ed25519.
"""

import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self
from unicodedata import category

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_SIZE = 4
PUBLIC_KEY_SIZE = 32
SEED_SIZE = 32
SIGNATURE_SIZE = 64
HASH_SIZE = 32
SIGNATURE_PREFIX = "\u2014 "
"""An em dash and a space begin each signature line."""
DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


class InvalidNote(Exception):
    """The note or key is malformed, or its signature is wrong; the message says why."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key of 32 bytes and its name. Raises `InvalidNote`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != PUBLIC_KEY_SIZE:
            raise InvalidNote(f"The public key of {self.name} must be {PUBLIC_KEY_SIZE} bytes long.")

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over the name, a newline, the byte 1 and the key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_SIZE]

    @property
    def text(self) -> str:
        """The key as one line of text, for publishing."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a line without its newline. Raises `InvalidNote`."""
        name, *rest = text.split("+", 2)
        key = _decode_base64(rest[1], "the public key") if len(rest) > 1 else b""
        if key[:1] != ED25519:
            raise InvalidNote("A public key has the form name+id+key, with an Ed25519 key.")
        parsed = cls(name, key[1:])
        if rest[0] != parsed.id.hex():
            raise InvalidNote(f"The id {rest[0]} does not match the public key.")
        return parsed

    def verifies(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key: its name and its seed of 32 bytes, which `repr` hides."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(name, secrets.token_bytes(SEED_SIZE))

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private_key().public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        return self._private_key().sign(text.encode())

    def _private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The Merkle root over the first `size` events of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the text of a note: three lines. Raises `InvalidNote`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:  # noqa: PLR2004 - three lines, each with a newline
            raise InvalidNote("A checkpoint has three lines: the log name, the size and the root hash.")
        if not DECIMAL.fullmatch(lines[1]):
            raise InvalidNote(f"The size {lines[1]!r} is not a decimal number.")
        root = _decode_base64(lines[2], "the root hash")
        if len(root) != HASH_SIZE:
            raise InvalidNote(f"The root hash must be {HASH_SIZE} bytes long.")
        return cls(lines[0], int(lines[1]), root)


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> str:
    """Return the note of a checkpoint, signed by each key in order."""
    text = checkpoint.text
    return text + "\n" + "".join(f"{SIGNATURE_PREFIX}{key.name} {_encode_signature(key, text)}\n" for key in keys)


def verify_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return the checkpoint of a note that at least one key with the log's name signed.

    Signatures by other keys are ignored, as the format demands. Raises `InvalidNote`.
    """
    text, names = verify_note(note, keys)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in names:
        raise InvalidNote(f"The checkpoint is of the log {checkpoint.origin}, but no key with this name signed it.")
    return checkpoint


def parse_unverified(note: str) -> Checkpoint:
    """Return the checkpoint of a note without verifying signatures. Raises `InvalidNote`."""
    return Checkpoint.parse(_split_note(note)[0])


def verify_note(note: str, keys: Sequence[VerifierKey]) -> tuple[str, set[str]]:
    """Return the text of a note and the names of the given keys that signed it. Raises `InvalidNote`."""
    text, lines = _split_note(note)
    names = set[str]()
    for name, id, signature in map(_parse_signature, lines):
        known = [key for key in keys if (key.name, key.id) == (name, id)]
        if any(not key.verifies(signature, text) for key in known):
            raise InvalidNote(f"The signature by {name} is wrong: the note was changed, or the key does not match.")
        names.update(key.name for key in known)
    if not names:
        raise InvalidNote("The note has no signature by any of the given keys.")
    return text, names


def _split_note(note: str) -> tuple[str, list[str]]:
    """Return the text with its last newline, and the signature lines below the last empty line."""
    text, separator, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not separator or lines.pop() or not lines:
        raise InvalidNote("A signed note is a text, an empty line and signature lines, each ending in a newline.")
    if any(_is_unsafe(letter) and letter != "\n" for letter in note):
        raise InvalidNote("A signed note must not contain control characters.")
    return text + "\n", lines


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(SIGNATURE_PREFIX).partition(" ")
    if not (line.startswith(SIGNATURE_PREFIX) and space):
        raise InvalidNote(f"{line!r} is not a signature line.")
    _check_name(name)
    data = _decode_base64(encoded, f"the signature by {name}")
    if len(data) <= KEY_ID_SIZE:
        raise InvalidNote(f"The signature by {name} is too short.")
    return name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:]


def _encode_signature(key: SigningKey, text: str) -> str:
    return b64encode(key.verifier.id + key.sign(text)).decode()


def _is_unsafe(letter: str) -> bool:
    """Return whether a character is a control, a format character, or a surrogate, which UTF-8 cannot hold."""
    return category(letter) in {"Cc", "Cf", "Cs"}


def _check_name(name: str) -> None:
    if not name or any(letter.isspace() or _is_unsafe(letter) or letter == "+" for letter in name):
        raise InvalidNote(f"{name!r} is not a valid key name: it must not be empty or contain a space or a plus sign.")


def _decode_base64(text: str, label: str) -> bytes:
    """Decode canonical base64; `label` names the value in the error."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or b64encode(data).decode() != text:
        raise InvalidNote(f"The base64 of {label} is not canonical.")
    return data
