"""Reading an installation: requests and their answers, the broken rules there are, and how two such records differ."""

import importlib
import json
import lzma
import pkgutil
from pathlib import Path

import api
import okr_events
import projections
from api.http.problems import STATUSES
from okr_events.domain.errors import OKRError

HERE = Path(__file__).parent
TOKEN = "a-token-of-the-fixtures-only"


def read_fixture(name):
    """The JSON of a compressed file beside this one."""
    return json.loads(lzma.decompress((HERE / name).read_bytes()))


def ask(client, request):
    """The request with the status and the JSON of its answer."""
    headers = {"Authorization": f"Bearer {TOKEN}"} | request.get("headers", {})
    body = {"data": json.dumps(request["body"]), "content_type": "application/json"} if "body" in request else {}
    answer = client.open(request["path"], method=request["method"], headers=headers, **body)
    return request | {"status": answer.status_code, "answer": answer.json}


def read_problems():
    """Each broken rule's code with its status and title, whichever module it stands in."""
    for package in (api, okr_events, projections):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return {rule.code: {"status": status_of(rule), "title": rule.title} for rule in rules(OKRError)}


def status_of(rule):
    """The HTTP status of a rule; 500 for a base class that is never raised."""
    return next((status for base, status in STATUSES.items() if issubclass(rule, base)), 500)


def rules(base):
    for rule in base.__subclasses__():
        yield rule
        yield from rules(rule)


def differences(old, new, path=""):
    """The paths at which two JSON values differ: in a type, a value, the members of an object or their order."""
    if type(old) is not type(new):
        yield f"{path}: {old!r} is {new!r} now"
    elif isinstance(old, dict):
        if list(old) != list(new):
            yield f"{path}: the members {list(old)} are {list(new)} now"
        for name in old.keys() & new.keys():
            yield from differences(old[name], new[name], f"{path}/{name}")
    elif isinstance(old, list):
        if len(old) != len(new):
            yield f"{path}: {len(old)} items are {len(new)} now"
        for number, (before, now) in enumerate(zip(old, new, strict=False)):
            yield from differences(before, now, f"{path}/{number}")
    elif old != new:
        yield f"{path}: {old!r} is {new!r} now"
