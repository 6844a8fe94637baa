"""What nobody owns."""

from projections.findings.owners import no_owner


def test_objectives_and_key_results_want_an_owner(stage, found):
    stage.objective("owned")
    stage.objective("lost", owner=None)
    stage.key_result("its", of="lost", owner="Ben")
    stage.key_result("nobody's", of="owned", owner=None)
    stage.key_result("dropped", of="owned", owner=None, state="cancelled")
    assert found(no_owner, "no_owner") == ["lost", "nobody's"]
    lost, nobodys = no_owner(stage.scene())
    assert lost.sentence == "Nobody owns “lost” of Builders."
    assert (nobodys.subject_type, nobodys.unit_id) == ("key_result", "Builders")
    assert nobodys.evidence == (stage.rows["nobody's"].created,)
