"""A worker needs no more memory after many reports than before, whatever their texts are."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.torture.served import TOKEN, Served

LONG = ("lorem ipsum dolor sit amet " * 400)[:9_900]
ENDLESS = "x" * 9_900
READS = (
    *(("/v1/reports/retrospective", {"format": form}) for form in ("json", "html", "pdf", "markdown", "csv", "xlsx", "text")),
    *(("/v1/reports/monthly", {"format": form}) for form in ("json", "pdf", "xlsx")),
    *(("/v1/reports/weekly", {"format": form}) for form in ("json", "pdf", "text")),
    *(("/v1/alignment-tree", {"format": form}) for form in ("json", "svg", "dot", "mermaid")),
    *(("/v1/findings", {}), ("/v1/check-ins/due", {}), ("/v1/adherence", {})),
)
GROWTH = 1.1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.torture)])
def served(request, tmp_path):
    """A server of one worker, with a cycle whose three check-ins have long texts."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with Served(tmp_path, url, workers=1).start() as server:
        server.wait_for("/health/ready", 200)
        create_cycle(server)
        yield server


def create_cycle(server):
    def create(path, **fields):
        status, body = server.call("POST", f"/v1/{path}", fields)
        assert status in {200, 201}, body
        return body["id"]

    company = create("units", name="Tech", level="company")
    cycle = create("cycles", name="Century", starts_on="2000-01-01", ends_on="2099-12-31")
    create(f"cycles/{cycle}/activation")
    objective = create("objectives", title="Grow", cycle_id=cycle, unit_id=company)
    for number in range(3):
        metric = {"kind": "increase", "baseline": "0", "target": "10"}
        part = create(f"objectives/{objective}/key-results", title=f"Part {number}", metric=metric)
        texts = [*[LONG] * 8, ENDLESS]
        blockers = [{"kind": "other", "text": text} for text in texts]
        create(f"key-results/{part}/check-ins", value=number, wins=texts, next_steps=texts, blockers=blockers, note=ENDLESS)


def read(server, path, query):
    address = f"http://127.0.0.1:{server.port}{path}?{urlencode({'cycle': 'Century', **query})}"
    with urlopen(Request(address, headers={"Authorization": f"Bearer {TOKEN}"}), timeout=120) as answer:
        return answer.read()


def memory_of_worker(server):
    """The resident memory of the only worker, in KiB."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    (worker,) = [child for child in children if "gunicorn" in Path(f"/proc/{child}/cmdline").read_text()]
    (line,) = [line for line in Path(f"/proc/{worker}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])


def test_a_worker_needs_no_more_memory_after_mixed_reads(served, *, long_run):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda each: read(served, *each), READS))
        before = memory_of_worker(served)
        list(pool.map(lambda each: read(served, *each), READS * (5 if long_run else 1)))
    assert memory_of_worker(served) < GROWTH * before
