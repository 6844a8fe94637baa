"""Goals without an owner."""

from projections.findings.owners import find_missing_owners


def test_objectives_and_key_results_need_an_owner(scope, find_subjects):
    scope.objective("owned")
    scope.objective("lost", owner=None)
    scope.key_result("its", of="lost", owner="Ben")
    scope.key_result("nobody's", of="owned", owner=None)
    scope.key_result("dropped", of="owned", owner=None, state="cancelled")
    assert find_subjects(find_missing_owners, "no_owner") == ["lost", "nobody's"]
    lost, nobodys = find_missing_owners(scope.build())
    assert lost.sentence == "“lost” of Builders has no owner."
    assert (nobodys.subject_type, nobodys.unit_id) == ("key_result", "Builders")
    assert nobodys.evidence == (scope.rows["nobody's"].created,)
