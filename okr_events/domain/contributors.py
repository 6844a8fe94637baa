"""Contributors: the people who work on a key result beside its owner."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from eventsourcing.domain import Aggregate

from okr_events.domain.baseline import TriggerEvent
from okr_events.domain.errors import Refused
from okr_events.domain.values import AuthoredText, ContributorRole, EncryptedText


class NotAContributor(Refused):
    code = "not-a-contributor"
    title = "This person does not contribute to the key result."


class ContributorsMixin:
    contributors: list[str]
    check_open: Callable[[], None]
    trigger_event: TriggerEvent

    class ContributorNamed(Aggregate.Event):
        TOPIC = "KeyResult.ContributorNamed"
        person_id: UUID
        contribution: AuthoredText | EncryptedText | None
        role: str
        due_on: date | None

        def apply(self, aggregate: "ContributorsMixin") -> None:
            if str(self.person_id) not in aggregate.contributors:
                aggregate.contributors.append(str(self.person_id))

    class ContributorReleased(Aggregate.Event):
        TOPIC = "KeyResult.ContributorReleased"
        person_id: UUID

        def apply(self, aggregate: "ContributorsMixin") -> None:
            aggregate.contributors.remove(str(self.person_id))

    def name_contributor(
        self,
        person_id: UUID,
        *,
        contribution: AuthoredText | None = None,
        role: ContributorRole = ContributorRole.SUPPORT,
        due_on: date | None = None,
    ) -> None:
        """Add a contributor, or replace what an earlier call stated about them."""
        self.check_open()
        fields = {"contribution": contribution, "role": role.value, "due_on": due_on}
        self.trigger_event(self.ContributorNamed, person_id=person_id, **fields)

    def release_contributor(self, person_id: UUID) -> None:
        self.check_open()
        if str(person_id) not in self.contributors:
            raise NotAContributor
        self.trigger_event(self.ContributorReleased, person_id=person_id)
