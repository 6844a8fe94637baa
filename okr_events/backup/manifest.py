"""The manifest of a backup: up to where it reaches, and the digest of every file beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from okr_events.domain.errors import Refused

MANIFEST = "manifest.json"
LOG = "log.ndjson"
ANSWERS = "answers.ndjson"
REPORTS = "sealed-reports.ndjson"
REGISTER = "register.ndjson"
WORD_KEYS = "word-keys.ndjson"
FILES = (LOG, ANSWERS, REPORTS, REGISTER, WORD_KEYS)
FORMAT = 1
CHUNK_SIZE = 1_048_576


class BackupDamaged(Refused):
    code = "backup-damaged"
    title = "The backup is not as it was written: nothing is restored from it."


@dataclass(frozen=True, slots=True)
class Manifest:
    """`chain` is the link of the event at `position`; `files` are digests, SHA-256 in hexadecimal, by name."""

    position: int
    chain: str
    files: dict[str, str]
    made_at: str

    @classmethod
    def create(cls, position: int, chain: bytes, files: dict[str, str]) -> "Manifest":
        return cls(position, chain.hex(), files, datetime.now(UTC).isoformat(timespec="seconds"))

    def encode(self) -> bytes:
        """JSON on lines of its own, with a digest of all the rest in it."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "made_at": self.made_at,
            "position": self.position,
            "chain": self.chain,
            "files": self.files,
        }
        told["sha256"] = sha256(orjson.dumps(told)).hexdigest()
        return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup. Raises `BackupDamaged`."""
        data = _read_file(folder / MANIFEST)
        try:
            told = orjson.loads(data)
            manifest = cls(int(told["position"]), str(told["chain"]), dict(told["files"]), str(told["made_at"]))
        except (ValueError, TypeError, KeyError):
            raise BackupDamaged(f"{MANIFEST} cannot be read: it was changed, or is not that of a backup.") from None
        if told.get("format") != FORMAT:
            raise BackupDamaged(f"The backup has the format {told.get('format')}: this version reads format {FORMAT}.")
        if manifest.encode() != data or manifest.files.keys() != set(FILES):
            raise BackupDamaged(f"{MANIFEST} was changed.")
        return manifest

    def check(self, folder: Path, name: str) -> None:
        """Compare a file's digest. Raises `BackupDamaged`."""
        if file_digest(folder / name) != self.files[name]:
            raise BackupDamaged(f"{name} was changed: its digest is not the one in {MANIFEST}.")


def file_digest(path: Path) -> str:
    """SHA-256 in hexadecimal. Raises `BackupDamaged` when there is no such file."""
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
    """A pipe or a device would be read for ever. Raises `BackupDamaged`."""
    if path.exists() and not path.is_file():
        raise BackupDamaged(f"{path.name} is not a file.")


def _read_file(path: Path) -> bytes:
    check_regular(path)
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BackupDamaged(f"There is no {path.name}: {path.parent} is not a backup, or not all of one.") from None
