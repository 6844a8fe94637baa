"""The command that accepts a clock: the way on after an event was recorded with a time far ahead."""

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.clock import CLOCK_ID, Clock
from okr_events.event_log.idempotency import CommandResult


class ClockCommands(RecordingApplication):
    def accept_clock(self, intent: Intent) -> CommandResult:
        """Accept that the newest event leads the clock. Raises `ReasonRequired`, `NothingToAccept`.

        From this event on, recorded times rise by a microsecond until the clock catches up, and envelopes hold the wall time.
        """
        intent.require_reason()
        if self.exists(Clock, CLOCK_ID):
            clock = self.load(Clock, CLOCK_ID)
            clock.accept_again()
        else:
            clock = Clock.accept_first()
        return self._commit(intent, clock, accept_clock=True)
