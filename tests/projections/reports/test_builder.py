"""The garbage collector is paused while a report is built."""

import gc

import pytest

from projections.reports.builder import pause_gc


def test_the_collector_is_paused_and_started_again():
    with pause_gc():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_starts_the_collector_again():
    with pytest.raises(KeyError), pause_gc():
        raise KeyError
    assert gc.isenabled()


def test_an_inner_pause_leaves_the_collector_paused():
    with pause_gc():
        with pause_gc():
            pass
        assert not gc.isenabled()
