"""Two clocks: every read of the log states its moment, and reads of measurements state the day up to which they count."""

import pytest

REGISTER_PATHS = ("/v1/people", "/v1/people/{person_id}", "/v1/tokens", "/v1/tokens/{token_id}", "/v1/access-log")
REGISTER_PATHS += ("/v1/calendars", "/v1/calendars/{calendar_id}", "/v1/calendars/{secret}.ics")
LOG_PATHS = ("/v1/events", "/v1/ledger/")
RANGE_PATHS = ("/v1/changes",)
"""Reads with `from` and `to` in place of `as_of`."""
MEASURED = {"progress", "health"}
UNMEASURED = {"/v1/cycles/{cycle_id}/seal": "what was fixed"}


@pytest.fixture(scope="module")
def document(installation):
    return installation.app.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def documented_reads(document):
    """The documented reads, by path."""
    return {path: parts["get"] for path, parts in document["paths"].items() if path.startswith("/v1") and "get" in parts}


def parameters(read):
    assert not [part for part in read["parameters"] if "$ref" in part], "parameters stand in place"
    return {part["name"]: part for part in read["parameters"] if part["in"] == "query"}


def has_property(document, part, names, seen=()):
    """Whether a schema has a property with one of the names, at any depth."""
    if isinstance(part, list):
        return any(has_property(document, each, names, seen) for each in part)
    if not isinstance(part, dict):
        return False
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return name not in seen and has_property(document, document["components"]["schemas"][name], names, (*seen, name))
    return bool(names & part.get("properties", {}).keys()) or has_property(document, list(part.values()), names, seen)


def test_every_read_of_the_log_takes_as_of_written_in_place(documented_reads):
    past = {path for path in documented_reads if path not in REGISTER_PATHS and not path.startswith(LOG_PATHS)}
    assert len(past) > 25
    for path in past:
        named = parameters(documented_reads[path])
        wanted = {"from", "to"} if path in RANGE_PATHS else {"as_of"}
        assert wanted <= named.keys(), path
        for name in wanted:
            assert named[name]["schema"]["type"] == "string", path
        assert "`position:N`" in named[min(wanted)]["description"], path


def test_reads_of_the_register_and_of_the_log_itself_take_none(documented_reads):
    for path in documented_reads:
        if path in REGISTER_PATHS or path.startswith(LOG_PATHS):
            assert "as_of" not in parameters(documented_reads[path]), path
    assert set(REGISTER_PATHS) <= documented_reads.keys()


def test_every_read_that_rests_on_measurements_takes_effective_on(document, documented_reads):
    measured = {
        path: parameters(read)
        for path, read in documented_reads.items()
        if has_property(document, read["responses"]["200"]["content"], MEASURED)
    }
    assert len(measured) > 8
    for path, named in measured.items():
        if path not in UNMEASURED:
            assert named["effective_on"]["schema"]["format"] == "date", path
