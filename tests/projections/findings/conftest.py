"""A stage for each test."""

import pytest

from tests.projections.findings.scope_builder import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def found(stage):
    """What some finders find of a code on the stage: subject ids, the oldest first."""

    def look(finder, code, **asked):
        findings = sorted(finder(stage.scene(**asked)), key=lambda finding: finding.order)
        return [finding.subject_id for finding in findings if finding.code == code]

    return look
