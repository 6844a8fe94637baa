"""Malformed input never causes a server error: refusals are problems without a trace, accepted input can be read."""

import json
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.api.command_catalog import COMMANDS
from tests.api.installation import Caller
from tests.api.malformed_input import HEADERS, garbled_bodies, run_examples, spoiled_bodies
from tests.api.organisation import Organisation
from tests.api.problem_assertions import assert_problem_form

pytestmark = pytest.mark.slow


def send_request(caller: Caller, method: str, path: str, data: bytes, environ: dict[str, str]):
    whole = {"CONTENT_TYPE": "application/json", **environ, "HTTP_AUTHORIZATION": f"Bearer {caller.token}"}
    return caller.client.open(path, method=method, data=data, environ_overrides=whole)


class CommandPool:
    """The catalogue's commands on an organisation's resources; a command that succeeds gets new resources."""

    def __init__(self, world: Organisation) -> None:
        self.world = world
        self.ready: dict[str, tuple[str, str, Any]] = {}

    def __getitem__(self, name: str) -> tuple[str, str, Any]:
        self.ready[name] = self.ready.get(name) or self.world.command(name)
        return self.ready[name]

    @property
    def count_traces(self) -> tuple[int, int]:
        return self.world.installation.head, self.world.installation.stores.register.people.revision()

    def check_answer(self, name: str, data: bytes, query: str, environ: dict[str, str]) -> None:
        method, path, _ = self[name]
        before = self.count_traces
        answer = send_request(self.world.admin, method, path + query, data, environ)
        if answer.status_code >= 400:
            assert answer.status_code < 500, answer.text
            assert_problem_form(answer)
        if answer.status_code >= 400 or query:
            assert self.count_traces == before
        else:
            del self.ready[name]
        for read in ("/v1/key-results?limit=5", "/v1/cycles?limit=5", answer.headers.get("Location")):
            if read and answer.status_code < 400:
                assert self.world.admin.get(read).status_code in {200, 404}, read


def test_no_spoiled_body_breaks_a_command(module_world):
    commands = CommandPool(module_world)

    def nothing_breaks(drawn):
        name = drawn.draw(st.sampled_from(list(COMMANDS)))
        text = json.dumps(drawn.draw(spoiled_bodies(commands[name][2])), ensure_ascii=drawn.draw(st.booleans()))
        query = drawn.draw(st.sampled_from(["", "?dry_run=true"]))
        commands.check_answer(name, text.encode("utf-8", "surrogatepass"), query, {})

    run_examples(st.data(), nothing_breaks, examples=400 if module_world.installation.engine == "sqlite" else 80)


def test_no_garbled_bytes_and_no_odd_headers_break_a_command(module_world):
    commands = CommandPool(module_world)

    def nothing_breaks(drawn):
        name = drawn.draw(st.sampled_from(list(COMMANDS)))
        body = commands[name][2]
        data = drawn.draw(garbled_bodies(body) | st.just(json.dumps(body).encode()))
        commands.check_answer(name, data, drawn.draw(st.sampled_from(["", "?dry_run=true"])), drawn.draw(HEADERS))

    run_examples(st.data(), nothing_breaks, examples=100 if module_world.installation.engine == "sqlite" else 40)


@pytest.mark.parametrize("span", [("0001-01-01", "0001-01-01"), ("0001-01-01", "0099-12-31"), ("9999-01-01", "9999-12-31")])
def test_what_is_extreme_is_taken_and_can_be_read(module_world, span):
    cycle = module_world.create("cycles", name=module_world["name"], starts_on=span[0], ends_on=span[1])
    top = module_world.objective("company", cycle_id=cycle, progress_driver="both")
    low = module_world.objective(cycle_id=cycle, title="x" * 500)
    module_world.create("alignments", child_id=low, parent_id=top, kind="vertical", weight="1e-28")
    for metric, fields in (
        ({"kind": "increase", "baseline": "-9.999e27", "target": "1e28"}, {"value": "1e-28"}),
        ({"kind": "increase", "relative": "1e28"}, {"value": "-1e-28"}),
        ({"kind": "decrease", "baseline": "1e-28", "target": 0}, {"value": "1e28", "confidence": "1e-28"}),
        ({"kind": "at_least", "target": "1e28"}, {"value": "-1e28"}),
        ({"kind": "between", "low": "-1e28", "high": "1e28"}, {"value": 0}),
        ({"kind": "milestones", "steps": [{"name": str(n), "weight": "1e-28"} for n in range(100)]}, {"milestones": ["7"]}),
    ):
        key_result = module_world.key_result(objective=low, metric=metric, weight="1e28")
        module_world.create(f"key-results/{key_result}/check-ins", measured_on=span[0] if span[0] < "2" else None, **fields)
        assert (
            module_world.admin.post(f"/v1/key-results/{key_result}/score", {"score": 1, "reason": "x" * 10_000}).status_code
            == 200
        )
        assert module_world.admin.get(f"/v1/key-results/{key_result}/history").status_code == 200
    for query in ("", "&effective_on=0001-01-01", "&effective_on=9999-12-31"):
        for path in ("alignment-tree", "objectives", "key-results"):
            assert module_world.admin.get(f"/v1/{path}?cycle={cycle}{query}").status_code == 200, path
