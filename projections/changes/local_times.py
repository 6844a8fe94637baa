"""The times of changes as people read them, for the formats that people read."""

from datetime import tzinfo

from okr_events.json_types import JsonObject
from projections.moment import local_time


def with_local_times(answer: JsonObject, zone: tzinfo) -> JsonObject:
    """The changes with the local times of a zone, each with its offset, instead of instants in UTC."""
    ends = {name: answer[name] | {"evaluated_at": local_time(answer[name]["evaluated_at"], zone)} for name in ("from", "to")}
    items = [item | {"recorded_at": local_time(item["recorded_at"], zone)} for item in answer["items"]]
    return {**answer, **ends, "items": items}
