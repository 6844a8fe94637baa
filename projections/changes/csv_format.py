"""Renders changes as CSV (RFC 4180, with a byte order mark for Excel), one row per change; no cell can be a formula."""

import csv
import io
import json

from okr_events.json_types import JsonObject
from projections.documents.formula_escaping import escape_formula
from projections.text.labels import single_line

COLUMNS = (
    *("position", "recorded_at", "kind", "sentence", "actor", "actor_name", "reason", "subject_type", "subject_id"),
    *("subject_title", "unit_id", "cycle_id", "objective_id", "key_result_id", "link_kind", "direction", "before", "after"),
    *("progress_before", "progress_after", "effects", "more_effects", "check_in_author", "check_in_author_name", "measured_on"),
    *("days_back", "days_later", "days_after_cycle", "after_seal", "type", "correlation_id", "imported"),
)

JSON_COLUMNS = {"before", "after", "effects", "imported"}
BYTE_ORDER_MARK = "\ufeff"


def render(answer: JsonObject) -> str:
    """`before`, `after`, `effects` and `imported` are JSON; a cell that begins like a formula gets a leading apostrophe.

    Texts are on one line, without control characters and direction marks; in JSON those are escaped.
    """
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    for item in answer["items"]:
        cells = _cells(item)
        sheet.writerow([_escape(cells.get(column), column) for column in COLUMNS])
    return text.getvalue()


def _escape(value: object, column: str) -> str:
    text = "" if value is None else str(value)
    return escape_formula(text if column in JSON_COLUMNS else single_line(text))


def _cells(item: JsonObject) -> JsonObject:
    check_in, progress, subject = item["check_in"] or {}, item["progress"] or {}, item["subject"]
    return {
        **item,
        **subject,
        **check_in,
        **{f"subject_{name}": subject[name] for name in ("type", "id", "title")},
        **{name: item[name] for name in ("type", "recorded_at")},
        **{side: _json({name: values[side] for name, values in item["fields"].items()}) for side in ("before", "after")},
        "progress_before": progress.get("before"),
        "progress_after": progress.get("after"),
        "effects": _json(item["effects"]),
        "check_in_author": check_in.get("author"),
        "check_in_author_name": check_in.get("author_name"),
        "imported": _json(item["imported"]) if item["imported"] else None,
    }


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else "".join(map(_escape_invisible, text))


def _escape_invisible(character: str) -> str:
    return character if single_line(character) == character or character == " " else json.dumps(character)[1:-1]
