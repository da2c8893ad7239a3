"""Asks a language model, carefully, and the rules whenever that gives nothing fit to use (docs/ai.md).

clean -> redact -> cache -> budget -> model -> checks -> restore; whatever goes wrong on the way is the reason that
is kept with the rules' answer. Nobody waits longer than the time-out, and nothing is spent that was not reserved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from rapport.ai import rules
from rapport.ai.breaker import Breaker
from rapport.ai.checks import UnfitError, check_result, check_texts, ngrams
from rapport.ai.clean import clean
from rapport.ai.contexts import Context
from rapport.ai.features import CACHEABLE, CONTEXTS, MAX_OUTPUT_TOKENS, RESULTS
from rapport.ai.ids import timed_id
from rapport.ai.model import Answer, Fallback, Feature, Interaction, Source, Usage
from rapport.ai.ports import Ledger, ModelFailedError, ModelGateway, Reply, Request
from rapport.ai.prices import cost, estimate, price_of
from rapport.ai.prompts import Prompt, prompt
from rapport.ai.redaction import Redaction
from rapport.ai.results import Strict
from rapport.ai.schema import strict_schema
from rapport.runtime.clock import day_of, now_ms
from rapport.runtime.errors import DependencyUnavailableError

TIMEOUT_S = 8.0
SPARE_S = 2.0  # of the caller's remaining time: for the rules, the ledger and the way back
SHORTEST_S = 1.0  # a model asked for less would only cost
TENANT = "default"


@dataclass
class _Spent:
    """What the tries of one request came to."""

    usage: Usage = field(default_factory=Usage)
    micro_usd: int | None = 0
    estimated: bool = False
    attempts: int = 0
    model: str | None = None
    request_id: str | None = None
    cached: bool = False


@dataclass(frozen=True)
class _Request:
    """A request on its way. `data` is redacted."""

    feature: Feature
    context: Context
    username: str
    redaction: Redaction
    data: dict[str, Any]
    prompt: Prompt
    deadline: float
    spent: _Spent = field(default_factory=_Spent)


class Assistant:
    """One question to one feature gives one answer, always."""

    def __init__(
        self,
        gateway: ModelGateway,
        ledger: Ledger,
        *,
        daily_budget: int,
        breaker: Breaker | None = None,
        clock: Callable[[], int] = now_ms,
        monotonic: Callable[[], float] = time.monotonic,
        tenant: str = TENANT,
    ) -> None:
        self._gateway = gateway
        self._ledger = ledger
        self._key = secrets.token_bytes(32)
        self._daily_budget = daily_budget
        self._breaker = breaker or Breaker(clock)
        self._clock = clock
        self._monotonic = monotonic
        self._tenant = tenant

    def ask(self, feature: Feature, context: Context, username: str, *, remaining_s: float = 29.0) -> Answer[Any]:
        """The model's answer, or the rules' with the reason. `remaining_s` is how long the caller can wait."""
        started = self._monotonic()
        # Cleaning can empty a text that must not be empty: then there was nothing to read in it.
        context = _cleaned(context)
        redaction = Redaction(context.people())
        request = _Request(
            feature=feature,
            context=context,
            username=username,
            redaction=redaction,
            data=_placed(redaction, context),
            prompt=prompt(feature),
            deadline=started + remaining_s - SPARE_S,
        )
        result, source, fallback, held = self._answer(request)
        interaction = self._interaction(request, result, source, fallback, held, started)
        # The money is in the budget already; the answer is worth more than its line in the history.
        with suppress(DependencyUnavailableError):
            self._ledger.record(interaction)
        return Answer[Any](
            feature=feature,
            result=result,
            source=source,
            confidence=getattr(result, "confidence", 0.0),
            interaction_id=interaction.interaction_id,
            cost_micro_usd=interaction.cost_micro_usd,
            fallback=fallback,
            rules=held,
            prompt_version=request.prompt.id,
            model=request.spent.model,
        )

    def _answer(self, request: _Request) -> tuple[Strict, Source, Fallback | None, tuple[str, ...]]:
        try:
            try:
                return self._by_model(request), Source.MODEL, None, ()
            except DependencyUnavailableError:
                raise ModelFailedError(Fallback.LEDGER) from None
        except ModelFailedError as failure:
            ruled = rules.answer(request.feature, request.context)
            result, held = ruled.result, ruled.rules
            try:
                check_texts(result.texts(), links=request.context.links())
            except UnfitError as unfit:
                # Only what was given can be at fault: the same rules without it.
                ruled = rules.answer(request.feature, _bare(request.context))
                result, held = ruled.result, (*ruled.rules, f"input.{unfit.reason}")
            return result, Source.RULES, failure.reason, held

    def _by_model(self, request: _Request) -> Strict:
        model = self._gateway.model()
        if model is None:
            raise ModelFailedError(Fallback.NO_KEY)
        payload = json.dumps(request.data, ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(f"{request.prompt.sha256} {model} {payload}".encode()).hexdigest()
        if request.feature in CACHEABLE and (kept := self._ledger.cached(key)) is not None:
            request.spent.cached, request.spent.model = True, model
            return self._fit(request, kept)
        text = self._paid(request, model, payload)
        result = self._fit(request, text)
        if request.feature in CACHEABLE:
            self._ledger.keep(key, text, self._clock())
        return result

    def _paid(self, request: _Request, model: str, payload: str) -> str:
        """Ask within budget; the reservation is settled whatever happens."""
        day = day_of(self._clock())
        price = price_of(model, day)
        instructions = request.prompt.instructions(self._canary(request))
        schema = strict_schema(RESULTS[request.feature])
        size = len((instructions + payload + json.dumps(schema)).encode())
        most = MAX_OUTPUT_TOKENS[request.feature]
        # A model without a price is counted at nothing and shown as unknown: the alarm is the null cost.
        worst = estimate(price, size, most) if price else 0
        if not self._breaker.allows():
            raise ModelFailedError(Fallback.CIRCUIT_OPEN)
        if not self._ledger.reserve(self._tenant, day, request.feature, worst, self._daily_budget):
            raise ModelFailedError(Fallback.BUDGET)
        try:
            reply = self._tries(request, instructions, payload, schema, worst)
        finally:
            spent = request.spent
            if price is None and spent.attempts:
                spent.micro_usd = None  # unknown is not nothing
            # What cannot be settled stays reserved: the budget errs on the safe side.
            with suppress(DependencyUnavailableError):
                self._ledger.settle(self._tenant, day, request.feature, (spent.micro_usd or 0) - worst)
        return reply.text

    def _tries(self, request: _Request, instructions: str, payload: str, schema: dict[str, Any], worst: int) -> Reply:
        """At most two calls, the second only for what may pass by itself and while there is time."""
        while True:
            left = request.deadline - self._monotonic()
            if left < SHORTEST_S:
                raise ModelFailedError(Fallback.NO_TIME if not request.spent.attempts else Fallback.TIMEOUT)
            request.spent.attempts += 1
            try:
                reply = self._gateway.ask(
                    Request(
                        feature=request.feature,
                        instructions=instructions,
                        data=payload,
                        schema_name=request.feature.value,
                        json_schema=schema,
                        max_output_tokens=MAX_OUTPUT_TOKENS[request.feature],
                        username=request.username,
                        prompt_id=request.prompt.id,
                        timeout_s=min(TIMEOUT_S, left),
                    )
                )
            except ModelFailedError as failure:
                self._count(request, failure.usage, failure.model, failure.request_id)
                if failure.charged and failure.usage is None:
                    request.spent.micro_usd = (request.spent.micro_usd or 0) + worst
                    request.spent.estimated = True
                self._breaker.failed() if failure.vendor_fault else self._breaker.succeeded()
                if failure.retryable and request.spent.attempts < 2:
                    continue
                raise
            self._breaker.succeeded()
            self._count(request, reply.usage, reply.model, reply.request_id)
            return reply

    def _count(self, request: _Request, usage: Usage | None, model: str | None, request_id: str | None) -> None:
        spent = request.spent
        spent.model = model or spent.model or self._gateway.model()
        spent.request_id = request_id or spent.request_id
        if usage is None:
            return
        spent.usage = Usage(**{name: getattr(spent.usage, name) + value for name, value in usage.model_dump().items()})
        price = price_of(spent.model, day_of(self._clock())) if spent.model else None
        if price and spent.micro_usd is not None:
            spent.micro_usd += cost(price, usage)

    def _fit(self, request: _Request, text: str) -> Strict:
        """The answer restored and checked, or the failure that it is."""
        try:
            written = json.loads(text)
        except ValueError:
            raise ModelFailedError(Fallback.INVALID_JSON) from None
        try:
            result = RESULTS[request.feature].model_validate(request.redaction.restore(written))
            check_result(result, request.context)
        except (ValidationError, UnfitError):
            raise ModelFailedError(Fallback.INVALID_RESULT) from None
        try:
            hidden = (self._canary(request), *ngrams(request.prompt.text))
            check_texts(result.texts(), links=request.context.links(), secrets=hidden)
        except UnfitError:
            raise ModelFailedError(Fallback.UNSAFE_OUTPUT) from None
        return result

    def _canary(self, request: _Request) -> str:
        """A word of this process that only the instructions hold."""
        return "mark-" + hmac.new(self._key, request.prompt.id.encode(), hashlib.sha256).hexdigest()[:20]

    def _interaction(
        self,
        request: _Request,
        result: Strict,
        source: Source,
        fallback: Fallback | None,
        held: tuple[str, ...],
        started: float,
    ) -> Interaction:
        spent, at = request.spent, self._clock()
        return Interaction(
            interaction_id=timed_id(at),
            at=at,
            username=request.username,
            tenant=self._tenant,
            feature=request.feature,
            source=source,
            fallback=fallback,
            model=spent.model,
            prompt_version=request.prompt.id,
            prompt_sha256=request.prompt.sha256,
            usage=spent.usage,
            cost_micro_usd=spent.micro_usd,
            estimated=spent.estimated,
            cached=spent.cached,
            latency_ms=round((self._monotonic() - started) * 1000),
            attempts=spent.attempts,
            request_id=spent.request_id,
            rules=held,
            confidence=getattr(result, "confidence", 0.0),
            input=request.data,
            output=request.redaction.redact(result.model_dump(mode="json")),
        )


def _cleaned(context: Context) -> Context:
    data = clean(context.model_dump(mode="json"))
    if "message" in data and not data["message"]:
        data["message"] = "…"
    return type(context).model_validate(data)


def _placed(redaction: Redaction, context: Context) -> dict[str, Any]:
    """What is sent: everything of the context with placeholders for what is personal."""
    found: dict[str, Any] = redaction.redact(context.model_dump(mode="json"))
    return found


def _bare(context: Context) -> Context:
    """The context without free text of others."""
    free = {"customer_name": "", "notes": "", "facts": (), "model_reasons": (), "passages": (), "history": ()}
    return context.model_copy(
        update={name: value for name, value in free.items() if name in type(context).model_fields}
    )


assert CONTEXTS.keys() == RESULTS.keys() == MAX_OUTPUT_TOKENS.keys()  # noqa: S101 - one feature, one of each
