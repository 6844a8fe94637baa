"""Audit benchmarks: verify many events, against reading, parsing and hashing them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from uuid import UUID

import orjson

from benchmarks.ratios import Figure
from benchmarks.scale import Scale
from okr_events.audit.export import export_all
from okr_events.audit.export_format import read_lines
from okr_events.audit.verify import verify
from okr_events.event_log.checkpoint_notes import Checkpoint, SigningKey, sign_checkpoint
from okr_events.event_log.hash_chain import GENESIS, RecordedEvent, extend_chain, hash_leaf
from okr_events.event_log.merkle import append_leaf, fold_peaks

FEW = 10_000
VERIFY_LIMIT, MEMORY_LIMIT = 3.0, 1.2
ROUNDS = 3
STREAMS = 4_000
KEY = SigningKey("okr.example/log", bytes(range(32)))
STATE = (
    '{"check_in_id":{"_type_":"uuid_hex","_data_":"%032x"},"measured_on":{"_type_":"date_iso","_data_":"2026-11-20"},'
    '"value":{"_type_":"decimal_str","_data_":"41.5"}}'
)
PEAK_SCRIPT = """
import sys
from api.cli import okr
try:
    okr()
except SystemExit as done:
    assert not done.code, done.code
print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))
"""


def measure_verify(scale: Scale) -> Iterator[Figure]:
    """Measure time and peak memory of `okr verify` for events of about 500 bytes."""
    with TemporaryDirectory() as folder:
        size = scale.audited_events
        many, few = (_write_export(Path(folder) / str(events), events) for events in (size, FEW))

        def ours() -> None:
            with (many / "export").open("rb") as file:
                verdict = verify(read_lines(file), (many / "kept").read_text("utf-8"), [KEY.verifier])
            if not verdict.valid:
                raise RuntimeError(verdict.why)

        baseline = _baseline(many)
        times = [_cpu_seconds(ours) / _cpu_seconds(baseline) for _ in range(ROUNDS + 1)][1:]
        yield Figure(f"verify {size:,} events, over read, parse and hash", times, maximum=VERIFY_LIMIT)
        peaks = [_peak_memory(many) / _peak_memory(few) for _ in range(ROUNDS)]
        yield Figure(f"memory to verify {size:,} events, over {FEW:,}", peaks, maximum=MEMORY_LIMIT)


def _cpu_seconds(work: Callable[[], None]) -> float:
    """Return the processor time of the work, which other processes affect less than elapsed time."""
    start = process_time()
    work()
    return process_time() - start


def _baseline(export: Path) -> Callable[[], None]:
    def loop() -> None:
        with (export / "export").open("rb") as file:
            for line in file:
                orjson.loads(line)
                sha256(line).digest()

    return loop


def _peak_memory(export: Path) -> int:
    """Return the peak memory of a process that runs `okr verify`."""
    options = ["--checkpoint", str(export / "kept"), "--key", str(export / "keys")]
    command = [sys.executable, "-c", PEAK_SCRIPT, "verify", str(export / "export"), *options]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - own command line
    return int(completed.stdout.split()[-1])


def _write_export(folder: Path, size: int) -> Path:
    """Write an export, the checkpoint of its first half, and the key."""
    folder.mkdir()
    half, full = _roots(size)
    with (folder / "export").open("wb") as file:
        file.writelines(export_all(_SyntheticLog(), _sign_note(size, full), size))
    (folder / "kept").write_text(_sign_note(size // 2, half), "utf-8")
    (folder / "keys").write_text(f"{KEY.verifier.text}\n", "utf-8")
    return folder


def _sign_note(size: int, root: bytes) -> str:
    return sign_checkpoint(Checkpoint(KEY.name, size, root), [KEY])


def _roots(size: int) -> tuple[bytes, bytes]:
    """Return the roots over the first half and over all events."""
    peaks, half = list[bytes](), b""
    for position in range(1, size + 1):
        peaks, _ = append_leaf(peaks, position - 1, hash_leaf(*_event_fields(position)))
        if position == size // 2:
            half = fold_peaks(peaks)
    return half, fold_peaks(peaks)


def _event_fields(position: int) -> tuple[int, int, UUID, int, str, bytes, bytes]:
    envelope = f'{{"actor":"{position % 50:032x}","correlation_id":"{position:032x}"}}'.encode()
    earlier, place = divmod(position - 1, STREAMS)
    stream, version = UUID(int=2**100 + place), 1 + earlier
    time, state = 1_790_000_000_000_000 + position, (STATE % position).encode()
    return position, time, stream, version, "KeyResult.CheckedIn", state, envelope


class _SyntheticLog:
    """A log of check-ins that are generated when read, in order."""

    def __init__(self) -> None:
        self.chain = GENESIS

    def events_after(self, *, after: int, limit: int = 500) -> list[RecordedEvent]:
        return [self._next(position) for position in range(after + 1, after + limit + 1)]

    def _next(self, position: int) -> RecordedEvent:
        fields = _event_fields(position)
        self.chain = extend_chain(self.chain, hash_leaf(*fields))
        return RecordedEvent(*fields, self.chain)
