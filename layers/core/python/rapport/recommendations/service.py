"""Recommendations of a customer: made when somebody looks, kept while they hold, closed by people or by time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapport.customers.personal import ERASED_PHONE
from rapport.customers.store import pause
from rapport.inference.actions_catalogue import NO_ACTION, eligible
from rapport.inference.next_best_action import Policy
from rapport.recommendations.experiment import Experiment
from rapport.recommendations.facts import YEAR_MS, Facts, context_of, evidence_of, how_of
from rapport.recommendations.lifecycle import closed, judged
from rapport.recommendations.model import (
    DismissalReason,
    ExperimentGroup,
    Head,
    Recommendation,
    RecommendationReason,
    RecommendationSource,
    RecommendationState,
    Round,
)
from rapport.recommendations.ports import Behaviours, Calls, Customers, RecommendationStore, Snapshots, Turn
from rapport.recommendations.rules import Warranted, warranted
from rapport.recommendations.slate import Chosen, drawn, logged, paused
from rapport.runtime.clock import DAY_MS, day_of
from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.errors import ConflictError, NotFoundError

# How long a recommendation waits for somebody before it counts as ignored.
HOLDS_MS = 7 * DAY_MS
ATTEMPTS = 4
Pair = tuple[Recommendation, Recommendation]


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask about a customer."""

    customers: Customers
    snapshots: Snapshots
    calls: Calls
    behaviours: Behaviours


