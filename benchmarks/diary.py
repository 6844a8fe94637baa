"""Batched recording of generated events with the times of their days."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.commands.application import OKRApplication
from okr_events.domain.values import AuthoredText
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import to_microseconds

CHUNK = 5_000
PROGRESS_EVERY = 100_000
NINE = time(9, tzinfo=UTC)


class Diary:
    """Collects events in order of their days and appends them in chunks. Days must not decrease."""

    def __init__(self, okrs: OKRApplication) -> None:
        self.okrs = okrs
        self.count = 0
        self._events: list[CanMutateAggregate[UUID]] = []
        self._envelopes: list[Envelope] = []
        self._times: list[int] = []

    def write(self, day: date, actor: UUID, aggregates: Sequence[Aggregate], *, reason: str | None = None) -> None:
        """Collect the pending events of aggregates."""
        events = [event for aggregate in aggregates for event in aggregate.collect_events()]
        envelope = Envelope(actor, AuthoredText.from_text(actor, reason))
        self._events += events
        self._envelopes += [envelope] * len(events)
        self._times += [to_microseconds(datetime.combine(day, NINE))] * len(events)
        if len(self._events) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        for start in range(0, len(self._events), CHUNK):
            batch = slice(start, start + CHUNK)
            self.okrs.append(self._events[batch], envelopes=self._envelopes[batch], times=self._times[batch])
            self._print_progress(len(self._events[batch]))
        self._events, self._envelopes, self._times = [], [], []

    def _print_progress(self, added: int) -> None:
        before, self.count = self.count, self.count + added
        if before // PROGRESS_EVERY != self.count // PROGRESS_EVERY:
            print(f"recorded {self.count:,} events", file=sys.stderr, flush=True)
