"""Reviews and decisions as answers show them: words opened, authors named, adjustments in sentences."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.http import responses
from api.http.context import stores
from api.representations import resources
from projections.event_catalog import describe_event
from projections.moment import Moment
from projections.queries import fact_history
from projections.queries import reviews as reviewing
from projections.store import lookups
from projections.store.batching import batches
from projections.store.tables import DecisionRow, ReviewRow, facts
from projections.text.names import NameHistory

FACT_FIELDS = ("position", "recorded_at", "type", "subject_id", "actor", "reason")


def review(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_reviews(connection, moment, [lookups.fetch_row(connection, ReviewRow, id, moment.position)])[0]


def serialize_reviews(connection: Connection, moment: Moment, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Reviews with their decisions and adjustments."""
    made = reviewing.fetch_decisions(connection, moment.position, [row.id for row in rows])
    shapes = responses.decrypt([reviewing.serialize_review(row, made[row.id], moment.today) for row in rows])
    events = _describe_events(connection, moment, {position for shape in shapes for position in shape["adjustments"]})
    told: list[dict[str, Any]] = resources.with_person_names(
        [{**shape, "adjustments": [events[position] for position in shape["adjustments"]]} for shape in shapes]
    )
    return told


def decision(connection: Connection, moment: Moment, id: UUID) -> dict[str, Any]:
    return serialize_decisions(moment, [lookups.fetch_row(connection, DecisionRow, id, moment.position)])[0]


def serialize_decisions(moment: Moment, rows: Iterable[Any]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = resources.with_person_names(
        responses.decrypt([reviewing.serialize_decision(row, moment.today) for row in rows])
    )
    return told


def _describe_events(connection: Connection, moment: Moment, positions: Collection[int]) -> dict[int, dict[str, Any]]:
    """Events by their positions; a reason stands beside the sentence, not in it."""
    found = responses.decrypt(list(_fetch_facts(connection, moment, positions)))
    naming = NameHistory(connection, {})
    naming.preload(set(_nested_ids([[fact["subject_id"], fact["fields"]] for fact in found])))
    before = {fact["position"]: naming.fields_before(fact) for fact in found}
    naming.people = _person_names([[fact["actor"], fact["fields"], before[fact["position"]]] for fact in found])
    return {
        fact["position"]: {name: fact[name] for name in FACT_FIELDS}
        | {
            "sentence": describe_event({**fact, "reason": None}, naming.names_at(fact["position"]), before[fact["position"]])
            + "."
        }
        for fact in found
    }


def _person_names(value: Any) -> dict[str, str]:
    """The names of all people whose ids are inside."""
    return {str(id): name for id, name in stores().register.people.names_by_id({UUID(id) for id in _nested_ids(value)}).items()}


def _fetch_facts(connection: Connection, moment: Moment, positions: Collection[int]) -> Iterator[dict[str, Any]]:
    mapper, upto = stores().okrs.mapper, moment.position
    for some in batches(positions):
        chosen = facts.c.position.in_(some)
        yield from fact_history.fetch_history(connection, mapper, chosen, position=upto, after=0, limit=len(some))


def _nested_ids(value: Any) -> Iterator[str]:
    """Every id inside."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _nested_ids(part)
    elif isinstance(value, str):
        with suppress(ValueError):
            yield str(UUID(value))
