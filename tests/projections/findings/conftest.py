"""Fixtures of finder tests."""

import pytest

from tests.projections.findings.scope_builder import ScopeBuilder


@pytest.fixture
def scope() -> ScopeBuilder:
    return ScopeBuilder()


@pytest.fixture
def find_subjects(scope):
    """Returns the subject ids of the findings with a code, the oldest first."""

    def look(finder, code, **asked):
        findings = sorted(finder(scope.build(**asked)), key=lambda finding: finding.sort_key)
        return [finding.subject_id for finding in findings if finding.code == code]

    return look