class Recommendations:
    """Makes and changes recommendations."""

    def __init__(
        self,
        *,
        store: RecommendationStore,
        sources: Sources,
        policy: Policy,
        policy_version: str,
        experiment: Experiment,
        clock: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        self._store = store
        self._sources = sources
        self._policy = policy
        self._policy_version = policy_version
        self.experiment = experiment
        self._clock = clock

    def refresh(self, customer_id: str) -> Head:
        """Bring a customer's recommendations up to date with what is known now; at most one round of the policy a day.

        `NotFoundError` for a customer nobody knows. Asked again without anything new, nothing changes.
        """
        for attempt in range(ATTEMPTS):
            head = self._store.head(customer_id)
            facts = self._facts(customer_id)
            turn = self._turn(head, facts)
            if turn is None:
                return head or Head(customer_id=customer_id, version=0)
            try:
                self._store.turn(turn)
            except ContendedError:
                self._sleep(pause(attempt))
                continue
            return turn.after
        raise ConflictError("the customer's recommendations are being made by others; try again")

    def _facts(self, customer_id: str) -> Facts:
        customer = self._sources.customers.get(customer_id)
        if customer is None:
            raise NotFoundError("there is no such customer")
        at = self._clock()
        return Facts(
            customer=customer,
            snapshot=self._sources.snapshots.get(customer_id),
            calls=self._sources.calls.of(customer_id),
            behaviour=self._sources.behaviours.of(customer_id),
            past=self._store.past(customer_id, at - YEAR_MS),
            at=at,
        )

    def _turn(self, head: Head | None, facts: Facts) -> Turn | None:
        """What must change now; None when nothing must."""
        if facts.customer.phone == ERASED_PHONE:
            return None
        wanted = warranted(facts)
        ended = [*_expired(facts), *_outdated(facts, {each.code for each in wanted})]
        left = [one for one in facts.past if _open(one) and one not in [before for before, _ in ended]]
        missing = _missing(wanted, left, facts)
        round_, chosen = self._round(head, facts) if self._due(head, facts, left) else (None, ())
        if not (ended or missing or round_):
            return None
        made = [self._by_rule(each, facts) for each in missing]
        if round_ is not None and round_.group is ExperimentGroup.TREATED:
            made += [self._by_policy(each, facts, round_) for each in chosen if each.draw.code != NO_ACTION]
        return Turn(
            before=head,
            after=_advanced(head, facts, round_),
            round=round_,
            made=tuple(_numbered(made, facts)),
            closed=tuple(ended),
        )

    def _due(self, head: Head | None, facts: Facts, left: list[Recommendation]) -> bool:
        """Whether to ask the policy: not twice on a day, nor while something it said stands."""
        if head is not None and head.day == day_of(facts.at):
            return False
        return not any(one.source is RecommendationSource.POLICY for one in left)

    def _round(self, head: Head | None, facts: Facts) -> tuple[Round | None, tuple[Chosen, ...]]:
        """A round of the policy; none where it could only do nothing."""
        customer_id, day = facts.customer.customer_id, day_of(facts.at)
        context = context_of(facts)
        chosen = drawn(self._policy, customer_id, day, context, paused(facts))
        if len(chosen[0].draw.probabilities) == 1:
            return None, ()
        name = self.experiment.name
        made = Round(
            round_id=f"{facts.at:013d}",
            customer_id=customer_id,
            at=facts.at,
            day=day,
            experiment=name,
            group=self.experiment.group(customer_id),
            policy_version=self._policy_version,
            context=logged(context),
            draws=tuple(each.draw for each in chosen),
            first=head is None or name not in head.experiments,
            owed=context.balance_due,
            outcome_at=facts.at + self.experiment.days * DAY_MS,
        )
        return made, chosen

    def _by_rule(self, wanted: Warranted, facts: Facts) -> Recommendation:
        return Recommendation(
            recommendation_id="",
            customer_id=facts.customer.customer_id,
            source=RecommendationSource.RULE,
            code=wanted.code,
            text=wanted.text,
            how=how_of(wanted.code, facts.behaviour),
            rank=1,
            reasons=tuple(
                RecommendationReason(code=each.code, text=each.text, direction="raises") for each in wanted.evidence
            ),
            evidence=wanted.evidence,
            made_at=facts.at,
            expires_at=facts.at + HOLDS_MS,
        )

    def _by_policy(self, chosen: Chosen, facts: Facts, round_: Round) -> Recommendation:
        decision = chosen.decision
        return Recommendation(
            recommendation_id="",
            customer_id=facts.customer.customer_id,
            round_id=round_.round_id,
            source=RecommendationSource.POLICY,
            code=chosen.draw.code,
            text=decision.action.text,
            how=how_of(chosen.draw.code, facts.behaviour),
            rank=1,
            reasons=tuple(
                RecommendationReason(code=each.code, text=each.text, direction=each.direction)
                for each in decision.reasons
            ),
            evidence=evidence_of(facts),
            made_at=facts.at,
            expires_at=facts.at + HOLDS_MS,
            propensity=round(chosen.draw.propensity, 6),
            explored=chosen.draw.explored,
        )

    def implement(self, customer_id: str, recommendation_id: str, *, by: str, note: str) -> Recommendation:
        """Somebody did it."""
        return self._change(
            customer_id,
            recommendation_id,
            lambda one: closed(one, RecommendationState.IMPLEMENTED, by=by, at=self._clock(), note=note),
        )

    def dismiss(
        self, customer_id: str, recommendation_id: str, *, by: str, reason: DismissalReason, note: str
    ) -> Recommendation:
        """Somebody refused it; it is not offered again for a month."""
        return self._change(
            customer_id,
            recommendation_id,
            lambda one: closed(one, RecommendationState.DISMISSED, by=by, at=self._clock(), reason=reason, note=note),
        )

    def feedback(
        self, customer_id: str, recommendation_id: str, *, by: str, helpful: bool, text: str
    ) -> Recommendation:
        """Somebody says what they think of it, in whatever state it is."""
        return self._change(
            customer_id,
            recommendation_id,
            lambda one: judged(one, by=by, at=self._clock(), helpful=helpful, text=text),
        )

    def _change(
        self, customer_id: str, recommendation_id: str, step: Callable[[Recommendation], Recommendation]
    ) -> Recommendation:
        for attempt in range(ATTEMPTS):
            before = self._store.load(customer_id, recommendation_id)
            if before is None:
                raise NotFoundError("there is no such recommendation")
            after = step(before)
            if after == before:
                return before
            try:
                self._store.change(before, after)
            except ContendedError:
                self._sleep(pause(attempt))
                continue
            return after
        raise ConflictError("the recommendation is being changed by others; try again")


def _open(one: Recommendation) -> bool:
    return one.state is RecommendationState.OPEN


def _expired(facts: Facts) -> Iterator[Pair]:
    for one in facts.past:
        if _open(one) and one.expires_at <= facts.at:
            yield one, closed(one, RecommendationState.IGNORED, at=facts.at)


def _outdated(facts: Facts, by_rule: set[str]) -> Iterator[Pair]:
    """What is still open but no longer warranted: the money was paid, the arrears are over."""
    allowed = {action.code for action in eligible(context_of(facts))}
    for one in facts.past:
        holds = one.code in (by_rule if one.source is RecommendationSource.RULE else allowed)
        if _open(one) and one.expires_at > facts.at and not holds:
            yield one, closed(one, RecommendationState.SUPERSEDED, at=facts.at)


def _missing(wanted: Iterable[Warranted], left: Iterable[Recommendation], facts: Facts) -> list[Warranted]:
    there = {one.code for one in left} | paused(facts)
    return [each for each in wanted if each.code not in there]


def _advanced(head: Head | None, facts: Facts, round_: Round | None) -> Head:
    before = head or Head(customer_id=facts.customer.customer_id, version=0)
    after = before.model_copy(update={"version": before.version + 1})
    if round_ is None:
        return after
    experiments = tuple(dict.fromkeys([*before.experiments, round_.experiment]))
    return after.model_copy(
        update={"round_id": round_.round_id, "round_at": round_.at, "day": round_.day, "experiments": experiments}
    )


def _numbered(made: Iterable[Recommendation], facts: Facts) -> Iterator[Recommendation]:
    """Ranks and ids: rules come first, then the policy's in the order it drew them."""
    before = sum(one.made_at == facts.at for one in facts.past)
    for number, one in enumerate(made, before + 1):
        yield one.model_copy(update={"rank": number, "recommendation_id": f"{facts.at:013d}-{number}"})
