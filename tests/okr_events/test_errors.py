"""Broken rules: each has a stable name, and a docstring that people read."""

from uuid import UUID

import pytest

import okr_events.commands.application  # noqa: F401 - it brings every rule
from okr_events.domain.errors import KeyResultClosed, KeyReused, NameTaken, OKRError, ReasonRequired, Stale


def broken_rules(rule=OKRError):
    for narrower in rule.__subclasses__():
        yield narrower
        yield from broken_rules(narrower)


@pytest.mark.parametrize("rule", [r for r in broken_rules() if r.__module__.startswith("okr_events")], ids=lambda r: r.__name__)
def test_a_rule_says_what_it_is_about(rule):
    assert rule.__doc__.endswith((".", ":"))


def test_no_two_rules_share_a_name():
    codes = [rule.code() for rule in set(broken_rules())]
    assert len(codes) == len(set(codes))


def test_a_name_is_stable():
    assert (KeyResultClosed.code(), NameTaken.code()) == ("key-result-closed", "name-taken")


def test_what_people_read_is_the_docstring_unless_there_is_more_to_say():
    assert NameTaken().detail == "The name is taken in this place."
    assert KeyReused("/key", "Used yesterday.").detail == "Used yesterday."
    assert str(NameTaken()) == NameTaken().detail


def test_what_is_wrong_has_a_place():
    assert ReasonRequired().pointer == "/reason"


def test_who_is_stale_is_told_the_version():
    stale = Stale(UUID(int=1), 7)
    assert stale.version == 7
    assert stale.detail.endswith("The current version of 00000000-0000-0000-0000-000000000001 is 7.")
