"""Rapport's inbound contact flow, in Amazon Connect's Flow language "2019-10-30".

Built from data instead of exported from the console, because a console export carries ids of its instance
and fails `CreateContactFlow` elsewhere. `validate` knows the rules that the service checks.

Language: https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "2019-10-30"
LOOKUP_SECONDS = "5"
# Attributes copied from the look-up's answer, because the next Lambda would overwrite $.External.
LOOKUP_ATTRIBUTES = (
    "lookupStatus",
    "known",
    "customerId",
    "riskBand",
    "riskScore",
    "spamProbability",
    "isSpam",
    "isVip",
    "language",
    "nextBestAction",
)
Action = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Queues:
    """ARNs of the queues that callers are sent to."""

    standard: str
    vip: str
    high_risk: str


def build(*, lookup_arn: str, queues: Queues, language: str = "en-US") -> dict[str, Any]:
    """The flow: analytics on, look-up, attributes, then spam, VIP and high risk apart from everybody else.

    Whatever the look-up does, the caller reaches a queue or hears why not.
    """
    copied = {name: f"$.External.{name}" for name in LOOKUP_ATTRIBUTES}
    actions = [
        _action("logging", "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}, "analytics"),
        _action("analytics", "UpdateContactRecordingBehavior", _analytics(language), "look-up"),
        _action(
            "look-up",
            "InvokeLambdaFunction",
            {
                "LambdaFunctionARN": lookup_arn,
                "InvocationTimeLimitSeconds": LOOKUP_SECONDS,
                "InvocationType": "SYNCHRONOUS",
                "ResponseValidation": {"ResponseType": "STRING_MAP"},
            },
            "attributes",
            error="look-up-failed",
        ),
        _action(
            "attributes", "UpdateContactAttributes", {"Attributes": copied, "TargetContact": "Current"}, "is-spam",
            error="look-up-failed",
        ),
        _action(
            "look-up-failed", "UpdateContactAttributes",
            {"Attributes": {"lookupStatus": "failed"}, "TargetContact": "Current"}, "to-standard",
            error="to-standard",
        ),
        _compare("is-spam", "$.External.isSpam", "true", "spam-message", "is-vip"),
        _compare("is-vip", "$.External.isVip", "true", "to-vip", "is-high-risk"),
        _compare("is-high-risk", "$.External.riskBand", "HIGH", "to-high-risk", "to-standard"),
        _message("spam-message", "This number cannot be connected. Please write to us instead.", "goodbye"),
        *_queue("to-vip", queues.vip),
        *_queue("to-high-risk", queues.high_risk),
        *_queue("to-standard", queues.standard),
        _message("all-busy", "We are sorry, too many callers are waiting. Please call again later.", "goodbye"),
        _message("trouble", "We are sorry, something went wrong. Please call again later.", "goodbye"),
        {"Identifier": "goodbye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ]  # fmt: skip
    return {"Version": VERSION, "StartAction": "logging", "Actions": actions}


def _analytics(language: str) -> dict[str, Any]:
    """Both sides recorded and analysed as they speak; without the modes nothing would be real time."""
    return {
        "RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]},
        "AnalyticsBehavior": {
            "Enabled": "True",
            "AnalyticsLanguage": language,
            "AnalyticsRedactionBehavior": "Disabled",
            "AnalyticsRedactionResults": "None",
            "ChannelConfiguration": {
                "Chat": {"AnalyticsModes": ["ContactLens"]},
                "Voice": {"AnalyticsModes": ["RealTime"]},
            },
            "SentimentConfiguration": {"Enabled": "True"},
        },
    }


def _errors(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"ErrorType": kind, "NextAction": target} for kind, target in pairs]


def _action(name: str, kind: str, parameters: dict[str, Any], after: str, *, error: str | None = None) -> Action:
    transitions: dict[str, Any] = {"NextAction": after}
    if error is not None:
        transitions["Errors"] = _errors(("NoMatchingError", error))
    return {"Identifier": name, "Type": kind, "Parameters": parameters, "Transitions": transitions}


def _compare(name: str, value: str, wanted: str, then: str, otherwise: str) -> Action:
    return {
        "Identifier": name,
        "Type": "Compare",
        "Parameters": {"ComparisonValue": value},
        "Transitions": {
            "NextAction": otherwise,
            "Conditions": [{"NextAction": then, "Condition": {"Operator": "Equals", "Operands": [wanted]}}],
            "Errors": _errors(("NoMatchingCondition", otherwise)),
        },
    }


def _message(name: str, text: str, after: str) -> Action:
    return _action(name, "MessageParticipant", {"Text": text}, after, error=after)


def _queue(name: str, arn: str) -> list[Action]:
    """Choose a queue and go there; a full queue and a failure are told to the caller."""
    transfer = f"{name}-transfer"
    return [
        _action(name, "UpdateContactTargetQueue", {"QueueId": arn}, transfer, error="trouble"),
        {
            "Identifier": transfer,
            "Type": "TransferContactToQueue",
            "Parameters": {},
            "Transitions": {
                "NextAction": "goodbye",
                "Errors": _errors(("QueueAtCapacity", "all-busy"), ("NoMatchingError", "trouble")),
            },
        },
    ]


NEEDS_NO_MATCHING_ERROR = frozenset(
    {
        "InvokeLambdaFunction",
        "UpdateContactAttributes",
        "UpdateContactTargetQueue",
        "TransferContactToQueue",
        "MessageParticipant",
    }
)


def targets(action: Action) -> list[str]:
    """Where an action may lead."""
    transitions = action["Transitions"]
    found = [transitions["NextAction"]] if "NextAction" in transitions else []
    for branch in ("Conditions", "Errors"):
        found += [item["NextAction"] for item in transitions.get(branch, [])]
    return found


def validate(flow: dict[str, Any]) -> list[str]:
    """What the service would refuse, in words; empty when the flow is good."""
    problems: list[str] = []
    actions: dict[str, Action] = {action["Identifier"]: action for action in flow["Actions"]}
    if flow.get("Version") != VERSION:
        problems.append(f"the version must be {VERSION}")
    if len(actions) != len(flow["Actions"]):
        problems.append("two actions have the same identifier")
    if flow["StartAction"] not in actions:
        problems.append("the start action does not exist")
    for name, action in actions.items():
        problems += [f"{name}: leads to {to!r}, which does not exist" for to in targets(action) if to not in actions]
        problems += [f"{name}: {problem}" for problem in _rules(action)]
    reached = _reachable(actions, flow["StartAction"])
    problems += [f"{name}: cannot be reached" for name in actions if name not in reached]
    return problems


def _rules(action: Action) -> Sequence[str]:
    kind, parameters, transitions = action["Type"], action["Parameters"], action["Transitions"]
    errors = {error["ErrorType"] for error in transitions.get("Errors", [])}
    found: list[str] = []
    if kind == "DisconnectParticipant":
        return [] if transitions == {} else ["a disconnect has no transitions"]
    if "NextAction" not in transitions:
        found.append("has no next action")
    if kind in NEEDS_NO_MATCHING_ERROR and "NoMatchingError" not in errors:
        found.append("needs a NoMatchingError branch")
    if kind == "Compare":
        if "NoMatchingCondition" not in errors:
            found.append("needs a NoMatchingCondition branch")
        if not parameters.get("ComparisonValue"):
            found.append("needs a comparison value")
    if kind == "InvokeLambdaFunction":
        limit = parameters.get("InvocationTimeLimitSeconds")
        if not isinstance(limit, str) or not limit.isdecimal() or not 1 <= int(limit) <= 8:
            found.append("the time limit must be a string of 1 to 8")
    if kind == "UpdateContactRecordingBehavior":
        if errors:
            found.append("this block takes no error branch")
        behaviour = parameters.get("AnalyticsBehavior", {})
        voice = behaviour.get("ChannelConfiguration", {}).get("Voice", {})
        if behaviour.get("Enabled") != "True" or "RealTime" not in voice.get("AnalyticsModes", []):
            found.append("real-time analytics is not switched on")
        if set(parameters["RecordingBehavior"]["RecordedParticipants"]) != {"Agent", "Customer"}:
            found.append("real-time analytics needs both sides recorded")
    if kind == "UpdateContactEventHooks" and not parameters.get("EventHooks"):
        found.append("event hooks must not be empty")
    return found


def _reachable(actions: dict[str, Action], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in actions and name not in seen:
            seen.add(name)
            waiting.extend(targets(actions[name]))
    return seen
