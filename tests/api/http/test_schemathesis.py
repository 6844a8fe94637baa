"""Schemathesis, which knows only the OpenAPI document, finds no answer that contradicts it, on any operation.

It sends data that fit the document and data that do not, and follows the ids of answers into further requests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.demo.client import Client
from api.demo.example import run_example
from api.demo.server import run_server

HERE = Path(__file__).parent
TOKEN = "a-token-of-these-tests-only"


@pytest.mark.parametrize(
    ("phases", "examples"),
    [
        pytest.param("fuzzing,stateful", 2, marks=pytest.mark.slow, id="bounded"),
        pytest.param("examples,coverage,fuzzing,stateful", 60, marks=pytest.mark.torture, id="long"),
    ],
)
def test_no_answer_contradicts_the_openapi_document(tmp_path, phases, examples):
    with run_server(tmp_path / "data", TOKEN) as (address, _):
        client = Client(address, TOKEN)
        run_example(client)
        own = next(each for each in client.get("/v1/tokens")["items"])
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "--no-color"),
            *("run", f"{client.address}/openapi.json", "--header", f"Authorization: Bearer {client.token}"),
            *("--phases", phases, "--max-examples", str(examples), "--continue-on-failure", "--warnings", "off"),
            *("--request-timeout", "60"),
        ]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "SCHEMATHESIS_KEPT_IDS": f"{own['id']} {own['person_id']}",
        }
        run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    tested = re.search(r"Tested: (\d+)", run.stdout)
    selected = re.search(r"Selected: (\d+)/\1\b", run.stdout)
    assert selected, run.stdout
    assert (tested and tested[1]) == selected[1], run.stdout
