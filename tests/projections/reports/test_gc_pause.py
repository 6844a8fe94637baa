"""The collector rests while much is made, and goes on after it."""

import gc

import pytest

from projections.reports.gc_pause import uncollected


def test_the_collector_rests_and_then_goes_on():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_what_failed():
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_whoever_found_it_resting_leaves_it_so():
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
