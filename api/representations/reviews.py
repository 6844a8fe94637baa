"""The JSON of reviews and their decisions: decrypted, with names, and with adjustments as sentences."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from api.http.context import ReadContext
from api.representations.decryption import decrypt, decrypt_and_name, fetch_person_names, with_person_names
from api.representations.resource_json import first_of
from okr_events.json_types import Json, JsonObject
from projections.event_catalog import describe_event
from projections.queries import fact_history
from projections.queries import reviews as review_rows
from projections.store.batching import batches
from projections.store.tables import DecisionRow, ReviewRow, facts
from projections.text.names import NameHistory

FACT_FIELDS = ("position", "recorded_at", "type", "subject_id", "actor", "reason")


def serialize_reviews(context: ReadContext, rows: Sequence[ReviewRow]) -> list[JsonObject]:
    """Reviews with their decisions and adjustments."""
    decisions_by_id = review_rows.fetch_decisions(context.connection, context.position, [row.id for row in rows])
    today, register = context.moment.today, context.stores.register
    items = decrypt(register.keys, [review_rows.serialize_review(row, decisions_by_id[row.id], today) for row in rows])
    events = _describe_events(context, {position for item in items for position in item["adjustments"]})
    for item in items:
        item["adjustments"] = [events[position] for position in item["adjustments"]]
    return with_person_names(register.people, items)


def serialize_decisions(context: ReadContext, rows: Iterable[DecisionRow]) -> list[JsonObject]:
    items = [review_rows.serialize_decision(row, context.moment.today) for row in rows]
    return decrypt_and_name(context.stores.register, items)


review = first_of(ReviewRow, serialize_reviews)
decision = first_of(DecisionRow, serialize_decisions)


def _describe_events(context: ReadContext, positions: Collection[int]) -> dict[int, JsonObject]:
    """Events by position, each with a sentence; the reason stands beside the sentence, not in it."""
    register = context.stores.register
    events = decrypt(register.keys, list(_fetch_facts(context, positions)))
    names = NameHistory(context.connection, {})
    names.preload(set(_nested_ids([[fact["subject_id"], fact["fields"]] for fact in events])))
    before = {fact["position"]: names.fields_before(fact) for fact in events}
    person_ids = _nested_ids([[fact["actor"], fact["fields"], before[fact["position"]]] for fact in events])
    names.people = fetch_person_names(register.people, person_ids)
    return {fact["position"]: _describe_event(names, fact, before[fact["position"]]) for fact in events}


def _describe_event(names: NameHistory, fact: JsonObject, before: JsonObject) -> JsonObject:
    sentence = describe_event({**fact, "reason": None}, names.names_at(fact["position"]), before)
    return {name: fact[name] for name in FACT_FIELDS} | {"sentence": f"{sentence}."}


def _fetch_facts(context: ReadContext, positions: Collection[int]) -> Iterator[JsonObject]:
    mapper = context.stores.okrs.mapper
    for batch in batches(positions):
        condition = facts.c.position.in_(batch)
        span = {"position": context.position, "after": 0, "limit": len(batch)}
        yield from fact_history.fetch_history(context.connection, mapper, condition, None, **span)


def _nested_ids(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _nested_ids(part)
    elif isinstance(value, str):
        with suppress(ValueError):
            yield str(UUID(value))
