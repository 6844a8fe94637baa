"""The event catalogue is complete and free of contradictions."""

import pytest
from eventsourcing.domain import Snapshot
from eventsourcing.utils import get_topic

from okr_events.event_log.event_mapper import CLASSES_BY_NAME
from projections.event_catalog import CATALOG, event_names


def test_every_stored_name_has_an_entry():
    assert CATALOG.keys() == CLASSES_BY_NAME.keys() - {get_topic(Snapshot)}


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_change_lists_either_show_or_count_an_event(name):
    entry = CATALOG[name]
    assert bool(entry.change_kind) != bool(entry.excluded_as)


def test_no_two_events_share_a_change_kind():
    kinds = [entry.change_kind for entry in CATALOG.values() if entry.change_kind]
    assert len(kinds) == len(set(kinds))


def test_event_names_keep_the_order_of_the_catalogue():
    assert event_names(lambda entry: entry.row == "check_in") == (
        "KeyResult.CheckedIn",
        "KeyResult.CheckInCorrected",
        "KeyResult.CheckInRetracted",
    )
