"""What version 0.1.0 stored is still read, and every answer is the same but for its wording.

`record.py` says how the fixtures were made.
"""

import os
import tarfile
from contextlib import closing, contextmanager, nullcontext
from fnmatch import fnmatchcase
from hashlib import sha256

import pytest
from click.testing import CliRunner

from api.cli import okr as command_line
from api.operations.sealed_reports import make_report
from api.operations.settings import load_settings
from api.operations.stores import open_stores
from projections.queries.sealed_report import FORMAT_VERSION, RULES_VERSION
from tests.app_factory import create_app_over
from tests.compatibility.reading import HERE, TOKEN, ask, differences, read_fixture, read_problems

SENTENCES = ("sentence", "because")
"""Members whose text is made by the program: of changes, findings, facts of histories and reports; of explained numbers."""
SENTENCES_OF_PROBLEMS = ("title", "detail")
"""The same of an answer with a status from 400 on; elsewhere a title is what somebody entered."""
WORDING = ("description", "summary", "example", "examples", "title", "operationId", "tags", "externalDocs")
"""What the OpenAPI document says to people only."""
ONE_ANSWER = (
    *(f"GET /v1/adherence*: /answer*/{name}: * is * now" for name in ("on_time", "late", "missed", "pending", "adherence")),
    *(f"GET /v1/reports/*: /answer/adherence/*/{name}: * is * now" for name in ("on_time", "late", "missed", "pending")),
    "GET /v1/reports/*: /answer/adherence/*/adherence: * is * now",
    "GET /v1/*: /answer/*streak/*: * is * now",
    "*: the members *'late', 'missed', 'pending', * are *'late', 'missed', 'pending', 'done', * now",
    "*: the members *'late', 'missed', 'pending'? are *'late', 'missed', 'pending', 'done'? now",
    "/GET */properties: the members *'late', 'missed', 'on_time', * are *'done', *'late', 'missed', 'on_time', * now",
)
"""A check-in answers one due day, nothing is due for what has a score, and what is answered ahead is done."""
JUDGED_HEALTH = (
    "*: /answer*/health*: * is 'closed' now",
    *(f"GET /v1/*: /answer*/health{member}: 'outdated' is * now" for member in ("", "/effective", "/rule")),
    *(f"GET /v1/*: /answer*/health{member}: * is 'outdated' now" for member in ("", "/effective", "/rule")),
    "GET /v1/*/progress*: /answer/health/*rule: 'outdated' is * now",
    "GET /v1/*/progress*: /answer/health/*positions*: *",
    "GET /v1/*/progress*: /answer/health/decided_by*: *",
    "GET /v1/objectives/*/progress*: /answer/series/*/health: * is 'pending' now",
    "GET /v1/*/progress*: /answer/health/due: the members *'recorded_after'* are *'missed'* now",
    "/GET /v1/*/progress/*/due/properties: the members *'recorded_after'* are *'missed'* now",
    "GET /v1/reports/monthly*: /answer/health/effective*: *",
    "GET /v1/reports/monthly*: /answer/findings/*: *",
    "GET /v1/reports/*: /answer/progress/*: ? items are ? now",
    "GET /v1/findings*: /answer/items*: *",
    "GET /v1/findings*: /answer/scores/*: *",
)
"""Outdated is what missed its last overdue day, until the cycle is over; what has a score is closed."""
ONE_MEANING = (
    "*: the members *'late', *'after_seal', * are *'after_end', *'after_seal', * now",
    "*: the members *'late', 'corrections'* are *'after_end', 'corrections'* now",
    "*: the members *'late', 'corrected', * are *'after_end', 'corrected', * now",
    "*: the members *'scored_at', 'late', * are *'scored_at', 'after_end', * now",
    "/*/properties: the members *'late'* are *'after_end', * now",
    "/*/properties/late: the members ?'type'? are ?'deprecated', 'type'? now",
    "GET /v1/changes*: /answer/items/*/kind: 'late_check_in' is 'check_in_after_end' now",
    "GET /v1/changes*: /answer/summary/kinds: the members *'late_check_in'* are *'check_in_after_end'* now",
    "*GET /v1/reports/*: the members *'at_risk'* are *'not_on_track'* now",
    "GET /v1/*/progress*: /answer/*/periods/*: the members *'due_on', * are *'ends_on', * now",
    "GET /v1/reports/*: /answer/format: 1 is 2 now",
)
"""`late` is the state of a due day, at risk a status, and `due_on` a deadline but in the due list."""
DUE_ROWS = (
    "GET /v1/check-ins/due*: /answer/items*: *",
    "GET /v1/reports/*: /answer/due*: *",
    "GET /v1/reports/weekly*: /answer/names: the members *",
    "GET /v1/findings*: /answer/next: '200' is * now",
    *(f"/GET /v1/{path}/parameters/0/schema*" for path in ("findings", "check-ins/due")),
    "/GET /v1/*due/items/properties: the members *",
    "/GET /v1/check-ins/due/responses/*/items/properties: the members *",
)
"""The due list has one row per key result, and pages continue behind a sort key."""
DRIFT = (
    *(*ONE_ANSWER, *JUDGED_HEALTH, *ONE_MEANING, *DUE_ROWS),
    "/GET /v1/*/responses: the members *, '400', *",
    "/GET /v1/calendars/{secret}.ics/responses: the members *, '304', *",
    "/GET /v1/changes/responses/200/*/summary/properties/left_out/properties: the members *",
    "/GET /v1/*/progress/responses/200/*/inputs/additionalProperties/properties: the members *",
    "/GET /v1/*/progress/responses/200/*/progress/properties/raw/type: 'string' is *'null'* now",
    "/GET /v1/*/progress/responses/200/*/progress/properties/value/type: 'string' is *'null'* now",
    "* /v1/*: /answer/errors/?: the members *'pointer', *'parameter', *",  # errors name parameters and headers
    "* /v1/*: /answer/errors/?: the members *'pointer', *'header', *",
    "/*/errors/items/properties: the members *'pointer'* are *'header', 'parameter', 'pointer'* now",
    "/GET /v1/*/parameters/?: the members *'explode', *",  # state and type are lists
    "/GET /v1/*/parameters/?/schema: the members *'type'* are *'items', 'type'* now",
    "/GET /v1/*/parameters/?/schema/type: 'string' is 'array' now",
    "/GET /v1/*/parameters/*/schema: the members *'type'* are *'anyOf', 'maxLength', 'minLength', 'type'* now",  # moments
    "/* /v1/*/parameters/1/schema: the members *'type'* are *'pattern', 'type'* now",  # If-Match
    "/POST /v1/*/requestBody/*/type: * is *'null'* now",  # what is null in a POST is left out
    "/* /v1/*/responses: the members * are *'414', *",
    "/POST /v1/*/requestBody/*/type: 2 items are 3 now",
    "/POST /v1/*/requestBody/*/enum: ? items are ? now",
    "/POST /v1/*/requestBody/*: the members *'enum'* are *'anyOf'* now",
    "/* /v1/*check-ins*/responses/20?/*/properties/position/type: 'integer' is *'null'* now",
    # The document states the parts of a policy.
    "/* /v1/cycles*/requestBody/*/properties/policy: the members ?'additionalProperties', 'type'? are *, 'properties'? now",
    "*: the members [[]'detail', 'errors', 'instance', 'status', *] are *, 'instance', 'more_errors', 'status', * now",
    "*: the members *'time_zone', *'version'* are *'time_zone', 'time_zone_from', *'version'* now",
    "/PATCH /v1/units/*/requestBody/*: the members * are *'time_zone', 'time_zone_from', 'vision'] now",
    "/PATCH */requestBody/*/schema/properties/*/type: 'string' is *'string', 'null'* now",
    "/PATCH /v1/alignments/*/requestBody/*/properties/capacity/type: 2 items are 3 now",
    "/POST /v1/check-ins/*/correction/requestBody/*/properties/*/type: 'string' is *'string', 'null'* now",
    "/POST /v1/check-ins/*/correction/requestBody/*/properties/confidence/type: 2 items are 3 now",
    "/POST /v1/*check-ins*/requestBody/*/blockers/items/properties/owner/type: 'string' is *'null'* now",
    "GET /v1/events*: /answer/items/*/data: the members *'next_steps'[]] are *'next_steps', 'withdrawn'[]] now",
    "* /answer/items/*/fields: the members *'next_steps'[]] are *'next_steps', 'withdrawn'[]] now",
    # A seal names the version of the rules behind its numbers.
    "* /v1/*: /answer*: the members *'position', *'format', 'digest'* are *'rules'* now",
    "/* /v1/*: the members *'digest', 'format', 'position', 'recorded_at'* are *'rules'] now",
    # The source of a CloudEvent names the log.
    "GET /v1/events*: /answer/items/*/source: '/v1/events' is 'urn:okr-events:log:okr-events/*' now",
)
"""Patterns of differences that are meant, such as `GET /v1/units*: /answer/items/*/name: *`."""
GRAMMARS = ("decimal", "date")
"""The formats whose `pattern` the document states since."""
SAMPLE = 9
"""Each place is asked one in so many of the recorded requests."""


