"""The running API keeps its own OpenAPI document: schemathesis tries to prove it does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest

from infra import ROOT
from tests.e2e.client import Person

pytestmark = pytest.mark.e2e
DOCUMENT = ROOT / "docs" / "openapi.json"


# Runs side by side: one alone takes ten minutes, most of them waiting.
RUNS = 4
# Ending the session would end the test.
LEFT_OUT = {"/api/auth/logout"}


def test_schemathesis_finds_nothing(hana: Person) -> None:
    paths = sorted(json.loads(DOCUMENT.read_text())["paths"].keys() - LEFT_OUT)
    # Dealt like cards: neighbours cost alike.
    runs = [_run(hana, paths[place::RUNS]) for place in range(RUNS)]
    for run in runs:
        output, errors = run.communicate(timeout=900)
        told = "\n".join(line[:400] for line in output.splitlines())
        assert run.returncode == 0, told + errors[-2000:]


def _run(person: Person, paths: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT),
            "--url", person.url,
            "--header", f"Authorization: Bearer {person.token}",
            "--include-path-regex", f"^({'|'.join(map(re.escape, paths))})$",
            "--max-examples", "6", "--seed", "1", "--workers", "1", "--request-timeout", "60",
            "--suppress-health-check", "all",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
