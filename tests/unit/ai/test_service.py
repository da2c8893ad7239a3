"""The assistant answers always, spends only what was reserved, and says why the rules answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from rapport.ai.breaker import Breaker
from rapport.ai.contexts import (
    BehaviorContext,
    ChatContext,
    CommunicationContext,
    Context,
    DocumentContext,
    FraudContext,
    OnboardingContext,
)
from rapport.ai.features import RESULTS
from rapport.ai.gateway import OpenAiGateway
from rapport.ai.model import Fallback, Feature, Source, Usage
from rapport.ai.ports import ModelFailedError
from rapport.ai.prices import TABLE, Price, cost, price_of, prices
from rapport.ai.prompts import prompt
from rapport.ai.schema import strict_schema
from rapport.vendors.secrets import SecretStore

from sandbox.vendors.openai import OpenAiServer
from tests.builders.ai import NOW, MemoryLedger, ScriptedGateway, asking, assistant, without_key

LINK = "https://bank.example/r/token-abcdef0123456789"
CONTEXTS: dict[Feature, Context] = {
    Feature.PERSONALIZE_ONBOARDING: OnboardingContext(customer_name="Alex Morgan"),
    Feature.OPTIMIZE_COMMUNICATION: CommunicationContext(customer_name="Alex Morgan", purpose="reminder", link=LINK),
    Feature.ANALYZE_BEHAVIOR: BehaviorContext(),
    Feature.DETECT_FRAUD: FraudContext(model_probability=0.5),
    Feature.DOCUMENT_CONTENT: DocumentContext(kind="welcome_letter", customer_name="山田 花子", language="ja"),
    Feature.CHATBOT: ChatContext(message="how do I sign?"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


@pytest.fixture(autouse=True)
def well(server: OpenAiServer) -> None:
    server.mode, server.delay_s = "good", 12.0
    server.requests.clear()


@pytest.mark.parametrize("feature", Feature)
def test_every_feature_is_answered_by_a_model_in_its_schema(feature: Feature, server: OpenAiServer) -> None:
    ledger = MemoryLedger()
    answer = asking(server.url, ledger).ask(feature, CONTEXTS[feature], "somebody")
    assert (answer.source, answer.fallback) == (Source.MODEL, None)
    assert isinstance(answer.result, RESULTS[feature])
    (request,) = server.requests
    assert request["store"] is False
    assert request["text"]["format"]["strict"] is True
    assert answer.cost_micro_usd == ledger.spent > 0


@pytest.mark.parametrize("feature", Feature)
def test_every_feature_is_answered_without_a_key_and_costs_nothing(feature: Feature) -> None:
    ledger = MemoryLedger()
    answer = without_key(ledger).ask(feature, CONTEXTS[feature], "somebody")
    assert (answer.source, answer.fallback, answer.cost_micro_usd) == (Source.RULES, Fallback.NO_KEY, 0)
    assert answer.rules
    assert ledger.spent == 0


@pytest.mark.parametrize("text", ["", "generated-by-aws-until-somebody-puts-one", "{}", '{"openai": {}}'])
def test_a_secret_that_nobody_has_put_yet_is_no_key(text: str) -> None:
    class Manager:
        def get_secret_value(self, **request: Any) -> dict[str, str]:
            return {"SecretString": text}

    gateway = OpenAiGateway(SecretStore(Manager(), "arn"), url="http://127.0.0.1:9", model="gpt-4.1-mini")
    answer = assistant(gateway).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody")
    assert (answer.source, answer.fallback) == (Source.RULES, Fallback.NO_KEY)


def test_a_key_that_is_taken_away_between_two_looks_is_no_key() -> None:
    gateway = OpenAiGateway(Taken([{"api_key": "sk-x"}, {}]), url="http://127.0.0.1:9", model="gpt-4.1-mini")
    answer = assistant(gateway).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody")
    assert (answer.source, answer.fallback, answer.cost_micro_usd) == (Source.RULES, Fallback.NO_KEY, 0)


class Taken:
    """Implements `Secrets`: another part at each look, the last one for ever."""

    def __init__(self, parts: list[dict[str, Any]]) -> None:
        self.parts = parts

    def get(self, name: str) -> dict[str, Any]:
        return self.parts.pop(0) if len(self.parts) > 1 else self.parts[0]


@pytest.mark.parametrize(
    ("mode", "reason", "calls", "charged"),
    [
        ("refusal", Fallback.REFUSAL, 1, True),
        ("incomplete", Fallback.INCOMPLETE, 1, True),
        ("invalid_json", Fallback.INVALID_JSON, 1, True),
        ("business_invalid", Fallback.INVALID_RESULT, 1, True),
        ("quota", Fallback.QUOTA, 1, False),
        ("rate_limited", Fallback.RATE_LIMITED, 2, False),
        ("unavailable", Fallback.UNAVAILABLE, 2, False),
        ("unauthorized", Fallback.REJECTED, 1, False),
        ("drop", Fallback.UNAVAILABLE, 2, False),
    ],
)
def test_each_fault_of_the_vendor_falls_back_with_its_reason(
    mode: str, reason: Fallback, calls: int, charged: bool, server: OpenAiServer
) -> None:
    server.mode, ledger = mode, MemoryLedger()
    answer = asking(server.url, ledger).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody")
    assert (answer.source, answer.fallback) == (Source.RULES, reason)
    assert len(server.requests) == calls
    assert (ledger.spent > 0) is charged
    assert answer.cost_micro_usd == ledger.spent


def test_a_slow_vendor_is_left_in_time_and_its_cost_is_estimated(server: OpenAiServer) -> None:
    server.mode, server.delay_s, ledger = "slow", 4.0, MemoryLedger()
    answer = asking(server.url, ledger).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody", remaining_s=3.2)
    assert (answer.source, answer.fallback) == (Source.RULES, Fallback.TIMEOUT)
    (line,) = ledger.interactions
    assert line.estimated
    assert line.attempts == 1
    assert line.latency_ms < 3200
    assert line.cost_micro_usd == ledger.spent > 0


def test_who_has_no_time_left_asks_nobody(server: OpenAiServer) -> None:
    answer = asking(server.url).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody", remaining_s=2.5)
    assert answer.fallback is Fallback.NO_TIME
    assert server.requests == []


def test_nobody_is_asked_once_the_budget_of_the_day_is_used(server: OpenAiServer) -> None:
    ledger = MemoryLedger()
    asked = asking(server.url, ledger, daily_budget=2_500)
    reasons = [asked.ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody").fallback for _ in range(12)]
    assert reasons[0] is None
    assert reasons[-1] is Fallback.BUDGET
    assert ledger.spent <= 2_500
    assert len(server.requests) == reasons.count(None)


def test_the_circuit_opens_after_failures_and_closes_when_the_vendor_is_back(server: OpenAiServer) -> None:
    clock = [NOW]
    asked = asking(server.url, breaker=Breaker(lambda: clock[0], failures=4, seconds=30))
    server.mode = "unavailable"
    ask = lambda: asked.ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody").fallback  # noqa: E731
    assert [ask(), ask(), ask()] == [Fallback.UNAVAILABLE, Fallback.UNAVAILABLE, Fallback.CIRCUIT_OPEN]
    server.mode = "good"
    assert ask() is Fallback.CIRCUIT_OPEN
    clock[0] += 31_000
    assert [ask(), ask()] == [None, None]


def test_the_same_question_is_paid_once_and_never_keeps_a_name(server: OpenAiServer) -> None:
    ledger = MemoryLedger()
    asked = asking(server.url, ledger)
    names = ("Alex Morgan", "Jamie Reed")
    contexts = [CommunicationContext(customer_name=name, purpose="reminder", language="ja") for name in names]
    first, second = (asked.ask(Feature.OPTIMIZE_COMMUNICATION, context, "somebody") for context in contexts)
    assert len(server.requests) == 1
    assert second.cost_micro_usd == 0
    assert names[0] in first.result.body
    assert names[1] in second.result.body
    assert not any(name in text for name in names for text in ledger.kept.values())


PERSONAL = ("Alex Morgan", "Morgan", "alex.morgan@example.com", "+1 202 555 0143", "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00", "token-abcdef0123456789")  # fmt: skip


@pytest.mark.parametrize("mode", ["good", "refusal", "obey", "unavailable"])
def test_nothing_personal_reaches_the_vendor_the_ledger_or_the_logs(
    mode: str, server: OpenAiServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.mode, ledger = mode, MemoryLedger()
    text = "I am {0}, {2}, {3}, card {4}, account {5}".format(*PERSONAL)
    asked = asking(server.url, ledger)
    asked.ask(Feature.CHATBOT, ChatContext(customer_name=PERSONAL[0], message=text), "somebody")
    context = CommunicationContext(customer_name=PERSONAL[0], purpose="reminder", link=LINK, notes=text)
    asked.ask(Feature.OPTIMIZE_COMMUNICATION, context, "somebody")
    seen = json.dumps(server.requests) + "".join(line.model_dump_json() for line in ledger.interactions)
    seen += "".join(record.getMessage() for record in caplog.records)
    assert [value for value in PERSONAL if value in seen] == []
    assert "somebody" not in json.dumps(server.requests)


def test_the_answer_has_the_name_and_the_link_that_were_taken_out(server: OpenAiServer) -> None:
    context = CommunicationContext(customer_name="山田 花子", purpose="reminder", link=LINK, language="ja")
    answer = asking(server.url).ask(Feature.OPTIMIZE_COMMUNICATION, context, "somebody")
    assert answer.source is Source.MODEL
    assert "山田 花子" in answer.result.body
    assert LINK in answer.result.body


def test_both_tries_are_counted_when_the_first_is_charged_and_lost() -> None:
    ledger = MemoryLedger()
    lost = ModelFailedError(Fallback.TIMEOUT, charged=True, retryable=True)
    refused = ModelFailedError(Fallback.REFUSAL, usage=Usage(input=100, output=10), charged=True, vendor_fault=False)
    answer = assistant(ScriptedGateway([lost, refused]), ledger).ask(
        Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody"
    )
    assert answer.fallback is Fallback.REFUSAL
    (line,) = ledger.interactions
    assert (line.attempts, line.estimated) == (2, True)
    assert line.cost_micro_usd == ledger.spent


def test_a_model_without_a_price_has_an_unknown_cost_not_none() -> None:
    ledger = MemoryLedger()
    refused = ModelFailedError(Fallback.REFUSAL, usage=Usage(input=100, output=10), model="else-1", vendor_fault=False)
    gateway = ScriptedGateway([refused], name="else-1")
    answer = assistant(gateway, ledger).ask(Feature.CHATBOT, CONTEXTS[Feature.CHATBOT], "somebody")
    assert answer.cost_micro_usd is None
    assert ledger.interactions[0].usage.input == 100


def test_prices_are_those_of_the_day_also_of_a_snapshot() -> None:
    table = (
        Price(model="m", valid_from="2026-01-01", input=100, cached=10, output=400),
        Price(model="m", valid_from="2026-07-01", input=50, cached=5, output=200),
    )
    june, july = price_of("m-2025-04-14", "2026-06-30", table), price_of("m", "2026-07-01", table)
    assert june == table[0]
    assert july == table[1]
    assert price_of("m", "2025-12-31", table) is None
    assert cost(table[0], Usage(input=1000, cached=400, output=100)) == 60 + 4 + 40


@pytest.mark.parametrize("feature", Feature)
def test_schemas_are_strict_at_every_depth(feature: Feature) -> None:
    def check(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                check(item)
        if not isinstance(node, dict):
            return
        assert "default" not in node
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        for value in node.values():
            check(value)

    check(strict_schema(RESULTS[feature]))


@pytest.mark.parametrize("feature", Feature)
def test_every_prompt_has_a_version_a_hash_and_room_for_the_canary(feature: Feature) -> None:
    found = prompt(feature)
    assert found.id.startswith(f"{feature.value}.v")
    assert len(found.sha256) == 64
    assert "{{canary}}" in found.text
    assert "mark-1" in found.instructions("mark-1")


def test_the_table_of_prices_says_where_and_when_it_is_from_and_has_one_price_a_day() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    assert table["source"].endswith("https://developers.openai.com/api/docs/pricing")
    compared = date.fromisoformat(table["compared"][:10])
    rows = [(row["model"], row["valid_from"]) for row in table["prices"]]
    assert len(rows) == len(set(rows))
    assert all(date.fromisoformat(day) <= compared for _, day in rows)
    assert all(0 < price.cached < price.input < price.output for price in prices())
