"""Settings keep to the grammar of integers of the API."""

import pytest
from environs import EnvValidationError

from api.operations.settings import load_settings


@pytest.mark.parametrize("name", ["OKR_LARGEST_BODY", "OKR_WORKERS", "OKR_THREADS"])
@pytest.mark.parametrize("text", ["2_0_4_8", "٨", " 16", "+16", "16.0"])
def test_an_integer_has_plain_digits_alone(monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    with pytest.raises(EnvValidationError, match="must be a whole number in plain digits"):
        load_settings()


def test_integers_are_read(monkeypatch):
    for name, text in (("OKR_LARGEST_BODY", "2048"), ("OKR_WORKERS", "3"), ("OKR_THREADS", "8")):
        monkeypatch.setenv(name, text)
    read = load_settings()
    assert (read.largest_body, read.workers, read.threads) == (2048, 3, 8)
