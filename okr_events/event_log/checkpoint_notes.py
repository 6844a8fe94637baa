"""Signed notes: checkpoints of the log that anybody can check with a public key.

The forms are those of https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint, signed with Ed25519.
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
"""An em dash and a space begin each line of a signature."""
DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


class InvalidNote(Exception):
    """The note, or the key, cannot be trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key of 32 bytes, and the name that it signs under. Raises `BadNote`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != PUBLIC_KEY_SIZE:
            raise InvalidNote(f"The public key of {self.name} is not {PUBLIC_KEY_SIZE} bytes long.")

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over the name, a newline, a one byte and the key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_SIZE]

    @property
    def text(self) -> str:
        """The line that publishes the key."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key of a line, without its newline. Raises `BadNote`."""
        name, *rest = text.split("+", 2)
        key = _decode_base64(rest[1], "the public key") if len(rest) > 1 else b""
        if key[:1] != ED25519:
            raise InvalidNote("A line with a public key says name+id+key, and the key is one of Ed25519.")
        parsed = cls(name, key[1:])
        if rest[0] != parsed.id.hex():
            raise InvalidNote(f"The id {rest[0]} is not that of the public key beside it.")
        return parsed

    def verifies(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key: the seed of 32 bytes, which no `repr` shows."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key from the system's source of randomness."""
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
    """The root of the tree over the first `size` events of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint of a body of three lines. Raises `BadNote`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:  # noqa: PLR2004 - three lines, each ended
            raise InvalidNote("A checkpoint has three lines: the log's name, the size and the root.")
        if not DECIMAL.fullmatch(lines[1]):
            raise InvalidNote(f"The size {lines[1]!r} is not a plain number.")
        root = _decode_base64(lines[2], "the root")
        if len(root) != HASH_SIZE:
            raise InvalidNote(f"The root is not {HASH_SIZE} bytes long.")
        return cls(lines[0], int(lines[1]), root)


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> str:
    """The note of a checkpoint, with a signature by each key in their order."""
    text = checkpoint.text
    return text + "\n" + "".join(f"{SIGNATURE_PREFIX}{key.name} {_encode_signature(key, text)}\n" for key in keys)


def verify_checkpoint(note: str, keys: Sequence[VerifierKey], *, strict: bool = False) -> Checkpoint:
    """The checkpoint of a note that one of the keys signed under the name of the log.

    A wrong signature by any of the keys refuses the note; signatures by other keys are passed over, unless `strict`.
    Raises `BadNote`.
    """
    text, names = verify_note(note, keys, strict=strict)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in names:
        raise InvalidNote(f"The note speaks of the log {checkpoint.origin}, but none of the keys that signed it has this name.")
    return checkpoint


def parse_unverified(note: str) -> Checkpoint:
    """The checkpoint of a note whose signatures nobody looks at. Raises `BadNote`."""
    return Checkpoint.parse(_split_note(note)[0])


def verify_note(note: str, keys: Sequence[VerifierKey], *, strict: bool = False) -> tuple[str, set[str]]:
    """The text of a signed note, and the names of the keys given that signed it. Raises `BadNote`."""
    text, lines = _split_note(note)
    names = set[str]()
    for name, id, signature in map(_parse_signature, lines):
        known = [key for key in keys if (key.name, key.id) == (name, id)]
        if strict and not known:
            raise InvalidNote(f"The note has a signature by {name} with the key {id.hex()}, which is not among those given.")
        if any(not key.verifies(signature, text) for key in known):
            raise InvalidNote(f"The signature by {name} is wrong: the note was changed, or the key is another one.")
        names.update(key.name for key in known)
    if not names:
        raise InvalidNote("The note has no signature by any of the keys given.")
    return text, names


def _split_note(note: str) -> tuple[str, list[str]]:
    """The text with its last newline, and the lines of signatures below the last empty line."""
    text, separator, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not separator or lines.pop() or not lines:
        raise InvalidNote("A signed note is a text, an empty line, and lines of signatures, each ended by a newline.")
    if any(_is_unsafe(letter) and letter != "\n" for letter in note):
        raise InvalidNote("A signed note has no control characters.")
    return text + "\n", lines


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(SIGNATURE_PREFIX).partition(" ")
    if not (line.startswith(SIGNATURE_PREFIX) and space):
        raise InvalidNote(f"{line!r} is not a line with a signature.")
    _check_name(name)
    data = _decode_base64(encoded, f"the signature by {name}")
    if len(data) <= KEY_ID_SIZE:
        raise InvalidNote(f"The signature by {name} is too short.")
    return name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:]


def _encode_signature(key: SigningKey, text: str) -> str:
    return b64encode(key.verifier.id + key.sign(text)).decode()


def _is_unsafe(letter: str) -> bool:
    """Whether it steers a terminal or the direction of text, or is half of a pair that no UTF-8 holds."""
    return category(letter) in {"Cc", "Cf", "Cs"}


def _check_name(name: str) -> None:
    if not name or any(letter.isspace() or _is_unsafe(letter) or letter == "+" for letter in name):
        raise InvalidNote(f"{name!r} is no name of a key: it is empty, or has a space or a plus in it.")


def _decode_base64(text: str, what: str) -> bytes:
    """Bytes from base64 in its one canonical form."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or b64encode(data).decode() != text:
        raise InvalidNote(f"The base64 of {what} is not in its canonical form.")
    return data
