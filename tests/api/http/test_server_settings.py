"""The settings of gunicorn's processes."""

import os
from types import SimpleNamespace

import pytest

from api.http.server_settings import post_fork


@pytest.fixture
def pinned_to(monkeypatch):
    """The cores that the process has been pinned to, of the machine's 3 and 5."""
    pinned = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 3})
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: pinned.append(cores))
    return pinned


def test_each_worker_keeps_to_a_core_where_the_settings_say_so(monkeypatch, pinned_to):
    monkeypatch.setenv("OKR_PIN_WORKERS", "true")
    for age in (1, 2, 3):
        post_fork(None, SimpleNamespace(age=age))
    assert pinned_to == [{5}, {3}, {5}]


def test_workers_use_all_cores_otherwise(pinned_to):
    post_fork(None, SimpleNamespace(age=1))
    assert pinned_to == []
