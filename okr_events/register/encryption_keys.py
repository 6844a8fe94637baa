"""Word keys: one per author. Without the key the author's words can be opened by nobody."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, delete, insert, select

from okr_events.domain.values import Sealed, Words
from okr_events.register import tables, tombstones
from okr_events.register.engine import insert_for

ERASED = "[erased]"
NONCE = 12
KEY_BITS = 256
BATCH = 500


class WordsTampered(Exception):
    """Sealed words do not open at the place where they stand: they were changed or moved."""


class WordKeys:
    """Seals and opens words: AES-256-GCM under the author's key, the place as associated data.

    Sealing keeps keys in memory, until they are forgotten; opening asks the register every time, so that a key that was
    destroyed is gone at once. Nobody who was erased gets another key.
    """

    def __init__(self, engine: Engine, changing: Callable[[], AbstractContextManager[Connection]]) -> None:
        """`changing` is a transaction that writes, one at a time."""
        self.engine = engine
        self.changing = changing
        self._sealing: dict[str, AESGCM] = {}

    def seal(self, words: Words, binding: str) -> Sealed:
        nonce = secrets.token_bytes(NONCE)
        ciphertext = self._key(words.author.hex).encrypt(nonce, words.text.encode(), binding.encode())
        return Sealed(words.author, b64encode(nonce + ciphertext).decode(), binding)

    def open(self, tokens: Iterable[str]) -> dict[str, str]:
        """The text of each token (`Sealed.token`), or the erasure mark where the author's key is gone.

        Raises `WordsTampered`.
        """
        sealed = {token: Sealed.parse(token) for token in set(tokens)}
        keys = self._keys({words.author.hex for words in sealed.values()})
        return {token: _opened(words, keys.get(words.author.hex)) for token, words in sealed.items()}

    def admit(self, connection: Connection, author: UUID) -> None:
        """Make the key of a new author in the transaction that adds them. Raises `PersonErased`."""
        tombstones.check_none(connection, author)
        key = AESGCM.generate_key(KEY_BITS)
        connection.execute(insert(tables.word_keys).values(author=author.hex, key=key))
        self._sealing[author.hex] = AESGCM(key)

    def _key(self, author: str) -> AESGCM:
        """The author's key, made and durable before it is first used. Raises `PersonErased`."""
        sealing = self._sealing  # one that is forgotten meanwhile takes what is put into it along
        if author not in sealing:
            known = self._keys({author})
            sealing[author] = known[author] if known else self._made(author)
        return sealing[author]

    def _made(self, author: str) -> AESGCM:
        with self.changing() as connection:
            tombstones.check_none(connection, UUID(author))
            if_new = insert_for(self.engine)(tables.word_keys).values(author=author, key=AESGCM.generate_key(KEY_BITS))
            connection.execute(if_new.on_conflict_do_nothing())
        return self._keys({author})[author]

    def destroy(self, connection: Connection, author: UUID) -> None:
        """Delete the key: nobody can open the author's words again."""
        connection.execute(delete(tables.word_keys).where(tables.word_keys.c.author == author.hex))

    def forget(self) -> None:
        """Leave no key in memory; those that are there still are read again when somebody seals with them."""
        self._sealing = {}

    def authors(self) -> set[UUID]:
        """Everybody who has a key."""
        with self.engine.connect() as connection:
            return {UUID(author) for author in connection.scalars(select(tables.word_keys.c.author))}

    def _keys(self, authors: set[str]) -> dict[str, AESGCM]:
        wanted, keys = sorted(authors), tables.word_keys.c
        found: dict[str, AESGCM] = {}
        with self.engine.connect() as connection:
            for start in range(0, len(wanted), BATCH):
                query = select(keys.author, keys.key).where(keys.author.in_(wanted[start : start + BATCH]))
                found |= {author: AESGCM(bytes(key)) for author, key in connection.execute(query)}
        return found


def _opened(sealed: Sealed, key: AESGCM | None) -> str:
    if key is None:
        return ERASED
    try:
        data = b64decode(sealed.ciphertext)
        return key.decrypt(data[:NONCE], data[NONCE:], sealed.binding.encode()).decode()
    except (InvalidTag, ValueError):
        raise WordsTampered(sealed.binding) from None
