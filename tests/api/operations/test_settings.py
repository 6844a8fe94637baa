"""Settings keep to the grammar of integers of the API."""

import pytest
from environs import EnvValidationError

from api.operations.settings import load_settings
from projections.documents.render_process import RenderLimits


@pytest.mark.parametrize("name", ["OKR_LARGEST_BODY", "OKR_WORKERS", "OKR_THREADS", "OKR_RENDERERS", "OKR_RENDER_MEMORY"])
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


def test_the_limits_of_rendering_are_read(monkeypatch):
    assert load_settings().render_limits == RenderLimits()
    numbers = {"RENDER_MEMORY": "64", "RENDER_SECONDS": "5", "RENDERERS": "1", "RENDER_WAIT": "0", "THREADS": "8"}
    for name, text in numbers.items():
        monkeypatch.setenv(f"OKR_{name}", text)
    assert load_settings().render_limits == RenderLimits(67_108_864, seconds=5, at_once=1, wait_seconds=0, waiting=2)


@pytest.mark.parametrize(
    ("name", "text"), [("RENDER_MEMORY", "63"), ("RENDER_SECONDS", "0"), ("RENDERERS", "0"), ("RENDER_WAIT", "61")]
)
def test_a_limit_of_rendering_has_bounds(monkeypatch, name, text):
    monkeypatch.setenv(f"OKR_{name}", text)
    with pytest.raises(EnvValidationError, match="must be from"):
        load_settings()
