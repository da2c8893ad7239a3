"""How the tests run, and the deployed local stack, started once a session for end-to-end and browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from sandbox.processes import free_port
from sandbox.stack import LocalStack
from tests.e2e.client import Person

# A machine that is busy with something else must not fail a property; performance is measured by `make bench`.
settings.register_profile("rapport", deadline=None, max_examples=50)
settings.load_profile("rapport")


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str) -> None:
    """Ends the run. pytest-xdist would give the test to the next worker, which dies of it, too, and then wait."""
    pytest.exit(f"a worker died in {crashitem}", returncode=3)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The application on the emulator with IAM enforced, every permission decision recorded."""
    folder: Path = tmp_path_factory.mktemp("stack")
    local = LocalStack(
        port=free_port(),
        emulator_port=free_port(),
        run_dir=folder,
        iam_log=folder / "permissions.jsonl",
        wait_scale=0.01,
    )
    with local:
        yield local


@pytest.fixture(scope="session")
def hana(stack: LocalStack) -> Person:
    """An agent of team collections."""
    return Person.signed_in(stack.url, "hana.sato", stack.credentials["hana.sato"])


@pytest.fixture(scope="session")
def emma(stack: LocalStack) -> Person:
    """An agent of team cards."""
    return Person.signed_in(stack.url, "emma.clark", stack.credentials["emma.clark"])


@pytest.fixture(scope="session")
def yuki(stack: LocalStack) -> Person:
    """The supervisor of team collections."""
    return Person.signed_in(stack.url, "yuki.tanaka", stack.credentials["yuki.tanaka"])


@pytest.fixture(scope="session")
def liam(stack: LocalStack) -> Person:
    """An analyst, who decides on applications."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
