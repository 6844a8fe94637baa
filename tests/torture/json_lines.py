"""Files of JSON lines that processes write, each synced to the disk."""

import json
import os
from pathlib import Path
from typing import Any


def append_line(path: Path, **members: Any) -> None:
    """Append a line and wait for the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, json.dumps(members).encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_lines(path: Path) -> list[Any]:
    """Return all complete lines; one cut off by a kill was never acknowledged."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
