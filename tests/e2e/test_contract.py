"""The running API keeps its own OpenAPI document: schemathesis tries to prove it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra import ROOT
from tests.e2e.client import Person

pytestmark = pytest.mark.e2e


# Two halves of the API side by side: one after the other takes three minutes.
HALVES = ("^/api/(analytics|calls|start_call|score_customer|end_call|customers)", "^/api/(?!analytics|calls|start_call|"
          "score_customer|end_call|customers|auth/logout)")  # fmt: skip


def test_schemathesis_finds_nothing(hana: Person) -> None:
    runs = [_run(hana, half) for half in HALVES]
    for run in runs:
        output, errors = run.communicate(timeout=400)
        told = "\n".join(line[:400] for line in output.splitlines())
        assert run.returncode == 0, told + errors[-2000:]


def _run(person: Person, paths: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "docs" / "openapi.json"),
            "--url", person.url,
            "--header", f"Authorization: Bearer {person.token}",
            "--include-path-regex", paths,
            "--max-examples", "6", "--seed", "1", "--workers", "1", "--max-response-time", "10",
            "--suppress-health-check", "all",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
