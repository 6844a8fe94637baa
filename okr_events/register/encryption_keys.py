"""Word keys: one per author. Without the key the author's words can be opened by nobody."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, delete, insert, select

from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.register import tables, tombstones
from okr_events.register.engine import dialect_insert

ERASED_TEXT = "[erased]"
NONCE_SIZE = 12
KEY_BITS = 256
BATCH_SIZE = 500


class CiphertextTampered(Exception):
    """Sealed words do not open at the place where they stand: they were changed or moved."""


class EncryptionKeys:
    """Seals and opens words: AES-256-GCM under the author's key, the place as associated data.

    Sealing keeps keys in memory, until they are forgotten; opening asks the register every time, so that a key that was
    destroyed is gone at once. Nobody who was erased gets another key.
    """

    def __init__(self, engine: Engine, changing: Callable[[], AbstractContextManager[Connection]]) -> None:
        """`changing` is a transaction that writes, one at a time."""
        self.engine = engine
        self.write_transaction = changing
        self._ciphers: dict[str, AESGCM] = {}

    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText:
        nonce = secrets.token_bytes(NONCE_SIZE)
        ciphertext = self._cipher(words.author.hex).encrypt(nonce, words.text.encode(), binding.encode())
        return EncryptedText(words.author, b64encode(nonce + ciphertext).decode(), binding)

    def decrypt(self, tokens: Iterable[str]) -> dict[str, str]:
        """The text of each token (`Sealed.token`), or the erasure mark where the author's key is gone.

        Raises `WordsTampered`.
        """
        sealed = {token: EncryptedText.parse(token) for token in set(tokens)}
        keys = self._fetch_ciphers({words.author.hex for words in sealed.values()})
        return {token: _decrypt(words, keys.get(words.author.hex)) for token, words in sealed.items()}

    def add_author(self, connection: Connection, author: UUID) -> None:
        """Make the key of a new author in the transaction that adds them. Raises `PersonErased`."""
        tombstones.check_not_erased(connection, author)
        key = AESGCM.generate_key(KEY_BITS)
        connection.execute(insert(tables.word_keys).values(author=author.hex, key=key))
        self._ciphers[author.hex] = AESGCM(key)

    def _cipher(self, author: str) -> AESGCM:
        """The author's key, made and durable before it is first used. Raises `PersonErased`."""
        sealing = self._ciphers  # one that is forgotten meanwhile takes what is put into it along
        if author not in sealing:
            known = self._fetch_ciphers({author})
            sealing[author] = known[author] if known else self._create_cipher(author)
        return sealing[author]

    def _create_cipher(self, author: str) -> AESGCM:
        with self.write_transaction() as connection:
            tombstones.check_not_erased(connection, UUID(author))
            if_new = dialect_insert(self.engine)(tables.word_keys).values(author=author, key=AESGCM.generate_key(KEY_BITS))
            connection.execute(if_new.on_conflict_do_nothing())
        return self._fetch_ciphers({author})[author]

    def destroy(self, connection: Connection, author: UUID) -> None:
        """Delete the key: nobody can open the author's words again."""
        connection.execute(delete(tables.word_keys).where(tables.word_keys.c.author == author.hex))

    def clear_cache(self) -> None:
        """Leave no key in memory; those that are there still are read again when somebody seals with them."""
        self._ciphers = {}

    def authors(self) -> set[UUID]:
        """Everybody who has a key."""
        with self.engine.connect() as connection:
            return {UUID(author) for author in connection.scalars(select(tables.word_keys.c.author))}

    def _fetch_ciphers(self, authors: set[str]) -> dict[str, AESGCM]:
        wanted, keys = sorted(authors), tables.word_keys.c
        found: dict[str, AESGCM] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(wanted), BATCH_SIZE):
                query = select(keys.author, keys.key).where(keys.author.in_(wanted[start : start + BATCH_SIZE]))
                found |= {author: AESGCM(bytes(key)) for author, key in connection.execute(query)}
        return found


def _decrypt(sealed: EncryptedText, key: AESGCM | None) -> str:
    if key is None:
        return ERASED_TEXT
    try:
        data = b64decode(sealed.ciphertext)
        return key.decrypt(data[:NONCE_SIZE], data[NONCE_SIZE:], sealed.binding.encode()).decode()
    except (InvalidTag, ValueError):
        raise CiphertextTampered(sealed.binding) from None
