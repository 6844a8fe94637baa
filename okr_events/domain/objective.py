"""Objectives: qualitative goals of a unit in a cycle."""

from typing import Any
from uuid import UUID

from eventsourcing.domain import Aggregate, event

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

    class Agreed(Aggregate.Event):
        TOPIC = "Objective.Agreed"
        agreed_by: list[UUID]

    class Renamed(Aggregate.Event):
        TOPIC = "Objective.Renamed"
        title: str

    class Described(Aggregate.Event):
        TOPIC = "Objective.Described"
        description: str

    class CommitmentChanged(Aggregate.Event):
        TOPIC = "Objective.CommitmentChanged"
        commitment: str

    class Prioritised(Aggregate.Event):
        TOPIC = "Objective.Prioritised"
        urgent: bool
        important: bool

    class ProgressDriverChanged(Aggregate.Event):
        TOPIC = "Objective.ProgressDriverChanged"
        progress_driver: str

    class WeightsSet(Aggregate.Event):
        """Several weights were set together; the events of the key results and links hold the values."""

        TOPIC = "Objective.WeightsSet"

    class Reassigned(Aggregate.Event):
        TOPIC = "Objective.Reassigned"
        owner: UUID

    class Cancelled(Aggregate.Event):
        TOPIC = "Objective.Cancelled"

    class Closed(Aggregate.Event):
        TOPIC = "Objective.Closed"

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
        self._agreed(agreed_by=list(dict.fromkeys(agreed_by)))

    def change(self, **fields: Any) -> None:
        """Change the given fields; null fields stay."""
        if all(value is None for value in fields.values()):
            raise EmptyInput("")
        self.check_live()
        if (title := fields.get("title")) not in (None, self.title):
            self._renamed(title=title)
        if (description := fields.get("description")) not in (None, self.description):
            self._described(description=description)
        if (commitment := fields.get("commitment")) not in (None, self.commitment):
            self._commitment_changed(commitment=str(commitment))
        self._prioritise(fields.get("urgent"), fields.get("important"))
        if (driver := fields.get("progress_driver")) not in (None, self.progress_driver):
            self._progress_driver_changed(progress_driver=str(driver))

    def _prioritise(self, urgent: bool | None, important: bool | None) -> None:
        axes = (self.urgent if urgent is None else urgent, self.important if important is None else important)
        if axes != (self.urgent, self.important):
            self._prioritised(urgent=axes[0], important=axes[1])

    def reassign(self, owner: UUID) -> None:
        self.check_live()
        if owner != self.owner:
            self._reassigned(owner=owner)

    def set_weights(self) -> None:
        self.check_live()
        self._weights_set()

    def cancel(self) -> None:
        self.check_live()
        self._cancelled()

    def close(self) -> None:
        """Close the objective before its cycle; it still counts in every roll-up."""
        self.check_live()
        if self.state == "draft":
            raise NotAgreed
        self._closed()

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

    @event(Agreed)
    def _agreed(self, agreed_by: list[UUID]) -> None:
        self.state = "agreed"

    @event(Renamed)
    def _renamed(self, title: str) -> None:
        self.title = title

    @event(Described)
    def _described(self, description: str) -> None:
        self.description = description

    @event(CommitmentChanged)
    def _commitment_changed(self, commitment: str) -> None:
        self.commitment = commitment

    @event(Prioritised)
    def _prioritised(self, urgent: bool, important: bool) -> None:
        self.urgent = urgent
        self.important = important

    @event(ProgressDriverChanged)
    def _progress_driver_changed(self, progress_driver: str) -> None:
        self.progress_driver = progress_driver

    @event(WeightsSet)
    def _weights_set(self) -> None:
        pass

    @event(Reassigned)
    def _reassigned(self, owner: UUID) -> None:
        self.owner = owner

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.state = "cancelled"

    @event(Closed)
    def _closed(self) -> None:
        self.state = "closed"
