"""Commands about people: names are in the register, the log records erasures only."""

from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.errors import PersonErased
from okr_events.domain.person import Person
from okr_events.event_log.constraints import Claim
from okr_events.event_log.idempotency import CommandResult

ERASED_SCOPE = "erased"


class PersonCommands(RecordingApplication):
    def erase_person(self, intent: Intent, id: UUID) -> CommandResult:
        """Record that a person is erased; `finish_erasures` then destroys their data."""
        person = self.register.people.get(id)
        intent.require_reason()
        with self._check_version(intent, person):
            if person.erased:
                raise PersonErased
            erasure = Person.erase(id, by=intent.actor)
        once = Claim(ERASED_SCOPE, id.hex, intent.correlation_id, PersonErased)
        return self._commit(intent, erasure, resource=(id, person.version + 1), constraints=[once])

    def finish_erasures(self) -> None:
        """Destroy the register's data about every person whose erasure is in the log.

        Earlier erasures may be unfinished too: a process can die in between, and a restored register can be older than the log.
        """
        self.register.erase({UUID(name) for name in self.log_recorder.claimed_names(ERASED_SCOPE)})
