"""How the fixtures beside this file were made: by version 0.1.0 of 2026-11-30, with `python -m tests.compatibility.record`.

They are never made anew by a later version: they show that it still reads what this one wrote, and answers alike.
"""

import json
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from types import SimpleNamespace

from api.demo import example
from tests.api.command_catalog import COMMANDS, REASON
from tests.api.installation import Caller
from tests.api.organisation import Organisation
from tests.compatibility.reading import HERE, TOKEN, ask, read_problems

JOURNAL = HERE.parents[1] / "examples" / "ipld_2019_q1_q3.csv"
POSITIONS = 6
"""How many positions before the last one are read."""

LISTS = (
    "alignment-tree?state=all&shape=tree",
    "alignment-tree?state=all&shape=graph",
    "objectives?limit=200",
    "key-results?limit=200",
    "units?limit=200",
    "cycles?limit=200",
    "priorities?limit=200",
    "alignments?limit=200",
    "blockers?limit=200",
    "decisions?limit=200",
    "reviews?limit=200",
    "review-history?limit=200",
    "findings?limit=200",
    "roadmap",
    "adherence",
    "check-ins/due?limit=200",
)
OF_CYCLE = (
    "alignment-tree?state=live",
    "findings",
    "adherence",
    "check-ins/due",
    "review-history",
    "reports/retrospective",
    "reports/monthly",
    "reports/weekly",
)
DAYS = ("2019-03-31", "2019-07-05")
"""Days that the journal tells of."""
ONE_EACH = {
    "units": ("", "/history"),
    "cycles": ("", "/history", "/seal", "/after-seal"),
    "priorities": ("", "/history"),
    "objectives": ("/history", "/progress"),
    "key-results": ("/history", "/check-ins", "/progress"),
    "alignments": ("",),
    "blockers": ("",),
    "decisions": ("",),
    "reviews": ("",),
}
"""What is read of each thing."""
OF_EVERY_FIFTH = {
    "objectives": ("", "/comments", "/impact", "/progress?every=day"),
    "key-results": ("", "/comments", "/progress?every=week"),
}
TIMELESS = (
    "people?limit=200",
    "tokens?limit=200",
    "calendars?limit=200",
    "access-log?limit=1",
    "events?limit=200",
    "ledger/checkpoint?size={head}",
    "ledger/proofs/inclusion?position=7&size={head}",
    "ledger/proofs/inclusion?position={middle}&size={head}",
    "ledger/proofs/consistency?from={middle}&to={head}",
)
METRICS = (
    ({"kind": "at_least", "target": 90, "measure": "%"}, {"value": 93}),
    ({"kind": "at_most", "target": 5, "measure": "%"}, {"value": 7}),
    ({"kind": "decrease", "baseline": 10, "target": 4, "measure": "days"}, {"value": 8}),
    ({"kind": "between", "low": 2, "high": 5, "measure": "people"}, {"value": 6}),
    ({"kind": "binary"}, {"value": 1}),
    ({"kind": "milestones", "steps": [{"name": "Draft"}, {"name": "Done"}]}, {"milestones": ["Draft"]}),
)


class Client:
    """What the worked example enters itself through; its company is the one that the journal made."""

    def __init__(self, client):
        self.client = client

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, **body):
        return self.company() if body.get("level") == "company" else self.send("POST", path, body)

    def company(self):
        return next(unit for unit in self.get("/v1/units")["items"] if unit["level"] == "company")

    def send(self, method, path, body=None):
        told = ask(self.client, {"method": method, "path": path, **({} if body is None else {"body": body})})
        assert told["status"] < 300, told
        return told["answer"]


class WorldBelow(Organisation):
    """A small organisation below the company that there is."""

    def create(self, what, **fields):
        company = fields.get("level") == "company"
        return Client(self.admin.client).company()["id"] if company else super().create(what, **fields)


