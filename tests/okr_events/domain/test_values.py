"""Values: ascending ids and ordered levels."""

from time import time_ns

from okr_events.domain.values import Level, new_id


def test_ids_are_of_version_7_and_contain_their_millisecond():
    before = time_ns() // 1_000_000
    ids = [new_id() for _ in range(100)]
    assert {(id.version, id.variant) for id in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == 100
    assert before <= ids[0].int >> 80 <= ids[-1].int >> 80 <= time_ns() // 1_000_000


def test_levels_are_ordered():
    assert [level.depth for level in Level] == [0, 1, 2, 3]
    assert Level.COMPANY.is_above(Level.TEAM)
    assert not Level.TEAM.is_above(Level.TEAM)
    assert not Level.INDIVIDUAL.is_above(Level.TEAM)
