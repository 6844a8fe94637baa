"""The explanation of every number equals the number in the tree, for the journal and the worked example, at any moment."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.demo import example
from api.operations.stores import Stores
from tests.app_factory import create_app_over
from tests.projections.explanations.explanation_assertions import assert_explanation_holds
from tests.stories.conftest import TOKEN, Okr

Get = Callable[[str], Any]
JOURNAL = Path(__file__).parents[2] / "examples" / "ipld_2019_q1_q3.csv"


def fetch_explained_positions(get: Get, node: dict[str, Any], kind: str, moment: str) -> set[int]:
    """Explain a number as of a moment, compare it with the tree, and return the events behind it."""
    answer = get(f"/v1/{kind}/{node['id']}/progress?{moment}")
    assert answer["series"][-1]["progress"] == node["progress"]
    assert answer["series"][-1]["health"] == node["health"]["effective"]
    return assert_explanation_holds(answer, node["progress"], node["health"], node["score"])


def iterate_numbers(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for node in nodes:
        if "ref" not in node:
            yield "objectives", node
            yield from (("key-results", each) for each in node["key_results"])
            yield from iterate_numbers(
                [*node["children"], *(heir for each in node["key_results"] for heir in each["children"])]
            )


def fetch_fact_types(get: Get, found: list[tuple[str, dict[str, Any]]]) -> dict[int, str]:
    """Return the types of all facts in the histories of these goals and of the cycles, by position."""
    things = [*found, *(("cycles", cycle) for cycle in get("/v1/cycles")["items"])]
    histories = [get(f"/v1/{kind}/{node['id']}/history?limit=200")["items"] for kind, node in things]
    return {fact["position"]: fact["type"] for facts in histories for fact in facts if fact["type"] != "Milestone.Crossed"}


@pytest.mark.parametrize("moment", ["as_of=2019-02-01", "as_of=2019-03-31", "as_of=2019-09-30", "effective_on=2019-08-01"])
def test_every_number_of_the_journal_is_explained_by_facts_that_histories_tell(okr: Okr, get_json: Get, moment: str) -> None:
    assert okr("import", str(JOURNAL), "--trust-times").returncode == 0
    found = list(iterate_numbers(get_json(f"/v1/alignment-tree?{moment}")["roots"]))
    facts = fetch_fact_types(get_json, found)
    for kind, node in found:
        behind = fetch_explained_positions(get_json, node, kind, moment)
        assert {facts[place].partition(".")[0] for place in behind} <= {"Objective", "KeyResult", "Cycle"}


def test_every_number_of_the_worked_example_is_explained(stores: Stores, get_json: Get) -> None:
    client = create_app_over(stores).test_client()

    class Api:
        def post(self, path: str, **body: Any) -> Any:
            answer = client.post(path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code < 300, answer.text
            return answer.json

        def get(self, path: str) -> Any:
            return get_json(path)

    example.run_example(Api())
    head = get_json("/health/ready")["position"]
    for position in (head, head - 4, head // 2):
        tree = get_json(f"/v1/alignment-tree?state=all&as_of=position:{position}")
        found = list(iterate_numbers(tree["roots"]))
        assert found
        for kind, node in found:
            fetch_explained_positions(get_json, node, kind, f"as_of=position:{position}")
