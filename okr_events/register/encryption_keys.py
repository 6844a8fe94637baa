"""Encryption keys, one per author. Destroying a key makes the author's text unreadable for ever."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, delete, insert, select

from okr_events.domain.errors import Unavailable
from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.register import tables, tombstones
from okr_events.register.engine import dialect_insert

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

    Encryption caches keys in memory; decryption reads them from the register every time, so that a destroyed key is gone at
    once. Erased people never get another key.
    """

    def __init__(self, engine: Engine, write_transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self.engine = engine
        self.write_transaction = write_transaction
        self._ciphers: dict[str, AESGCM] = {}

    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText:
        nonce = secrets.token_bytes(NONCE_SIZE)
        ciphertext = self._cipher(words.author.hex).encrypt(nonce, words.text.encode(), binding.encode())
        return EncryptedText(words.author, b64encode(nonce + ciphertext).decode(), binding)

    def decrypt(self, tokens: Iterable[str]) -> dict[str, str]:
        """Return the text by token (`EncryptedText.token`), or the erasure mark if the key is destroyed.

        Raises `CiphertextTampered`.
        """
        encrypted = {token: EncryptedText.parse(token) for token in set(tokens)}
        ciphers = self._fetch_ciphers({words.author.hex for words in encrypted.values()})
        return {token: _decrypt(words, ciphers.get(words.author.hex)) for token, words in encrypted.items()}

    def add_author(self, connection: Connection, author: UUID) -> None:
        """Create the key of a new author in the transaction that adds them. Raises `PersonErased`."""
        tombstones.check_not_erased(connection, author)
        key = AESGCM.generate_key(KEY_BITS)
        connection.execute(insert(tables.word_keys).values(author=author.hex, key=key))
        self._ciphers[author.hex] = AESGCM(key)

    def _cipher(self, author: str) -> AESGCM:
        """Return the author's cipher; a new key is durable before its first use. Raises `PersonErased`."""
        ciphers = self._ciphers  # keep this reference: `clear_cache()` may swap the cache concurrently
        if author not in ciphers:
            ciphers[author] = self._fetch_ciphers({author}).get(author) or self._create_cipher(author)
        return ciphers[author]

    def _create_cipher(self, author: str) -> AESGCM:
        with self.write_transaction() as connection:
            tombstones.check_not_erased(connection, UUID(author))
            insert_key = dialect_insert(self.engine)(tables.word_keys).values(author=author, key=AESGCM.generate_key(KEY_BITS))
            connection.execute(insert_key.on_conflict_do_nothing())
        return self._fetch_ciphers({author})[author]

    def destroy(self, connection: Connection, author: UUID) -> None:
        """Delete the author's key for ever."""
        connection.execute(delete(tables.word_keys).where(tables.word_keys.c.author == author.hex))

    def clear_cache(self) -> None:
        """Remove all keys from memory; those that still exist are read again when needed."""
        self._ciphers = {}

    def authors(self) -> set[UUID]:
        """Return everyone who has a key."""
        with self.engine.connect() as connection:
            return {UUID(author) for author in connection.scalars(select(tables.word_keys.c.author))}

    def _fetch_ciphers(self, authors: set[str]) -> dict[str, AESGCM]:
        ids, keys = sorted(authors), tables.word_keys.c
        ciphers: dict[str, AESGCM] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(ids), BATCH_SIZE):
                query = select(keys.author, keys.key).where(keys.author.in_(ids[start : start + BATCH_SIZE]))
                ciphers |= {author: _parse_key(bytes(key)) for author, key in connection.execute(query)}
        return ciphers


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
