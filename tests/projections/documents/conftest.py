"""The rich document."""

import pytest

from tests.projections.documents import sample_documents


@pytest.fixture(scope="session")
def rich_document():
    return sample_documents.rich_document()
