"""Builds a report part by part, with its texts decrypted and the names of people and units added."""

from collections.abc import Callable, Iterator, Sequence

from okr_events.json_types import Json, JsonObject
from okr_events.register.encryption_keys import ERASED_TEXT
from projections.reports.context import ReportContext
from projections.store.tables import UnitRow

Report = JsonObject
PartBuilder = Callable[[ReportContext], Report]
ProgressCallback = Callable[[], object]
ID_FIELDS = {"owner", "author", "actor", "participants", "unit_id"}


def build_report(context: ReportContext, header: Report, parts: Sequence[PartBuilder], done: ProgressCallback) -> Report:
    """The header and all parts; `done` is called after each part."""
    report = header
    for part in parts:
        report = report | context.decrypt(part(context))
        done()
    return _with_names(context, report)


def _with_names(context: ReportContext, report: JsonObject) -> JsonObject:
    """The report with `names` by id. A unit is listed with its name at the end, or its present name if it is newer."""
    ids = set(_collect_ids(report))
    people = context.resolve_names(ids)
    units = {row.id: row.name for row in (*context.fetch_rows(UnitRow), *context.units_by_id.values())}
    return {**report, "names": {id: units.get(id) or people.get(id, ERASED_TEXT) for id in sorted(ids)}}


def _collect_ids(value: Json, *, role: bool = False) -> Iterator[str]:
    """The ids in the members of `ID_FIELDS`, also inside lists and objects."""
    parts = value.items() if isinstance(value, dict) else ((None, part) for part in value)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from _collect_ids(part, role=role or name in ID_FIELDS)
        elif isinstance(part, str) and (role or name in ID_FIELDS):
            yield part