def enter_the_rest(client):
    """What the worked example has none of; gives requests that are answered again or refused, for good."""
    api = Client(client)
    person, member = (api.post("/v1/people", name=name)["id"] for name in ("Operator in chief", "Member"))
    secret = api.post("/v1/tokens", person_id=member, role="member")["token"]
    at = SimpleNamespace(head=api.get("/v1/alignment-tree")["position"])
    world = WorldBelow(at, Caller(client, TOKEN, person), Caller(client, secret, member))
    keyed = []
    for number, name in enumerate(COMMANDS):
        method, path, body = world.command(name)
        request = {"method": method, "path": path, "body": body, "headers": {"Idempotency-Key": f"{number}"}}
        told = ask(client, request)
        assert told["status"] < 300, told
        keyed += [request] if told["answer"].get("position") else []
    change_everything(world)
    erase_somebody(world)
    return keyed + refused(world)


def change_everything(world):
    """One change of each field that a thing has, and what needs several steps."""
    owner, admin = world["member"], world.admin
    part = world.key_result(metric={"kind": "increase", "relative": "0.2", "measure": "EUR"}, owner=owner)
    for value, day in ((100, "2026-01-05"), (110, "2026-02-02")):
        world.create(f"key-results/{part}/check-ins", value=value, measured_on=day, confidence="0.5", status="off_track")
    sent = (
        ("PATCH", f"units/{world['company']}", {"vision": "Lead", "mission": "Serve"}),
        ("PATCH", f"priorities/{world['priority']}", {"description": "Five years", "owner": owner}),
        ("PATCH", f"priorities/{world['priority']}", {"horizon": {"starts_on": "2000-01-01", "ends_on": "2090-12-31"}}),
        ("PATCH", f"objectives/{world['build']}", {"description": "Why", "commitment": "committed", "important": True}),
        ("PATCH", f"objectives/{world['build']}", {"progress_driver": "both"}),
        ("PATCH", f"key-results/{part}", {"description": "How", "due_on": "2098-06-30", "weight": 3}),
        ("POST", f"key-results/{part}/reassignment", {"owner": world["company"]}),
        ("POST", f"key-results/{part}/score", {"score": "0.4", "root_cause": "Too late"}),
        ("POST", f"key-results/{part}/score", {"score": "0.6"}),
        ("PATCH", f"alignments/{world.dependency()}", {"capacity": 8}),
    )
    for method, path, body in sent:
        told = admin.call(method, f"/v1/{path}", body | {"reason": REASON})
        assert told.status_code < 300, (path, told.text)
    for metric, said in METRICS:
        world.create(f"key-results/{world.key_result(metric=metric)}/check-ins", **said)
    carried = world.key_result(objective=world.objective(cycle_id=world.create_active_cycle()))
    world.create(f"key-results/{carried}/check-ins", value=2)
    world.create(
        f"key-results/{carried}/carry-over", objective_id=world.objective(cycle_id=world.create_for_argument("cycle_id"))
    )


def erase_somebody(world):
    """A member who owns and said things."""
    person = world.create("people", name="Tarmigant", email="tarmigant@example.com")
    secret = world.admin.post("/v1/tokens", {"person_id": person, "role": "member"}).json["token"]
    own = Caller(world.admin.client, secret, person)
    part = world.key_result(owner=person)
    for path, said in (
        ("check-ins", {"value": 2, "note": "Quillback"}),
        ("comments", {"kind": "coaching", "text": "Zanzitum"}),
    ):
        assert own.post(f"/v1/key-results/{part}/{path}", said).status_code == 201
    assert world.admin.post(f"/v1/people/{person}/erasure", {"reason": REASON}).status_code == 200


def refused(world):
    """Requests that break a rule, or are none at all."""
    sealed, part = world["sealed"], world["launch"]
    return [
        {"method": "GET", "path": "/v1/units", "headers": {"Authorization": "Bearer wrong"}},
        {"method": "GET", "path": "/v1/nothing"},
        {"method": "GET", "path": "/v1/units?as_of=yesterday"},
        {"method": "GET", "path": "/v1/units?limit=0"},
        {"method": "GET", "path": "/v1/reports/weekly?format=nothing"},
        {"method": "DELETE", "path": "/v1/units"},
        {"method": "POST", "path": "/v1/units", "body": {}},
        {"method": "POST", "path": "/v1/units", "body": {"name": "Tech", "level": "company"}},
        {"method": "POST", "path": "/v1/units", "body": ["no object"]},
        {"method": "POST", "path": f"/v1/cycles/{sealed}/closing", "body": {"reason": REASON}},
        {"method": "POST", "path": f"/v1/key-results/{part}/check-ins", "body": {"value": "much"}},
        {"method": "POST", "path": f"/v1/key-results/{part}/check-ins", "body": {}},
        {"method": "POST", "path": f"/v1/key-results/{part}/target", "body": {"target": 9}},
        {"method": "PATCH", "path": f"/v1/key-results/{part}", "body": {"title": "New"}, "headers": {"If-Match": '"99"'}},
        {"method": "POST", "path": "/v1/units", "body": {"name": "Other"}, "headers": {"Idempotency-Key": "0"}},
    ]


