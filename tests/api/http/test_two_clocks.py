"""Two clocks: every read of the log says as of when, and what rests on measurements says up to which day they count."""

import pytest

REGISTER = ("/v1/people", "/v1/people/{person_id}", "/v1/tokens", "/v1/tokens/{token_id}", "/v1/access-log")
REGISTER += ("/v1/calendars", "/v1/calendars/{calendar_id}", "/v1/calendars/{secret}.ics")
LOG = ("/v1/events", "/v1/ledger/")
BETWEEN = ("/v1/changes",)
"""Reads that say from when to when, in place of `as_of`."""
MEASURED = {"progress", "health"}
UNMEASURED = {"/v1/cycles/{cycle_id}/seal": "what was fixed"}


@pytest.fixture(scope="module")
def document(installation):
    return installation.app.test_client().get("/openapi.json").json


@pytest.fixture(scope="module")
def reads_told(document):
    """What the document says of every read, by its path."""
    return {path: parts["get"] for path, parts in document["paths"].items() if path.startswith("/v1") and "get" in parts}


def parameters(read):
    assert not [part for part in read["parameters"] if "$ref" in part], "parameters stand in place"
    return {part["name"]: part for part in read["parameters"] if part["in"] == "query"}


def shows(document, part, names, seen=()):
    """Whether a schema has a property with one of the names, at any depth."""
    if isinstance(part, list):
        return any(shows(document, each, names, seen) for each in part)
    if not isinstance(part, dict):
        return False
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return name not in seen and shows(document, document["components"]["schemas"][name], names, (*seen, name))
    return bool(names & part.get("properties", {}).keys()) or shows(document, list(part.values()), names, seen)


def test_every_read_of_the_log_takes_as_of_written_in_place(reads_told):
    past = {path for path in reads_told if path not in REGISTER and not path.startswith(LOG)}
    assert len(past) > 25
    for path in past:
        named = parameters(reads_told[path])
        wanted = {"from", "to"} if path in BETWEEN else {"as_of"}
        assert wanted <= named.keys(), path
        for name in wanted:
            assert named[name]["schema"]["type"] == "string", path
        assert "`position:N`" in named[min(wanted)]["description"], path


def test_reads_of_the_register_and_of_the_log_itself_take_none(reads_told):
    for path in reads_told:
        if path in REGISTER or path.startswith(LOG):
            assert "as_of" not in parameters(reads_told[path]), path
    assert set(REGISTER) <= reads_told.keys()


def test_every_read_that_rests_on_measurements_takes_effective_on(document, reads_told):
    measured = {
        path: parameters(read)
        for path, read in reads_told.items()
        if shows(document, read["responses"]["200"]["content"], MEASURED)
    }
    assert len(measured) > 8
    for path, named in measured.items():
        if path not in UNMEASURED:
            assert named["effective_on"]["schema"]["format"] == "date", path
