"""Word keys: one per author. Without the key the author's words can be opened by nobody."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, insert, select

from okr_events.register import tables
from okr_events.register.engine import insert_for
from okr_events.values import Sealed, Words

ERASED = "[erased]"
NONCE = 12
KEY_BITS = 256
BATCH = 500


class WordsTampered(Exception):
    """Sealed words do not open at the place where they stand: they were changed or moved."""


class WordKeys:
    """Seals and opens words: AES-256-GCM under the author's key, the place as associated data.

    Sealing keeps keys in memory; opening asks the register every time, so that a key that was destroyed is gone at once.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
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
        """Make the key of a new author in the transaction that adds them."""
        key = AESGCM.generate_key(KEY_BITS)
        connection.execute(insert(tables.word_keys).values(author=author.hex, key=key))
        self._sealing[author.hex] = AESGCM(key)

    def _key(self, author: str) -> AESGCM:
        """The author's key, made and durable before it is first used."""
        if author not in self._sealing:
            known = self._keys({author})
            self._sealing[author] = known[author] if known else self._made(author)
        return self._sealing[author]

    def _made(self, author: str) -> AESGCM:
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            if_new = insert_for(self.engine)(tables.word_keys).values(author=author, key=AESGCM.generate_key(KEY_BITS))
            connection.execute(if_new.on_conflict_do_nothing())
        return self._keys({author})[author]

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
