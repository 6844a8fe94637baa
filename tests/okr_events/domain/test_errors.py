"""Errors: stable codes, titles and details."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import api
from okr_events.domain.errors import IdempotencyKeyReused, NameTaken, OKRError, ReasonRequired, StaleVersion

# Clients compare problem types, so a code stays whatever its class is called. Add new ones; never change one.
CODES = {
    "after-the-cycle",
    "agreed-already",
    "alignment-ended",
    "already-expired",
    "already-linked",
    "ambiguous-name",
    "another-past",
    "backup-damaged",
    "beyond-the-log",
    "beyond-the-tree",
    "blocker-gone",
    "busy",
    "capacity-of-nothing",
    "circular-contribution",
    "circular-units",
    "clock-ahead",
    "clock-behind",
    "clocks-apart",
    "company-exists",
    "company-stays",
    "cycle-active",
    "cycle-not-active",
    "cycle-sealed",
    "cycles-apart",
    "decision-done",
    "dependency-answered",
    "document-too-large",
    "due-outside-cycle",
    "endless-feed",
    "ends-before-start",
    "forbidden",
    "form-missing",
    "from-later",
    "future-day",
    "horizon-ends-early",
    "imported-before",
    "inherited",
    "initiative-done",
    "invalid",
    "key-from-environment",
    "key-result-closed",
    "key-reused",
    "keys-missing",
    "last-statement",
    "later-checkpoint",
    "log-busy",
    "log-damaged",
    "log-not-continued",
    "log-not-empty",
    "log-renamed",
    "log-unreachable",
    "log-unwritable",
    "moment-ahead",
    "name-taken",
    "no-suggestion",
    "none-so-early",
    "not-a-contributor",
    "not-a-dependency",
    "not-a-position",
    "not-above",
    "not-agreed",
    "not-found",
    "not-revisable",
    "not-your-calendar",
    "not-your-decision",
    "not-your-name",
    "not-your-review",
    "not-yours",
    "nothing-left",
    "nothing-said",
    "nothing-to-accept",
    "nothing-to-prove",
    "objective-ended",
    "only-for-the-company",
    "outside-parent",
    "own-cycle",
    "own-erasure",
    "owner-or-unit",
    "person-erased",
    "position-ahead",
    "priority-retired",
    "reason-required",
    "refused",
    "rendering-busy",
    "repeated-parameter",
    "retracted-already",
    "review-ahead",
    "same-unit",
    "serves-itself",
    "signing-key-missing",
    "signing-key-retired",
    "stale",
    "store-read-only",
    "stores-unavailable",
    "target-reached",
    "target-without-baseline",
    "text-damaged",
    "time-zone-day",
    "too-long",
    "too-many-feeds",
    "too-many-key-results",
    "too-many-objectives",
    "unavailable",
    "unexportable",
    "unknown",
    "unknown-parameter",
    "unknown-time-zone",
    "unreadable-moment",
    "unscored-key-results",
    "version-conflict",
    "views-behind",
    "views-stopped",
    "weight-of-nothing",
    "wrong-dry-run",
    "wrong-header",
    "wrong-metric",
    "wrong-parent",
    "wrong-policy",
    "wrong-value",
}


def subclasses(rule):
    for narrower in rule.__subclasses__():
        yield narrower
        yield from subclasses(narrower)


@pytest.fixture(scope="module")
def rules():
    for module in walk_packages(api.__path__, "api."):
        import_module(module.name)
    return {rule for rule in subclasses(OKRError) if not rule.__module__.startswith("tests")}


def test_problem_types_never_change(rules):
    assert {rule.code for rule in rules} == CODES


def test_every_error_has_its_own_code_and_title(rules):
    assert all({"code", "title"} <= vars(rule).keys() for rule in rules)
    assert len({rule.code for rule in rules}) == len(rules)


def test_a_title_is_a_sentence(rules):
    assert [rule for rule in rules if not rule.title.endswith((".", ":"))] == []


def test_the_detail_defaults_to_the_title():
    assert NameTaken().detail == NameTaken.title
    assert IdempotencyKeyReused("/key", "Used yesterday.").detail == "Used yesterday."
    assert str(NameTaken()) == NameTaken().detail


def test_an_invalid_value_has_a_pointer():
    assert ReasonRequired().pointer == "/reason"


def test_a_stale_error_has_the_current_version():
    stale = StaleVersion("check-in", 7)
    assert stale.version == 7
    assert stale.detail == "This check-in has changed since you read it; it is now version 7."