@contextmanager
def settings_of(folder, url=None):
    """The environment of an operator's shell."""
    own = {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": TOKEN} | ({"OKR_DATABASE_URL": url} if url else {})
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with pytest.MonkeyPatch.context() as shell:
        shell.setattr(os, "environ", kept | own)
        yield


def run_okr(*arguments):
    done = CliRunner().invoke(command_line, [str(each) for each in arguments], prog_name="okr")
    assert done.exit_code == 0, done.output
    return done.output


def unpack(name, folder):
    with tarfile.open(HERE / name) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module", params=["data", "backup on sqlite", "backup on postgres"])
def place(request, tmp_path_factory):
    """Settings of the data folder, or of an empty place on either engine into which the backup was restored."""
    folder = tmp_path_factory.mktemp("compatibility")
    made = request.getfixturevalue("new_database")() if request.param.endswith("postgres") else nullcontext()
    with made as url, settings_of(folder / "data", url):
        if request.param == "data":
            unpack("data.tar.xz", folder / "data")
        else:
            run_okr("restore", unpack("backup.tar.xz", folder) / "backup")
        yield load_settings()


@pytest.fixture(scope="module")
def client(place):
    with closing(open_stores(place)) as stores:
        yield create_app_over(stores).test_client()


@pytest.fixture
def exported(tmp_path):
    """The folder with the export, a checkpoint and the public keys."""
    return unpack("export.tar.xz", tmp_path)


def mask_sentences(value, names):
    """The value with `…` for each text, or list of texts, of a member with one of these names."""
    if isinstance(value, list):
        return [mask_sentences(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: "…" if name in names and is_text(part) else mask_sentences(part, names) for name, part in value.items()}


def is_text(value):
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(text, str) and text for text in texts)


def masked(told):
    names = SENTENCES_OF_PROBLEMS if told["status"] >= 400 else SENTENCES
    return told | {"answer": mask_sentences(told["answer"], names)}


def not_meant(found):
    return [each for each in found if not any(fnmatchcase(each, pattern) for pattern in DRIFT)]


def answer_differences(client, recorded):
    """Each recorded request is asked again."""
    for told in recorded:
        again = ask(client, {name: told[name] for name in told if name not in {"status", "answer"}})
        for each in differences(masked(told), masked(again)):
            yield f"{told['method']} {told['path']}: {each}"


@pytest.mark.usefixtures("place")
def test_doctor_finds_nothing_wrong(exported):
    run_okr("doctor", "--checkpoint", exported / "checkpoint", "--key", exported / "public-keys")


def test_the_export_is_verified(exported):
    run_okr("verify", exported / "export.ndjson", "--checkpoint", exported / "checkpoint", "--key", exported / "public-keys")


@pytest.mark.usefixtures("place")
def test_the_log_is_exported_byte_for_byte_as_it_was(exported, tmp_path):
    run_okr("export", "-o", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (exported / "export.ndjson").read_bytes()


def test_a_sample_of_the_answers_is_the_same_but_for_wording(client):
    assert not_meant(answer_differences(client, read_fixture("answers.json.xz")[::SAMPLE])) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["data"], indirect=True)
def test_every_answer_is_the_same_but_for_wording(client):
    assert not_meant(answer_differences(client, read_fixture("answers.json.xz"))) == []


def test_only_texts_are_masked():
    told = {"sentence": 1, "because": ["a", 2], "title": "Mine", "items": [{"sentence": "Said."}, {"because": None}]}
    assert mask_sentences(told, SENTENCES) == told | {"items": [{"sentence": "…"}, {"because": None}]}


def test_every_broken_rule_has_its_code_and_status():
    now = read_problems()
    found = (
        f"{code}: {problem['status']} is {now.get(code, {}).get('status')} now"
        for code, problem in read_fixture("problems.json.xz").items()
        if problem["status"] != now.get(code, {}).get("status")
    )
    assert not_meant(found) == []


@pytest.mark.parametrize("place", ["data"], indirect=True)
def test_the_openapi_document_is_the_same_but_for_wording(client):
    before, now = outline(read_fixture("openapi.json.xz")), outline(client.get("/openapi.json").json)
    assert not_meant(differences(before, now)) == []


def outline(document):
    """Every operation with its parameters, bodies and answers, by path and method: no wording, references resolved."""
    return {
        f"{method.upper()} {path}": without_wording(document, part | {"parameters": parameters(parts, part)})
        for path, parts in sorted(document["paths"].items())
        for method, part in sorted(parts.items())
        if method != "parameters"
    }


def parameters(*holders):
    """Those of a path and of an operation, by their place and name."""
    found = [parameter for holder in holders for parameter in holder.get("parameters", ())]
    return sorted(found, key=lambda parameter: (parameter["in"], parameter["name"]))


def without_wording(document, part, above=()):
    """A part of the document; a reference to a schema that holds it says how many references above that stands."""
    if isinstance(part, list):
        return [without_wording(document, each, above) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = part["$ref"].removeprefix("#/components/schemas/")
        if name in above:
            return f"{above[::-1].index(name)} references above"
        return without_wording(document, document["components"]["schemas"][name], (*above, name))
    unsaid = {*WORDING, "properties", *(("pattern",) if part.get("format") in GRAMMARS else ())}
    said = {name: value for name, value in sorted(part.items()) if name not in unsaid}
    outlined = {name: without_wording(document, value, above) for name, value in said.items()}
    if "properties" in part:
        held = sorted(part["properties"].items())
        outlined["properties"] = {name: without_wording(document, value, above) for name, value in held}
    return outlined


@pytest.mark.parametrize("place", ["data"], indirect=True)
def test_the_numbers_of_sealed_reports_change_only_with_the_version_of_their_rules(place):
    """Reports as of the last position, made again from the log.

    When this fails, a rule, a formula or the members of reports have changed: raise `RULES_VERSION` or `FORMAT_VERSION`, once
    since the last release, and write the new digest here.
    """
    with closing(open_stores(place)) as stores:
        head, log = stores.log.head().position, stores.log
        cycles = [log.claim_holder("cycle", name) for name in sorted(log.claimed_names("cycle"))]
        digest = sha256(b"".join(make_report(stores, cycle, head) for cycle in cycles)).hexdigest()
    assert (RULES_VERSION, FORMAT_VERSION, digest[:16]) == (2, 3, "abd0aac30c8f1b00")
