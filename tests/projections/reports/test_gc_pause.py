"""The collector rests while much is made, and goes on after it."""

import gc

import pytest

from projections.reports.gc_pause import pause_gc


def test_the_collector_rests_and_then_goes_on():
    with pause_gc():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_what_failed():
    with pytest.raises(KeyError), pause_gc():
        raise KeyError
    assert gc.isenabled()


def test_whoever_found_it_resting_leaves_it_so():
    with pause_gc():
        with pause_gc():
            pass
        assert not gc.isenabled()
