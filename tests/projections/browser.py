"""A real browser to open documents in, one for all tests of a process."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

EXECUTABLE_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_MISSING = "Chromium for tests is missing: apt-get install chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")


@pytest.fixture(scope="session")
def chromium():
    """Where there is none, the test is skipped; not where everything is tested."""
    found = next(filter(None, map(shutil.which, EXECUTABLE_NAMES)), None)
    if not found:
        (pytest.fail if "CI" in os.environ else pytest.skip)(CHROMIUM_MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
