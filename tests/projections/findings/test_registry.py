"""The order of all findings, and what opened between two moments."""

import re
from pathlib import Path

import projections.findings
from projections.findings.finding import CODES, SEVERITIES, new_findings
from projections.findings.registry import find_all


def test_the_severest_come_first_then_by_code_then_by_age(scope):
    for name in ("build", "make", "test"):
        scope.objective(name, owner=None)
    found = find_all(scope.build())
    ranks = [(SEVERITIES.index(each.severity), each.code, each.position) for each in found]
    assert ranks == sorted(ranks)
    assert [each.subject_id for each in found if each.code == "no_owner"] == ["build", "make", "test"]
    assert found[0].as_dict() == {
        "code": "no_key_results",
        "severity": "high",
        "subject": {"type": "objective", "id": "build"},
        "unit_id": "Builders",
        "cycle_id": "Q1",
        "sentence": "“build” of Builders has no key results.",
        "evidence": [scope.rows["build"].created],
    }


def test_an_empty_scope_has_no_findings(scope):
    assert find_all(scope.build()) == []


def test_all_cycles_together_are_the_cycles_one_by_one(scope):
    scope.cycle("Q2", "2024-04-01", "2024-06-30")
    for cycle in ("Q1", "Q2"):
        for unit in ("Tech", "Builders", "Sellers"):
            scope.objective(f"{unit} {cycle}", unit, cycle=cycle, title="Grow", owner=None)
    scope.link("Builders Q2", "Tech Q1")
    scope.link("Sellers Q1", "Builders Q2", "horizontal", state="proposed")
    scope.link("Builders Q2", "Sellers Q1", "horizontal", state="proposed")
    one_by_one = [each for cycle in ("Q1", "Q2") for each in find_all(scope.build(cycle))]
    assert sorted(one_by_one, key=lambda each: each.sort_key) == find_all(scope.build())
    assert {each.code for each in one_by_one} >= {"cycle_mismatch", "dependency_loop", "overlap", "silo"}


def test_every_code_is_used():
    folder = Path(projections.findings.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "finding.py")
    assert set(re.findall(r'"([a-z_]+)"', source)) >= CODES.keys()


def test_a_new_finding_has_opened(scope):
    scope.objective("build", owner=None)
    before = find_all(scope.build())
    scope.rows["build"].owner = "Ada"
    scope.key_result("launch", of="build")
    after = find_all(scope.build())
    assert [each.code for each in new_findings(before, after)] == ["too_few_key_results"]
    assert [each.code for each in new_findings(after, before)] == ["no_key_results", "no_owner"]
    assert new_findings(after, after) == []
