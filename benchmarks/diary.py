"""A diary: what happens to an organisation day by day, put into the log in order, a few thousand events at once."""

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
    """Days never go back: the log takes its times from here."""

    def __init__(self, okrs: OKRApplication) -> None:
        self.okrs = okrs
        self.count = 0
        self._events: list[CanMutateAggregate[UUID]] = []
        self._envelopes: list[Envelope] = []
        self._times: list[int] = []

    def write(self, day: date, actor: UUID, things: Sequence[Aggregate], *, why: str | None = None) -> None:
        """What these decided since they were last written about."""
        events = [event for thing in things for event in thing.collect_events()]
        envelope = Envelope(actor, AuthoredText.from_text(actor, why))
        self._events += events
        self._envelopes += [envelope] * len(events)
        self._times += [to_microseconds(datetime.combine(day, NINE))] * len(events)
        if len(self._events) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        for start in range(0, len(self._events), CHUNK):
            some = slice(start, start + CHUNK)
            self.okrs.append(self._events[some], envelopes=self._envelopes[some], times=self._times[some])
            self._print_progress(len(self._events[some]))
        self._events, self._envelopes, self._times = [], [], []

    def _print_progress(self, more: int) -> None:
        before, self.count = self.count, self.count + more
        if before // PROGRESS_EVERY != self.count // PROGRESS_EVERY:
            print(f"recorded {self.count:,} events", file=sys.stderr, flush=True)
