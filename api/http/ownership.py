"""Ownership: what a member may change. Each guard takes the stores, the caller and the ids in the path or the body.

Guards raise `NotOwner` or `OwnerNotSelf` (403). They pass ids in the body that do not exist: the command refuses those.
"""

from uuid import UUID

from api.operations.stores import Stores
from okr_events.commands.application import OKRApplication
from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.decimals import ONE, parse_decimal
from okr_events.domain.errors import Forbidden
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.json_types import Json, JsonObject
from okr_events.register.tokens import Role, Token


class NotOwner(Forbidden):
    code = "not-yours"
    title = "Members can only change objectives and key results that they own."


class OwnerNotSelf(Forbidden):
    code = "not-your-name"
    title = "Members can only create objectives that they own: set owner to your own id."


def require_objective_owner(stores: Stores, caller: Token, objective_id: UUID, _: JsonObject) -> None:
    _require_owner(caller, stores.okrs.load(Objective, objective_id).owner)


def require_key_result_owner(stores: Stores, caller: Token, key_result_id: UUID, _: JsonObject) -> None:
    _require_owner(caller, *_owners(stores.okrs, key_result_id))


def require_alignment_owner(stores: Stores, caller: Token, alignment_id: UUID, _: JsonObject) -> None:
    """The owner of the child or of the parent."""
    link = stores.okrs.load(Alignment, alignment_id)
    _require_owner(caller, *_owners(stores.okrs, link.child_id), *_owners(stores.okrs, link.parent_id))


def require_alignment_change_owner(stores: Stores, caller: Token, alignment_id: UUID, body: JsonObject) -> None:
    """The parent's owner for the weight, which its progress depends on; the child's owner for the capacity it requests."""
    link = stores.okrs.load(Alignment, alignment_id)
    if "capacity" in body:
        require_objective_owner(stores, caller, link.child_id, body)
    if "weight" in body or "capacity" not in body:
        _require_owner(caller, *_owners(stores.okrs, link.parent_id))


def require_alignment_parent_owner(stores: Stores, caller: Token, alignment_id: UUID, _: JsonObject) -> None:
    _require_owner(caller, *_owners(stores.okrs, stores.okrs.load(Alignment, alignment_id).parent_id))


def require_target_objective_owner(stores: Stores, caller: Token, _: UUID, body: JsonObject) -> None:
    """The owner of the objective that the body names."""
    objective_id = _parse_uuid(body.get("objective_id"))
    if objective_id and stores.okrs.exists(Objective, objective_id):
        require_objective_owner(stores, caller, objective_id, body)


def require_new_alignment_owner(stores: Stores, caller: Token, _: UUID, body: JsonObject) -> None:
    """The child's owner; also the parent's when the link has a weight other than 1 or inherits a key result."""
    child_id, parent_id = _parse_uuid(body.get("child_id")), _parse_uuid(body.get("parent_id"))
    if child_id and stores.okrs.exists(Objective, child_id):
        require_objective_owner(stores, caller, child_id, body)
    if parent_id and (_is_custom_weight(body.get("weight")) or body.get("kind") == AlignmentKind.EXPLICIT):
        owners = _owners(stores.okrs, parent_id)
        if owners:
            _require_owner(caller, *owners)


def _is_custom_weight(weight: Json) -> bool:
    try:
        return weight is not None and parse_decimal(weight) != ONE
    except ValueError:
        return False


def require_initiative_owner(stores: Stores, caller: Token, initiative_id: UUID, _: JsonObject) -> None:
    """The owner of the initiative, of its key result or of the objective."""
    initiative = stores.okrs.load(Initiative, initiative_id)
    _require_owner(caller, initiative.owner, *_owners(stores.okrs, initiative.key_result_id))


def require_self_as_owner(_: Stores, caller: Token, __: UUID, body: JsonObject) -> None:
    if caller.role is Role.MEMBER and _parse_uuid(body.get("owner")) != caller.person_id:
        raise OwnerNotSelf


def _owners(okrs: OKRApplication, id: UUID) -> list[UUID | None]:
    """The owners of an objective, of a priority, or of a key result and its objective; empty when nothing has the id."""
    if okrs.exists(Objective, id):
        return [okrs.load(Objective, id).owner]
    if okrs.exists(Priority, id):
        return [okrs.load(Priority, id).owner]
    if not okrs.exists(KeyResult, id):
        return []
    key_result = okrs.load(KeyResult, id)
    return [key_result.owner, okrs.load(Objective, key_result.objective_id).owner]


def _require_owner(caller: Token, *owners: UUID | None) -> None:
    if caller.role is Role.MEMBER and caller.person_id not in owners:
        raise NotOwner


def _parse_uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
