"""Commands about check-ins."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.domain import CanMutateAggregate

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retry_on_conflict
from okr_events.domain.errors import Invalid, Refused
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.closing_constraints import AcceptsCheckIns
from okr_events.event_log.constraints import Constraint, NotInherited
from okr_events.event_log.idempotency import CommandResult


class CheckInCommands(RecordingApplication):
    @retry_on_conflict
    def check_in(self, intent: Intent, key_result_id: UUID, **fields: Any) -> CommandResult:
        with self.stream_lock(key_result_id):
            key_result = self.load(KeyResult, key_result_id)
            with self._check_version(intent, key_result):
                id = key_result.check_in(today=self.today(), **self._prepare_fields(intent, fields))
            own = _not_inherited_constraints([(key_result_id, fields)])
            return self._commit_check_in(intent, key_result, status=201, about=(id, 1), constraints=own)

    @retry_on_conflict
    def check_in_batch(self, intent: Intent, check_ins: Sequence[dict[str, Any]]) -> CommandResult:
        """Record up to 500 check-ins, all or none, in their order."""
        loaded: dict[UUID, KeyResult] = {}
        events: list[CanMutateAggregate[UUID]] = []
        refused: list[Refused] = []
        today = self.today()
        for index, fields in enumerate(check_ins):
            with _locate_errors(f"/check_ins/{index}", refused):
                id = fields["key_result_id"]
                key_result = loaded.setdefault(id, loaded.get(id) or self.load_referenced(KeyResult, id, "/key_result_id"))
                rest = {name: value for name, value in fields.items() if name != "key_result_id"}
                key_result.check_in(today=today, **self._prepare_fields(intent, rest))
                events.extend(key_result.collect_events())
        if refused:
            raise refused[0]
        heard = [AcceptsCheckIns(*place) for place in {(k.objective_id, k.cycle_id) for k in loaded.values()}]
        own = _not_inherited_constraints([(fields["key_result_id"], fields) for fields in check_ins])
        return self._commit(intent, *events, status=201, about=(None, None), constraints=[*heard, *own])

    @retry_on_conflict
    def correct_check_in(self, intent: Intent, key_result_id: UUID, id: UUID, **fields: Any) -> CommandResult:
        key_result = self.load(KeyResult, key_result_id)
        intent.require_reason()
        version = key_result.get_check_in(id)["version"]
        with self._check_version(intent, key_result, (id, version)):
            key_result.correct_check_in(id, today=self.today(), **self._prepare_fields(intent, fields))
        own = _not_inherited_constraints([(key_result_id, fields)])
        return self._commit_check_in(intent, key_result, about=(id, version + 1), constraints=own)

    @retry_on_conflict
    def retract_check_in(self, intent: Intent, key_result_id: UUID, id: UUID) -> CommandResult:
        key_result = self.load(KeyResult, key_result_id)
        intent.require_reason()
        version = key_result.get_check_in(id)["version"]
        with self._check_version(intent, key_result, (id, version)):
            key_result.retract_check_in(id)
        return self._commit_check_in(intent, key_result, about=(id, version + 1))

    def _commit_check_in(
        self, intent: Intent, key_result: KeyResult, *, constraints: Sequence[Constraint] = (), **how: Any
    ) -> CommandResult:
        """Record what was reported while that is taken."""
        heard = AcceptsCheckIns(key_result.objective_id, key_result.cycle_id)
        return self._commit(intent, key_result, constraints=[heard, *constraints], **how)

    def _prepare_fields(self, intent: Intent, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a check-in with its texts as words of the actor, and an id for every blocker."""
        words = dict(fields)
        words["note"] = intent.authored_text(fields.get("note"))
        for name in ("wins", "next_steps"):
            if fields.get(name) is not None:
                words[name] = [intent.authored_text(text) for text in fields[name]]
        for index, blocker in enumerate(fields.get("blockers") or ()):
            self._check_owner(blocker.get("owner"), f"/blockers/{index}/owner")
        if fields.get("blockers") is not None:
            words["blockers"] = [
                {"id": uuid4(), **blocker, "text": intent.authored_text(blocker["text"])} for blocker in fields["blockers"]
            ]
        return words


def _not_inherited_constraints(said: Sequence[tuple[UUID, dict[str, Any]]]) -> list[NotInherited]:
    """Whoever states a value states it of a key result that no objective has inherited."""
    stating = {id for id, fields in said if fields.get("value") is not None or fields.get("milestones") is not None}
    return [NotInherited(tuple(stating))] if stating else []


@contextmanager
def _locate_errors(pointer: str, refused: list[Refused]) -> Iterator[None]:
    """Say of what is wrong in a row of a batch which row it was; what only its state refuses waits for the other rows."""
    try:
        yield
    except Invalid as error:
        error.pointer = pointer + error.pointer
        raise
    except Refused as error:
        error.detail = f"{pointer}: {error.detail}"
        refused.append(error)
