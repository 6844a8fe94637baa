"""Sameness: one document is the same bytes in every process, whatever its hash seed and time zone."""

import os
import subprocess
import sys

import pytest

DIGESTS = """
from hashlib import sha256
from projections.documents import chat, html, markdown, pdf, tables, workbook
from tests.projections.documents import samples
for form in (chat, html, markdown, pdf, tables, workbook):
    written = form.written(samples.rich())
    print(form.__name__, sha256(written if isinstance(written, bytes) else written.encode()).hexdigest())
"""


def digests(**environment):
    process = subprocess.run(
        [sys.executable, "-c", DIGESTS], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return process.stdout.splitlines()


@pytest.mark.slow
def test_every_form_is_the_same_bytes_in_another_process():
    here = digests(PYTHONHASHSEED="1", TZ="Pacific/Auckland", LC_ALL="C.UTF-8")
    there = digests(PYTHONHASHSEED="2", TZ="America/Anchorage", LC_ALL="POSIX", SOURCE_DATE_EPOCH="86400")
    assert len(here) == 6
    assert here == there
