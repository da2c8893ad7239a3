"""A branch with an empty table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.identity import Branch, identity_table


@pytest.fixture
def branch() -> Iterator[Branch]:
    with identity_table() as client:
        yield Branch(client)
