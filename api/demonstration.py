"""The worked example, entered through HTTP: a company, a team, two people, one quarter and one change of plan.

Read `tell` from top to bottom: it is all a client needs to know.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import click

ATTEMPTS = 200
TOKEN = "demonstration-only-token"  # noqa: S105 - of a scratch folder on loopback
Call = Any


def run(*, serving: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="okr-demo-") as folder, server(Path(folder)) as (address, process):
        tell(Client(address))
        if serving:
            click.echo(f"\nStill serving on {address}; the token is {TOKEN}. Ctrl-C ends it and removes the folder.")
            process.wait()


class Client:
    """A client in a few lines: JSON in, JSON out, a bearer token."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, path: str, **body: Any) -> Any:
        return self._send("POST", path, body)

    def get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers, method=method), timeout=10) as answer:  # noqa: S310
            return json.load(answer)


def tell(api: Client) -> None:
    today = date.today()  # noqa: DTZ011 - a quarter around the reader's own today
    starts_on, ends_on = today - timedelta(days=45), today + timedelta(days=45)

    click.secho("The company, its team and two people", bold=True)
    ada, ben, mia = (api.post("/v1/people", name=name) for name in ("Ada Park", "Ben Ito", "Mia Roth"))
    company = api.post("/v1/units", name="Tech Innovations", level="company", vision="Lead in advanced technology")
    team = api.post("/v1/units", name="Product development", level="team", parent_id=company["id"])
    places = {
        person["id"]: api.post("/v1/units", name=person["name"], level="individual", parent_id=team["id"])
        for person in (ben, mia)
    }
    cycle = api.post("/v1/cycles", name="This quarter", starts_on=str(starts_on), ends_on=str(ends_on))
    api.post(f"/v1/cycles/{cycle['id']}/activation")

    click.secho("Objectives and key results, aligned from the top down", bold=True)

    def objective(unit: Any, owner: Any, title: str, **more: Any) -> Any:
        return api.post("/v1/objectives", cycle_id=cycle["id"], unit_id=unit["id"], owner=owner["id"], title=title, **more)

    def key_result(of: Any, owner: Any, title: str, metric: dict[str, Any]) -> Any:
        return api.post(f"/v1/objectives/{of['id']}/key-results", title=title, owner=owner["id"], metric=metric)

    def serves(child: Any, parent: Any, weight: int = 1) -> Any:
        return api.post("/v1/alignments", kind="vertical", child_id=child["id"], parent_id=parent["id"], weight=weight)

    lead = objective(company, ada, "Lead the market in advanced technology", progress_driver="both", important=True)
    launched = key_result(lead, ada, "Products launched", rising(0, 3, "products"))
    share = key_result(lead, ada, "Market share", by(20, "%"))
    partners = key_result(lead, ada, "Partnerships with large players", rising(0, 2, "partners"))

    build = objective(team, ada, "Build products for needs that are only emerging", progress_driver="both")
    team_launched = key_result(build, ada, "Products launched", rising(0, 2, "products"))
    satisfied = key_result(build, ada, "Customer satisfaction", {"kind": "at_least", "target": 90, "measure": "%"})
    revenue = key_result(build, ada, "Revenue from new products", by(15, "EUR"))
    serves(build, lead)

    steps = [{"name": name} for name in ("Concept", "Prototype", "Trial", "Launch")]
    for person in (ben, mia):
        own = objective(places[person["id"]], person, "Take one product from concept to launch")
        product = key_result(own, person, "Product", {"kind": "milestones", "steps": steps})
        key_result(own, person, "Emerging trends researched", rising(0, 4, "reports"))
        coding = key_result(own, person, "Coding efficiency", by(20, "points"))
        serves(own, build)
        check_in(api, product, milestones=["Concept", "Prototype"], confidence="0.7", wins=["The prototype works."])
        check_in(api, coding, value=50, measured_on=str(starts_on))
        check_in(api, coding, value=54, confidence="0.6")

    click.secho("Weekly check-ins", bold=True)
    for week in range(5):
        day = str(starts_on + timedelta(weeks=week + 1))
        check_in(api, share, value=10 + week / 4, measured_on=day)
        check_in(api, satisfied, value=[88, 91, 92, 90, 93][week], measured_on=day)
        check_in(api, revenue, value=1000 + 30 * week, measured_on=day)
    check_in(api, launched, value=1, status="on_track", confidence="0.8", note="The first product is out.")
    check_in(api, team_launched, value=1, status="on_track", confidence="0.7")
    mistaken = check_in(api, partners, value=2, status="on_track", confidence="0.4", note="Signed with the first partner.")
    api.post(f"/v1/check-ins/{mistaken['id']}/correction", value=1, reason="One is signed, the other only promised.")

    before = api.get("/v1/alignment-tree?cycle=this%20quarter")["position"]
    click.secho("The change in the middle of the quarter, with its reason", bold=True)
    api.post(f"/v1/key-results/{partners['id']}/target", target=4, reason="The fair brought three more who want to talk.")
    api.post(f"/v1/key-results/{partners['id']}/reassignment", owner=mia["id"], reason="Mia knows them.")
    api.post(f"/v1/key-results/{share['id']}/cancellation", reason="The survey that measured it was discontinued.")

    show(f"The tree before the change, as of position {before}", api, f"&as_of=position:{before}")
    show("The tree now", api, "")
    click.secho("\nThe history of one key result: who, when, what, why", bold=True)
    for fact in api.get(f"/v1/key-results/{partners['id']}/history")["items"]:
        why = f" - {fact['reason']}" if fact["reason"] else ""
        click.echo(f"  {fact['position']:>3}  {fact['recorded_at']}  {fact['actor_name']}  {fact['type']}{why}")


