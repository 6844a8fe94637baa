"""Encryption keys, one per author. Destroying a key makes the author's text unreadable for ever."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from okr_events.domain.errors import Unavailable
from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.register import tables, tombstones
from okr_events.register.connections import RegisterConnections
from okr_events.register.known import KnownRegister

ERASED_TEXT = "[erased]"
NONCE_SIZE = 12
KEY_BITS = 256
BATCH_SIZE = 500


class CiphertextTampered(Unavailable):
    """Encrypted text does not decrypt with its binding."""

    code = "text-damaged"
    title = "An encrypted text or name does not decrypt: it, or its key, was changed or moved. Run `okr doctor` for details."


class EncryptionKeys:
    """Encrypts and decrypts text: AES-256-GCM under the author's key, with the binding as associated data.

    Keys are known for a generation of the register, so that a destroyed one is gone at once. Erased people never get another.
    """

    def __init__(self, connections: RegisterConnections, known: KnownRegister) -> None:
        self.connections = connections
        self.known = known
        self._unsaved: dict[str, AESGCM] = {}

    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText:
        return encrypt_with(self._cipher(words.author.hex), words, binding)

    def decrypt(self, tokens: Iterable[str]) -> dict[str, str]:
        """Return the text by token (`EncryptedText.token`), or the erasure mark if the key is destroyed.

        Raises `CiphertextTampered`.
        """
        encrypted = {token: EncryptedText.parse(token) for token in set(tokens)}
        ciphers = self._get_ciphers({words.author.hex for words in encrypted.values()})
        return {token: _decrypt(words, ciphers.get(words.author.hex)) for token, words in encrypted.items()}

    def add_author(self, connection: Connection, author: UUID) -> AESGCM:
        """Create the key of a new author in the transaction that adds them. Raises `PersonErased`."""
        tombstones.check_not_erased(connection, author)
        key = AESGCM.generate_key(KEY_BITS)
        connection.execute(insert(tables.word_keys).values(author=author.hex, key=key))
        return AESGCM(key)

    def author_cipher(self, connection: Connection, author: UUID) -> AESGCM:
        """Return the cipher of an author in an open transaction; create a key that is missing. Raises `PersonErased`."""
        return _select_ciphers(connection, [author.hex]).get(author.hex) or self.add_author(connection, author)

    def add_unsaved_author(self, author: UUID) -> None:
        """Give the new author of a dry run a key that is never stored."""
        self._unsaved[author.hex] = AESGCM(AESGCM.generate_key(KEY_BITS))

    def _cipher(self, author: str) -> AESGCM:
        """Return the author's cipher; a new key is durable before its first use. Raises `PersonErased`."""
        return self._unsaved.get(author) or self._get_ciphers({author}).get(author) or self._create_cipher(author)

    def _create_cipher(self, author: str) -> AESGCM:
        with self.connections.write_transaction() as connection:
            return self.author_cipher(connection, UUID(author))

    def destroy(self, connection: Connection, author: UUID) -> None:
        """Delete the author's key for ever."""
        connection.execute(delete(tables.word_keys).where(tables.word_keys.c.author == author.hex))

    def authors(self) -> set[UUID]:
        """Return everyone who has a key."""
        with self.connections.connect() as connection:
            return {UUID(author) for author in connection.scalars(select(tables.word_keys.c.author))}

    def _get_ciphers(self, authors: set[str]) -> dict[str, AESGCM]:
        """Return the ciphers of those authors who have a key."""
        known = self.known.get().ciphers
        if missing := authors - known.keys():
            known.update(self._fetch_ciphers(missing))
        return {author: known[author] for author in authors & known.keys()}

    def _fetch_ciphers(self, authors: set[str]) -> dict[str, AESGCM]:
        ids, ciphers = sorted(authors), dict[str, AESGCM]()
        with self.connections.connect() as connection:
            for start in range(0, len(ids), BATCH_SIZE):
                ciphers |= _select_ciphers(connection, ids[start : start + BATCH_SIZE])
        return ciphers


def encrypt_with(cipher: AESGCM, words: AuthoredText, binding: str) -> EncryptedText:
    nonce = secrets.token_bytes(NONCE_SIZE)
    ciphertext = cipher.encrypt(nonce, words.text.encode(), binding.encode())
    return EncryptedText(words.author, b64encode(nonce + ciphertext).decode(), binding)


def _select_ciphers(connection: Connection, authors: list[str]) -> dict[str, AESGCM]:
    keys = tables.word_keys.c
    rows = connection.execute(select(keys.author, keys.key).where(keys.author.in_(authors)))
    return {author: _parse_key(bytes(key)) for author, key in rows}


def _parse_key(key: bytes) -> AESGCM:
    try:
        return AESGCM(key)
    except ValueError:
        raise CiphertextTampered("A key of the register has another length than it was made with: it was changed.") from None


def _decrypt(words: EncryptedText, cipher: AESGCM | None) -> str:
    if cipher is None:
        return ERASED_TEXT
    try:
        data = b64decode(words.ciphertext)
        return cipher.decrypt(data[:NONCE_SIZE], data[NONCE_SIZE:], words.binding.encode()).decode()
    except (InvalidTag, ValueError):
        raise CiphertextTampered(f"{CiphertextTampered.title} It is bound to {words.binding}.") from None
