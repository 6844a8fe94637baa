"""The format of a backup: its files, the encoding of rows, and the manifest with position and digests."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson

from okr_events.domain.errors import Refused
from okr_events.json_types import JsonObject

MANIFEST = "manifest.json"
LOG = "log.ndjson"
ANSWERS = "answers.ndjson"
REPORTS = "sealed-reports.ndjson"
REGISTER = "register.ndjson"
WORD_KEYS = "word-keys.ndjson"
FILES = (LOG, ANSWERS, REPORTS, REGISTER, WORD_KEYS)
FORMAT = 1
CHUNK_SIZE = 1_048_576
BYTES_KEY = "base64"


class BackupDamaged(Refused):
    code = "backup-damaged"
    title = "The backup is damaged: nothing was restored from it."


@dataclass(frozen=True, slots=True)
class Manifest:
    """`chain` is the chain link of the event at `position`; `files` holds a SHA-256 digest in hexadecimal by name."""

    position: int
    chain: str
    files: dict[str, str]
    made_at: str

    @classmethod
    def create(cls, position: int, chain: bytes, files: dict[str, str]) -> "Manifest":
        return cls(position, chain.hex(), files, datetime.now(UTC).isoformat(timespec="seconds"))

    def encode(self) -> bytes:
        """Return indented JSON that includes a digest of its other members."""
        members: JsonObject = {
            "format": FORMAT,
            "made_at": self.made_at,
            "position": self.position,
            "chain": self.chain,
            "files": self.files,
        }
        members["sha256"] = sha256(orjson.dumps(members)).hexdigest()
        return orjson.dumps(members, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of a backup. Raises `BackupDamaged`."""
        data = _read_file(folder / MANIFEST)
        try:
            members = orjson.loads(data)
            manifest = cls(int(members["position"]), str(members["chain"]), dict(members["files"]), str(members["made_at"]))
        except (ValueError, TypeError, KeyError):
            raise BackupDamaged(f"{MANIFEST} cannot be read: it was changed, or is not the manifest of a backup.") from None
        if members.get("format") != FORMAT:
            raise BackupDamaged(f"The backup has format {members.get('format')}; this version reads format {FORMAT}.")
        if manifest.encode() != data or manifest.files.keys() != set(FILES):
            raise BackupDamaged(f"{MANIFEST} was changed.")
        return manifest

    def check(self, folder: Path, name: str) -> None:
        """Compare the digest of a file with the manifest. Raises `BackupDamaged`."""
        if file_digest(folder / name) != self.files[name]:
            raise BackupDamaged(f"{name} was changed: its digest does not match {MANIFEST}.")


def encode_row(row: Mapping[str, object]) -> JsonObject:
    """Return a row as JSON, with bytes in base64."""
    return {str(name): _encode_value(value) for name, value in row.items()}  # SQLAlchemy's names are a subclass of `str`


def decode_row(row: JsonObject) -> dict[str, object]:
    return {
        name: b64decode(value[BYTES_KEY], validate=True) if isinstance(value, dict) else value for name, value in row.items()
    }


def _encode_value(value: object) -> object:
    return {BYTES_KEY: b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def file_digest(path: Path) -> str:
    """Return SHA-256 in hexadecimal. Raises `BackupDamaged` if the file is missing."""
    hashed = sha256()
    check_regular(path)
    try:
        with path.open("rb") as file:
            while data := file.read(CHUNK_SIZE):
                hashed.update(data)
    except FileNotFoundError:
        raise BackupDamaged(f"{path.name} is missing.") from None
    return hashed.hexdigest()


def check_regular(path: Path) -> None:
    """Reject pipes and devices, which would be read for ever. Raises `BackupDamaged`."""
    if path.exists() and not path.is_file():
        raise BackupDamaged(f"{path.name} is not a regular file.")


def _read_file(path: Path) -> bytes:
    check_regular(path)
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BackupDamaged(f"{path.parent} is not a complete backup: {path.name} is missing.") from None