def requests_of(client):
    """Every read: whole lists at several positions, and each thing at the last of them."""
    api = Client(client)
    head = api.get("/v1/alignment-tree")["position"]
    found = []
    for position in [head * number // (POSITIONS + 1) for number in range(1, POSITIONS + 2)]:
        cycles = api.get(f"/v1/cycles?limit=200&as_of=position:{position}")["items"]
        active = [cycle["id"] for cycle in cycles if cycle["state"] != "draft"][-2:]
        paths = [*LISTS, *(extended(path, f"cycle={id}") for path in OF_CYCLE for id in active)]
        found += [extended(path, f"as_of=position:{position}") for path in paths]
        found += [f"changes?from=position:{max(1, position - head // 7)}&to=position:{position}"]
    found += [extended(path, f"as_of={day}") for path in LISTS for day in DAYS]
    found += [f"{path}?as_of=position:{head}&effective_on=2026-02-01" for path in ("objectives", "key-results", "findings")]
    for what, parts in ONE_EACH.items():
        ids = [each["id"] for each in api.get(f"/v1/{what}?limit=200&as_of=position:{head}")["items"]]
        read = [f"{what}/{id}{part}" for id in ids for part in parts]
        read += [f"{what}/{id}{part}" for id in ids[::5] for part in OF_EVERY_FIFTH.get(what, ())]
        found += [extended(path, f"as_of=position:{head}") for path in read]
    people = api.get("/v1/people?limit=200")["items"]
    found += [f"people/{each['id']}/responsibilities?as_of=position:{head}" for each in people]
    found += [path.format(head=head, middle=head // 2) for path in TIMELESS]
    return [{"method": "GET", "path": f"/v1/{path}"} for path in found]


def extended(path, query):
    return f"{path}{'&' if '?' in path else '?'}{query}"


def run_okr(*arguments):
    subprocess.run([Path(sys.executable).with_name("okr"), *arguments], check=True)


def write_json(name, value):
    (HERE / name).write_bytes(lzma.compress(json.dumps(value, ensure_ascii=False).encode()))


def pack(name, *paths):
    with tarfile.open(HERE / name, "w:xz") as archive:
        for path in paths:
            archive.add(path, path.name)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        data = scratch / "data"
        os.environ.update(OKR_DATA_DIR=str(data), OKR_ADMIN_TOKEN=TOKEN)
        run_okr("import", "--trust-times", str(JOURNAL), "--as", "Operator")
        import wsgi  # noqa: PLC0415 - it opens the data folder

        client = wsgi.app.test_client()
        example.run_example(Client(client))
        keyed = enter_the_rest(client)
        run_okr("checkpoint", "-o", str(scratch / "checkpoint"))
        run_okr("checkpoint", "--public-key", "-o", str(scratch / "public-keys"))
        run_okr("export", "-o", str(scratch / "export.ndjson"))
        run_okr("backup", "-o", str(scratch / "backup"))
        write_json("answers.json.xz", [ask(client, request) for request in [*requests_of(client), *keyed]])
        write_json("problems.json.xz", read_problems())
        write_json("openapi.json.xz", client.get("/openapi.json").json)
        wsgi.stores.close()
        pack("data.tar.xz", *data.glob("log.sqlite*"), *data.glob("register.sqlite*"))
        pack("backup.tar.xz", scratch / "backup")
        pack("export.tar.xz", *(scratch / name for name in ("export.ndjson", "checkpoint", "public-keys")))


if __name__ == "__main__":
    main()
