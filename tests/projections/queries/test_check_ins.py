"""Check-ins with their versions, one by one, in pages and in ranges of positions."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from okr_events.domain.errors import NotFound
from projections.queries import check_ins
from tests.projections.event_recorder import FIRST_DAY, id_of


@pytest.fixture
def launch(record):
    """Records check-ins on the key result `launch`, from the tenth of January on."""
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record.at_day(date(2024, 1, 10))


def test_a_check_in_is_shown_with_its_corrections(launch, views):
    first = launch.check_in("launch", "a", value=1)
    second = launch.correct("launch", "a", value=2)
    third = launch.retract("launch", "a")
    views.catch_up(60)
    with views.connect() as connection:
        found = [check_ins.fetch_versions(connection, position, id_of("a")) for position in (first, second, third)]
        with pytest.raises(NotFound):
            check_ins.fetch_versions(connection, first - 1, id_of("a"))
        with pytest.raises(NotFound):
            check_ins.fetch_versions(connection, third, uuid4())
    assert [[version.value for version in versions] for versions in found] == [["1"], ["1", "2"], ["1", "2", "2"]]


def test_pages_go_from_the_newest_recorded_to_the_oldest(launch, views):
    positions = [launch.check_in("launch", f"{n}", value=n, on=FIRST_DAY + timedelta(9 - n)) for n in range(5)]
    launch.correct("launch", "1", value=7)
    head = views.catch_up(60).position

    def values(before, limit, at=head):
        with views.connect() as connection:
            page = check_ins.fetch_page(connection, at, id_of("launch"), before=before, limit=limit)
        return [versions[-1].value for versions in page]

    assert values(head + 1, 3) == ["4", "3", "2"]
    assert values(positions[2], 3) == ["7", "0"]
    assert values(positions[0], 3) == []
    assert values(head + 1, 10, at=positions[3]) == ["3", "2", "1", "0"]


def test_a_range_of_positions_holds_what_was_recorded_in_it(launch, views):
    positions = [launch.check_in("launch", f"{n}", value=n) for n in range(5)]
    views.catch_up(60)
    with views.connect() as connection:
        found = check_ins.fetch_recorded_between(connection, positions[0], positions[3])
    assert [versions[0].value for versions in found] == ["1", "2", "3"]
