"""A document has the same bytes in every process, for any hash seed and time zone."""

import os
import subprocess
import sys

import pytest

DIGEST_SCRIPT = """
from hashlib import sha256
from projections.documents import chat_text, csv_zip, html, markdown, pdf, xlsx
from tests.projections.documents import sample_documents
for form in (chat_text, csv_zip, html, markdown, pdf, xlsx):
    content = form.render(sample_documents.rich_document())
    print(form.__name__, sha256(content if isinstance(content, bytes) else content.encode()).hexdigest())
"""


def compute_digests(**environment):
    process = subprocess.run(
        [sys.executable, "-c", DIGEST_SCRIPT], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return process.stdout.splitlines()


@pytest.mark.slow
def test_every_format_has_the_same_bytes_in_another_process():
    here = compute_digests(PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C.UTF-8")
    there = compute_digests(PYTHONHASHSEED="2", TZ="America/Anchorage", LC_ALL="POSIX", SOURCE_DATE_EPOCH="86400")
    assert len(here) == 6
    assert here == there
