"""What the batch workflow's role may do: exactly its steps, the list of chunks, and its own executions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.constructs.workflow import DELIVER_LOGS, TRACE, definition_of
from infra.specs import workflow_specs
from tests.infra.conftest import Assembly

NAME = "scoring_batch"


@pytest.fixture
def allowed(aws: Assembly) -> dict[str, str]:
    """Resources, as JSON, by action of the workflow's role."""
    found: dict[str, str] = {}
    for name, policy in aws.resources("AWS::IAM::Policy"):
        if "/ScoringBatchWorkflow" not in name:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            actions: Any = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                assert action not in found
                found[action] = json.dumps(statement["Resource"])
    return found


def test_the_role_may_do_what_the_workflow_does_and_nothing_else(allowed: dict[str, str]) -> None:
    own = {"lambda:InvokeFunction", "s3:GetObject", "states:StartExecution", "states:DescribeExecution",
           "states:StopExecution"}  # fmt: skip
    assert allowed.keys() == own | {*DELIVER_LOGS, *TRACE}


def test_the_role_reaches_its_own_functions_folder_and_executions_only(allowed: dict[str, str]) -> None:
    functions = json.loads(allowed["lambda:InvokeFunction"])
    assert len(functions) == len(workflow_specs()[NAME].functions)
    assert all("ScoringBatch" in json.dumps(function) for function in functions)
    assert "/batches/work/*" in allowed["s3:GetObject"]
    assert ":stateMachine:rapport-scoring-batch" in allowed["states:StartExecution"]
    assert ":execution:rapport-scoring-batch/*" in allowed["states:StopExecution"]


def test_the_map_is_distributed_bounded_and_survives_chunks_that_fail() -> None:
    states: Any = definition_of(NAME)["States"]
    chunks = states["ScoreChunks"]
    assert chunks["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert 1 <= chunks["MaxConcurrency"] <= 40
    assert chunks["ToleratedFailurePercentage"] == 100
    assert chunks["ItemProcessor"]["States"]["Score"]["Catch"][0]["Next"] == "GiveUp"
