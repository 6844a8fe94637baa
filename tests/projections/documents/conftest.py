"""The rich document."""

import pytest

from tests.projections.documents import samples


@pytest.fixture(scope="session")
def rich():
    return samples.rich()
