"""What version 0.1.0 stored is still read, and every answer is the same but for its wording.

`record.py` says how the fixtures were made.
"""

import os
import tarfile
from contextlib import closing, contextmanager, nullcontext
from fnmatch import fnmatchcase

import pytest
from click.testing import CliRunner

from api.cli import okr as command_line
from api.operations.settings import load_settings
from api.operations.stores import open_stores
from tests.app_factory import create_app_over
from tests.compatibility.reading import HERE, TOKEN, ask, differences, read_fixture, read_problems

SENTENCES = ("sentence", "because")
"""Members whose text is made by the program: of changes, findings, facts of histories and reports; of explained numbers."""
SENTENCES_OF_PROBLEMS = ("title", "detail")
"""The same of an answer with a status from 400 on; elsewhere a title is what somebody entered."""
WORDING = ("description", "summary", "example", "examples", "title", "operationId", "tags", "externalDocs")
"""What the OpenAPI document says to people only."""
DRIFT = (
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
    "/POST /v1/*/requestBody/*/type: 2 items are 3 now",
    "/POST /v1/*/requestBody/*/enum: ? items are ? now",
    "/POST /v1/*/requestBody/*: the members *'enum'* are *'anyOf'* now",
    "/* /v1/*check-ins*/responses/20?/*/properties/position/type: 'integer' is *'null'* now",
)
"""Patterns of differences that are meant, such as `GET /v1/units*: /answer/items/*/name: *`."""
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
    said = {name: value for name, value in sorted(part.items()) if name not in {*WORDING, "properties"}}
    outlined = {name: without_wording(document, value, above) for name, value in said.items()}
    if "properties" in part:
        held = sorted(part["properties"].items())
        outlined["properties"] = {name: without_wording(document, value, above) for name, value in held}
    return outlined
