"""Objectives: qualitative goals of a unit in a cycle."""

from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.base_events import FieldsChanged, StateChanged, change_fields, given
from okr_events.domain.errors import EmptyInput, ObjectiveEnded, Refused
from okr_events.domain.values import Commitment, ProgressDriver, new_id


class AlreadyAgreed(Refused):
    code = "agreed-already"
    title = "The objective is already agreed."


class NotAgreed(Refused):
    code = "not-agreed"
    title = "The objective is still a draft. Agree to it or cancel it."


class Objective(Aggregate):
    TOPIC = "Objective"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        """Version 1 had no drafts."""

        TOPIC = "Objective.Created"
        class_version = 2
        cycle_id: UUID
        unit_id: UUID
        title: str
        description: str | None
        owner: UUID | None
        commitment: str
        urgent: bool
        important: bool
        progress_driver: str
        draft: bool

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state["draft"] = False

    class Agreed(StateChanged):
        TOPIC = "Objective.Agreed"
        STATE = "agreed"
        agreed_by: list[UUID]

    class Renamed(FieldsChanged):
        TOPIC = "Objective.Renamed"
        title: str

    class Described(FieldsChanged):
        TOPIC = "Objective.Described"
        description: str | None

    class CommitmentChanged(FieldsChanged):
        TOPIC = "Objective.CommitmentChanged"
        commitment: str

    class Prioritised(FieldsChanged):
        TOPIC = "Objective.Prioritised"
        urgent: bool
        important: bool

    class ProgressDriverChanged(FieldsChanged):
        TOPIC = "Objective.ProgressDriverChanged"
        progress_driver: str

    class WeightsSet(Aggregate.Event):
        """Several weights were set together; the events of the key results and links hold the values."""

        TOPIC = "Objective.WeightsSet"

    class Reassigned(FieldsChanged):
        TOPIC = "Objective.Reassigned"
        owner: UUID

    class Cancelled(StateChanged):
        TOPIC = "Objective.Cancelled"
        STATE = "cancelled"

    class Closed(StateChanged):
        TOPIC = "Objective.Closed"
        STATE = "closed"

    @classmethod
    def create(
        cls,
        *,
        cycle_id: UUID,
        unit_id: UUID,
        title: str,
        description: str | None = None,
        owner: UUID | None = None,
        commitment: Commitment = Commitment.ASPIRATIONAL,
        urgent: bool = False,
        important: bool = False,
        progress_driver: ProgressDriver = ProgressDriver.KEY_RESULTS,
        draft: bool = False,
    ) -> "Objective":
        return cls(
            cycle_id=cycle_id,
            unit_id=unit_id,
            title=title,
            description=description,
            owner=owner,
            commitment=commitment.value,
            urgent=urgent,
            important=important,
            progress_driver=progress_driver.value,
            draft=draft,
        )

    def agree(self, agreed_by: list[UUID]) -> None:
        self.check_live()
        if self.state != "draft":
            raise AlreadyAgreed
        self.trigger_event(self.Agreed, agreed_by=list(dict.fromkeys(agreed_by)))

    def change(self, **fields: object) -> None:
        """Change the given fields; null clears the description."""
        if not fields:
            raise EmptyInput("")
        self.check_live()
        change_fields(self, self.Renamed, **given(fields, "title"))
        change_fields(self, self.Described, **given(fields, "description"))
        change_fields(self, self.CommitmentChanged, **given(fields, "commitment"))
        change_fields(self, self.Prioritised, **given(fields, "urgent", "important"))
        change_fields(self, self.ProgressDriverChanged, **given(fields, "progress_driver"))

    def reassign(self, owner: UUID) -> None:
        self.check_live()
        change_fields(self, self.Reassigned, owner=owner)

    def set_weights(self) -> None:
        self.check_live()
        self.trigger_event(self.WeightsSet)

    def cancel(self) -> None:
        self.check_live()
        self.trigger_event(self.Cancelled)

    def close(self) -> None:
        """Close the objective before its cycle; it still counts in every roll-up."""
        self.check_live()
        if self.state == "draft":
            raise NotAgreed
        self.trigger_event(self.Closed)

    def check_live(self) -> None:
        if self.state in {"cancelled", "closed"}:
            raise ObjectiveEnded

    @event(Created)
    def __init__(
        self,
        cycle_id: UUID,
        unit_id: UUID,
        title: str,
        description: str | None,
        owner: UUID | None,
        commitment: str,
        urgent: bool,
        important: bool,
        progress_driver: str,
        draft: bool,
    ) -> None:
        self.cycle_id = cycle_id
        self.unit_id = unit_id
        self.title = title
        self.description = description
        self.owner = owner
        self.commitment = commitment
        self.urgent = urgent
        self.important = important
        self.progress_driver = progress_driver
        self.state = "draft" if draft else "agreed"
