"""Parser of OKR_SIGNING_KEY: an Ed25519 seed in base64, or the path of a key file."""

from base64 import b64decode
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from okr_events.event_log.checkpoint_notes import SEED_SIZE


class InvalidSeed(ValueError):
    """The text is neither a seed nor the path of a key file."""

    def __init__(self) -> None:
        super().__init__("must be 32 bytes in base64, or the path of a PEM file (PKCS #8, not encrypted) with an Ed25519 key")


def parse_seed(text: str) -> bytes:
    """Return the 32 bytes of a seed, from base64 or from the PEM file at this path. Raises `InvalidSeed`."""
    try:
        seed = b64decode(text, validate=True)
    except ValueError:
        seed = b""
    return seed if len(seed) == SEED_SIZE else _read_pem(Path(text))


def _read_pem(path: Path) -> bytes:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise InvalidSeed from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidSeed
    return key.private_bytes_raw()
