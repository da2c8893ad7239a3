"""The contact flow obeys the flow language, and says about a caller only what the look-up answers."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from rapport.calls.lookup import DEFAULTS

from infra.contact_flow import Queues, build, validate
from tests.infra.conftest import Assembly

QUEUES = Queues(standard="arn:standard", vip="arn:vip", high_risk="arn:high-risk")


def flow() -> dict[str, Any]:
    return build(lookup_arn="arn:lookup", queues=QUEUES)


def named(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(action for action in document["Actions"] if action["Identifier"] == name)
    return found


def follow(document: dict[str, Any], answers: dict[str, str] | None) -> list[str]:
    """Names of the actions a caller passes; `answers` is the look-up's map, None when it fails."""
    path = [document["StartAction"]]
    while True:
        action = named(document, path[-1])
        transitions = action["Transitions"]
        if action["Type"] == "DisconnectParticipant":
            return path
        if action["Type"] == "InvokeLambdaFunction" and answers is None:
            path.append(transitions["Errors"][0]["NextAction"])
        elif action["Type"] == "Compare":
            value = (answers or {}).get(action["Parameters"]["ComparisonValue"].removeprefix("$.External."))
            condition = transitions["Conditions"][0]
            matched = value in condition["Condition"]["Operands"]
            path.append(condition["NextAction"] if matched else transitions["NextAction"])
        else:
            path.append(transitions["NextAction"])


def test_the_flow_is_valid() -> None:
    assert validate(flow()) == []


@pytest.mark.parametrize(
    ("answers", "queue"),
    [
        ({"isSpam": "false", "isVip": "false", "riskBand": "LOW"}, "to-standard"),
        ({"isSpam": "false", "isVip": "true", "riskBand": "HIGH"}, "to-vip"),
        ({"isSpam": "false", "isVip": "false", "riskBand": "HIGH"}, "to-high-risk"),
        (dict(DEFAULTS), "to-standard"),
        (None, "to-standard"),
    ],
    ids=["ordinary", "vip", "high-risk", "degraded", "look-up-failed"],
)
def test_a_caller_reaches_the_queue_that_the_look_up_means(answers: dict[str, str] | None, queue: str) -> None:
    assert queue in follow(flow(), answers)


def test_spam_hears_a_message_and_reaches_no_queue() -> None:
    path = follow(flow(), {"isSpam": "true", "isVip": "false", "riskBand": "LOW"})
    assert "spam-message" in path
    assert not [name for name in path if name.startswith("to-")]


def test_every_attribute_of_the_flow_is_one_that_the_look_up_returns() -> None:
    used = {
        value.removeprefix("$.External.") for value in json.dumps(flow()).split('"') if value.startswith("$.External.")
    }
    assert used
    assert used <= DEFAULTS.keys()


def broken(name: str, **parameters: Any) -> dict[str, Any]:
    document = copy.deepcopy(flow())
    named(document, name).update(parameters)
    return document


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (broken("look-up", Transitions={"NextAction": "attributes"}), "NoMatchingError"),
        (broken("look-up", Parameters={"InvocationTimeLimitSeconds": 5}), "string of 1 to 8"),
        (broken("look-up", Parameters={"InvocationTimeLimitSeconds": "9"}), "string of 1 to 8"),
        (broken("is-vip", Parameters={"ComparisonValue": ""}), "comparison value"),
        (broken("is-vip", Transitions={"NextAction": "to-vip"}), "NoMatchingCondition"),
        (broken("goodbye", Transitions={"NextAction": "look-up"}), "no transitions"),
        (broken("logging", Transitions={"NextAction": "nowhere"}), "does not exist"),
        (broken("is-spam", Transitions={"NextAction": "goodbye", "Errors": []}), "cannot be reached"),
        (
            broken("analytics", Parameters={"RecordingBehavior": {"RecordedParticipants": ["Agent"]}}),
            "real-time analytics",
        ),
    ],
)  # fmt: skip
def test_what_the_service_would_refuse_is_found_before(document: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in validate(document))


def test_the_stack_integrates_the_look_up_and_associates_every_declared_kind(aws: Assembly) -> None:
    kinds = {properties["ResourceType"] for _, properties in aws.resources("AWS::Connect::InstanceStorageConfig")}
    assert kinds == {
        "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS",
        "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS",
        "CONTACT_TRACE_RECORDS",
        "AGENT_EVENTS",
    }
    permissions = [p for _, p in aws.resources("AWS::Lambda::Permission") if p["Principal"] == "connect.amazonaws.com"]
    assert [permission["SourceAccount"] for permission in permissions] == ["123456789012"]
    (integration,) = [p for _, p in aws.resources("AWS::Connect::IntegrationAssociation")]
    assert integration["IntegrationType"] == "LAMBDA_FUNCTION"
    (deployed,) = [p for _, p in aws.resources("AWS::Connect::ContactFlow")]
    assert deployed["Type"] == "CONTACT_FLOW"
