"""Commands about check-ins."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

from eventsourcing.domain import CanMutateAggregate

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retry_on_conflict
from okr_events.domain.check_ins import WITHDRAWABLE
from okr_events.domain.errors import Invalid, Refused
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.constraints import Constraint
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import AcceptsCheckIns, NotInherited
from okr_events.json_types import Json, JsonObject


class CheckInCommands(RecordingApplication):
    @retry_on_conflict
    def check_in(self, intent: Intent, key_result_id: UUID, **fields: Json) -> CommandResult:
        with self.stream_lock(key_result_id):
            key_result = self.load(KeyResult, key_result_id)
            with self._check_version(intent, key_result):
                id = key_result.check_in(today=self.today(), **self._prepare_fields(intent, fields))
            constraints = _check_in_constraints([key_result], (key_result_id, fields))
            return self._commit(intent, key_result, status=201, resource=(id, 1), constraints=constraints)

    @retry_on_conflict
    def check_in_batch(self, intent: Intent, check_ins: Sequence[JsonObject]) -> CommandResult:
        """Record up to 500 check-ins in their order, all or none."""
        key_results: dict[UUID, KeyResult] = {}
        events: list[CanMutateAggregate[UUID]] = []
        refusals: list[Refused] = []
        today = self.today()
        for index, fields in enumerate(check_ins):
            with _locate_errors(f"/check_ins/{index}", refusals):
                id = fields["key_result_id"]
                if id not in key_results:
                    key_results[id] = self.load_referenced(KeyResult, id, "/key_result_id")
                own_fields = {name: value for name, value in fields.items() if name != "key_result_id"}
                key_results[id].check_in(today=today, **self._prepare_fields(intent, own_fields))
                events.extend(key_results[id].collect_events())
        if refusals:
            raise refusals[0]
        constraints = _check_in_constraints(key_results.values(), *((fields["key_result_id"], fields) for fields in check_ins))
        return self._commit(intent, *events, status=201, resource=(None, None), constraints=constraints)

    @retry_on_conflict
    def correct_check_in(self, intent: Intent, key_result_id: UUID, id: UUID, **fields: Json) -> CommandResult:
        key_result = self.load(KeyResult, key_result_id)
        intent.require_reason()
        version = key_result.get_check_in(id)["version"]
        with self._check_version(intent, key_result, ("check-in", version)):
            withdrawn = [name for name in WITHDRAWABLE if name in fields and fields[name] is None]
            prepared = self._prepare_fields(intent, fields)
            key_result.correct_check_in(id, today=self.today(), withdrawn=withdrawn, **prepared)
        constraints = _check_in_constraints([key_result], (key_result_id, fields))
        return self._commit(intent, key_result, resource=(id, version + 1), constraints=constraints)

    @retry_on_conflict
    def retract_check_in(self, intent: Intent, key_result_id: UUID, id: UUID) -> CommandResult:
        key_result = self.load(KeyResult, key_result_id)
        intent.require_reason()
        version = key_result.get_check_in(id)["version"]
        with self._check_version(intent, key_result, ("check-in", version)):
            key_result.retract_check_in(id)
        return self._commit(intent, key_result, resource=(id, version + 1), constraints=_check_in_constraints([key_result]))

    def _prepare_fields(self, intent: Intent, fields: JsonObject) -> JsonObject:
        """The fields of a check-in with its texts as the actor's, and an id for every blocker."""
        prepared = fields | {"note": intent.authored_text(fields.get("note"))}
        for name in ("wins", "next_steps"):
            if fields.get(name) is not None:
                prepared[name] = [intent.authored_text(text) for text in fields[name]]
        if fields.get("blockers") is not None:
            for index, blocker in enumerate(fields["blockers"]):
                self._check_owner(blocker.get("owner"), f"/blockers/{index}/owner")
            prepared["blockers"] = [
                {"id": uuid4(), **blocker, "text": intent.authored_text(blocker["text"])} for blocker in fields["blockers"]
            ]
        return prepared


def _check_in_constraints(key_results: Iterable[KeyResult], *check_ins: tuple[UUID, JsonObject]) -> list[Constraint]:
    """The key results accept check-ins, and no objective inherits one whose check-in states a value or milestones."""
    accepted = {AcceptsCheckIns(key_result.objective_id, key_result.cycle_id) for key_result in key_results}
    ids = {id for id, fields in check_ins if fields.get("value") is not None or fields.get("milestones") is not None}
    return [*accepted, *([NotInherited(tuple(ids))] if ids else [])]


@contextmanager
def _locate_errors(pointer: str, refusals: list[Refused]) -> Iterator[None]:
    """Add the pointer of a row to its errors; collect `Refused` ones, which are raised after all rows are checked."""
    try:
        yield
    except Invalid as error:
        error.pointer = pointer + error.pointer
        raise
    except Refused as error:
        error.detail = f"{pointer}: {error.detail}"
        refusals.append(error)
