"""CloudEvents 1.0: facts of the log for other systems, in structured JSON format."""

import re
from urllib.parse import quote
from uuid import UUID

from eventsourcing.persistence import Mapper

from okr_events.event_log.hash_chain import RecordedEvent
from okr_events.event_log.merkle_store import hash_event
from okr_events.json_types import Json, JsonObject
from projections.queries.fact_history import serialize_fact

SOURCE_PREFIX = "urn:okr-events:log:"
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
IMPORT_ATTRIBUTES = {
    "file": "importedfile",
    "sha256": "importedsha256",
    "imported_at": "importedat",
    "recorded_at": "importedrecordedat",
    "times": "importedtimes",
}
"""The attributes for the source of an imported event."""


def serialize_ledger_fact(recorded: RecordedEvent, mapper: Mapper[UUID]) -> JsonObject:
    """A fact with its hashes in the ledger; text is still encrypted."""
    return {**serialize_fact(recorded, mapper), "ledger_hash": recorded.chain.hex(), "leaf_hash": hash_event(recorded).hex()}


def cloud_event(fact: JsonObject, log_name: str) -> JsonObject:
    """The CloudEvent of a fact with its text decrypted and its people's names.

    The `source` names the log: `source` and `id` together must be unique, also among the events of several installations.

    Null attributes are left out and control characters become spaces, since the specification allows neither (CloudEvents
    1.0.2, "Context Attributes" and "Type System"; JSON format, section 2.2). `data` holds texts unchanged. `sequence` is
    the position in 19 digits, since the extension requires texts that sort.
    """
    attributes = {
        "specversion": "1.0",
        "id": str(fact["position"]),
        "source": SOURCE_PREFIX + quote(log_name),
        "type": fact["type"],
        "subject": fact["subject_id"],
        "time": fact["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": f"{fact['position']:019}",
        "streamversion": fact["version"],
        "actor": fact["actor"],
        "actorname": fact["actor_name"],
        "reason": fact["reason"],
        "correlationid": fact["correlation_id"],
        "ledgerhash": fact["ledger_hash"],
        "leafhash": fact["leaf_hash"],
        **{IMPORT_ATTRIBUTES[name]: value for name, value in (fact["imported"] or {}).items() if name in IMPORT_ATTRIBUTES},
    }
    return {name: _replace_control_characters(value) for name, value in attributes.items() if value} | {"data": fact["fields"]}


def _replace_control_characters(value: Json) -> Json:
    return UNPRINTABLE.sub(" ", value) if isinstance(value, str) else value