def rising(baseline: int, target: int, measure: str) -> dict[str, Any]:
    return {"kind": "increase", "baseline": baseline, "target": target, "measure": measure}


def by(percent: int, measure: str) -> dict[str, Any]:
    """A relative target: its baseline is captured from the first check-in."""
    return {"kind": "increase", "relative": f"{percent / 100}", "measure": measure}


def check_in(api: Client, key_result: Any, **said: Any) -> Any:
    return api.post(f"/v1/key-results/{key_result['id']}/check-ins", **said)


def show(title: str, api: Client, moment: str) -> None:
    click.secho(f"\n{title}", bold=True)
    tree = api.get(f"/v1/alignment-tree?cycle=this%20quarter{moment}")
    for root in tree["roots"]:
        _show_node(root, 1)


def _show_node(node: Any, depth: int) -> None:
    indent = "  " * depth
    click.echo(f"{indent}{_percent(node)}  {node['title']} ({node['health']['effective']})")
    for key_result in node["key_results"]:
        target = key_result["metric"].get("target")
        aim = f", target {target}" if target else ""
        click.echo(f"{indent}    {_percent(key_result)}  {key_result['title']}{aim}")
    for child in node["children"]:
        _show_node(child, depth + 1)


def _percent(thing: Any) -> str:
    return f"{float(thing['progress']['value']):4.0%}" if thing["progress"] else "   -"


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A server of our own on a free port of loopback, with its data in a folder; ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    settings |= {"OKR_DATA_DIR": str(folder), "OKR_ADMIN_TOKEN": TOKEN}
    arguments = [sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket", "--worker-class", "gthread"]
    arguments += ["--bind", f"127.0.0.1:{port}", "--threads", "8", "--log-level", "error"]
    process = subprocess.Popen(arguments, env=settings)  # noqa: S603 - our own interpreter
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address)
        yield address, process
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(address: str) -> None:
    for _ in range(ATTEMPTS):
        try:
            urlopen(f"{address}/health/ready", timeout=5).close()  # noqa: S310
        except URLError:
            time.sleep(0.05)
        else:
            return
    raise click.ClickException("The server did not start.")
