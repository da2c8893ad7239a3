"""Least privilege, proven by what was used: runs last, over every decision of the whole session.

No call was refused, so no grant is missing; every grant was used, so taking any one away refuses a call that
these tests make.
"""

from __future__ import annotations

import json
import re

import pytest

from infra.constructs.function import READ_STREAM, READ_TABLE_STREAM
from infra.specs import function_specs
from sandbox.stack import LocalStack
from tests.e2e.client import Person

pytestmark = pytest.mark.e2e


def decisions(stack: LocalStack) -> list[dict[str, str]]:
    assert stack.iam_log is not None
    return [json.loads(line) for line in stack.iam_log.read_text().splitlines()]


def role_prefix(name: str) -> str:
    """How the roles of a function's stack resource begin, e.g. `CallsApi`."""
    return "".join(part.capitalize() for part in name.split("_"))


def test_no_call_was_refused(stack: LocalStack, hana: Person) -> None:
    assert hana.get("/api/health/detailed").json()["status"] == "ok"
    refused = {(d["role"], d["action"], d["resource"]) for d in decisions(stack) if not d["allowed"]}
    assert refused == set()


@pytest.mark.parametrize("name", sorted(function_specs()))
def test_every_grant_of_a_function_was_used(stack: LocalStack, hana: Person, name: str) -> None:
    del hana
    wanted = {(action, bool(grant.indexes)) for grant in function_specs()[name].grants for action in grant.actions}
    mine = [d for d in decisions(stack) if re.search(rf"-{role_prefix(name)}Role", d["role"])]
    used = {(d["action"], "/index/" in d["resource"]) for d in mine if d["allowed"]}
    # The emulator asks nobody for the right to pass a role.
    platform = {*READ_STREAM, *READ_TABLE_STREAM, "iam:PassRole"}
    assert {pair for pair in wanted - used if pair[0] not in platform} == set()
