"""Flattens rows to plain fields, and compares two versions of a row."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

import orjson

from okr_events.domain.values import focus
from okr_events.json_types import Json, JsonObject
from projections.store.tables import RowValues

EXCLUDED_COLUMNS = {
    *("id", "from_position", "to_position", "created", "version", "closed", "format", "rules"),
    *("author", "changed_by", "reason"),
}
"""Columns about the recording of a row, as all are that end with `_at`; the items of an answer have members for these."""
OBJECT_COLUMNS = {"metric", "policy", "cadence"}
LIST_COLUMNS = {"agreed_by", "milestones"}
ENCRYPTED_COLUMNS = {"note", "agreement", "root_cause", "contribution"}
ENCRYPTED_LIST_COLUMNS = {"wins", "next_steps"}
BOOLEAN_COLUMNS = {"urgent", "important", "retracted"}
PERSON_COLUMNS = {"owner", "person_id", "agreed_by"}
REFERENCE_COLUMNS = PERSON_COLUMNS | {"parent_id", "child_id", "unit_id", "cycle_id", "objective_id", "key_result_id", "origin"}
Fields = JsonObject


def flatten_row(row: RowValues | None) -> Fields:
    """The fields of a row by column, with dotted names for the parts of JSON objects and with encrypted texts."""
    if row is None:
        return {}
    included = (column for column in row if column not in EXCLUDED_COLUMNS and not column.endswith("_at"))
    fields = {name: part for column in included for name, part in _flatten_column(str(column), row[column])}
    if "urgent" in row:
        fields["focus"] = focus(urgent=bool(row["urgent"]), important=bool(row["important"]))
    return fields


def _flatten_column(column: str, value: Json) -> Iterator[tuple[str, Json]]:
    if value is None:
        yield column, None
    elif column in OBJECT_COLUMNS:
        yield from _flatten_json(column, orjson.loads(value))
    elif column in LIST_COLUMNS:
        yield column, orjson.loads(value)
    elif column in ENCRYPTED_COLUMNS:
        yield column, {"sealed": value}
    elif column in ENCRYPTED_LIST_COLUMNS:
        yield column, [{"sealed": token} for token in orjson.loads(value)]
    elif column == "blockers":
        yield column, [{**blocker, "text": {"sealed": blocker["text"]}} for blocker in orjson.loads(value)]
    else:
        yield column, bool(value) if column in BOOLEAN_COLUMNS else value


def _flatten_json(name: str, part: Json) -> Iterator[tuple[str, Json]]:
    if not isinstance(part, dict):
        yield name, part
        return
    for key, value in part.items():
        yield from _flatten_json(f"{name}.{key}", value)


def diff_fields(before: Fields, after: Fields) -> dict[str, Fields]:
    """The fields that differ, each with its two values; null where one side has no such field."""
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def referenced_ids(fields: Mapping[str, Fields], columns: AbstractSet[str]) -> Iterator[str]:
    """The ids in the fields of these columns."""
    for name in columns & fields.keys():
        for value in fields[name].values():
            yield from value if isinstance(value, list) else [value] if value else []
