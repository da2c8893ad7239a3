"""The running API keeps its own OpenAPI document: schemathesis tries to prove it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra import ROOT
from tests.e2e.client import Person

pytestmark = pytest.mark.e2e


def test_schemathesis_finds_nothing(hana: Person) -> None:
    result = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "docs" / "openapi.json"),
            "--url", hana.url,
            "--header", f"Authorization: Bearer {hana.token}",
            "--exclude-path", "/api/auth/logout",
            "--max-examples", "6", "--seed", "1", "--workers", "1", "--max-response-time", "10",
            "--suppress-health-check", "all",
        ],
        capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert result.returncode == 0, "\n".join(line[:400] for line in result.stdout.splitlines()) + result.stderr[-2000:]
