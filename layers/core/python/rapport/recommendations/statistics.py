"""What became of all recommendations, by action; and what they brought, from the experiment."""

from __future__ import annotations

from collections.abc import Mapping

from rapport.calls.model import LocalisedText
from rapport.inference.actions_catalogue import ACTIONS
from rapport.inference.statistics import wilson
from rapport.recommendations.experiment import Experiment, RecommendationEffect, effects
from rapport.recommendations.model import Model, Recommendation, RecommendationState
from rapport.recommendations.offpolicy import PolicyEstimate
from rapport.recommendations.ports import Effects
from rapport.recommendations.rules import RULES

MADE, HELPFUL, UNHELPFUL = "made", "helpful", "unhelpful"
CLOSED = tuple(state for state in RecommendationState if state is not RecommendationState.OPEN)
FIELDS = (MADE, *(state.value for state in CLOSED), HELPFUL, UNHELPFUL)
TEXTS = {action.code: action.text for action in ACTIONS} | {rule.code: rule.text for rule in RULES}


class RecommendationCount(Model):
    """How often an action was recommended and what became of it. `taken` is the share implemented among those that
    were implemented, dismissed or ignored, with a 95 % interval (Wilson); there is none before the first.
    """

    code: str
    text: LocalisedText
    made: int
    open: int
    implemented: int
    dismissed: int
    ignored: int
    superseded: int
    helpful: int
    unhelpful: int
    taken: float | None
    taken_low: float | None
    taken_high: float | None


class RecommendationExperimentInfo(Model):
    """How the effect is measured: the share of customers held out, and after how many days one looks."""

    name: str
    holdout: float
    days: int
    minimum: int


class PolicyEstimates(Model):
    """The latest judgement of other policies, and when it was made."""

    at: int
    items: tuple[PolicyEstimate, ...]


class RecommendationStats(Model):
    """Everything that is counted and measured. `policy_synthetic`: the policy learned from a simulator."""

    experiment: RecommendationExperimentInfo
    policy_version: str
    policy_synthetic: bool
    actions: tuple[RecommendationCount, ...]
    effects: tuple[RecommendationEffect, ...]
    policies: PolicyEstimates | None


def counted(before: Recommendation | None, after: Recommendation) -> dict[str, int]:
    """By how much a change moves the counters of its action."""
    moved: dict[str, int] = {}
    if before is None:
        moved[MADE] = 1
    if after.state is not (before.state if before else RecommendationState.OPEN):
        moved[after.state] = 1
    for name, wanted in ((HELPFUL, True), (UNHELPFUL, False)):
        change = _words(after, helpful=wanted) - (_words(before, helpful=wanted) if before else 0)
        if change:
            moved[name] = change
    return moved


def _words(one: Recommendation, *, helpful: bool) -> int:
    return sum(each.helpful is helpful for each in one.feedback)


def action_counts(kept: Mapping[str, Mapping[str, int]]) -> tuple[RecommendationCount, ...]:
    """The counters by action with their shares, the most often recommended first."""
    found = (_action(code, {name: held.get(name, 0) for name in FIELDS}) for code, held in kept.items())
    return tuple(sorted(found, key=lambda each: (-each.made, each.code)))


def _action(code: str, held: Mapping[str, int]) -> RecommendationCount:
    decided = sum(held[state] for state in CLOSED if state is not RecommendationState.SUPERSEDED)
    implemented = held[RecommendationState.IMPLEMENTED]
    low, high = wilson(implemented, decided) if decided else (None, None)
    return RecommendationCount(
        code=code,
        text=TEXTS.get(code) or LocalisedText(en=code, ja=code),
        open=held[MADE] - sum(held[state] for state in CLOSED),
        taken=round(implemented / decided, 4) if decided else None,
        taken_low=low,
        taken_high=high,
        **held,
    )


def statistics(
    kept: Mapping[str, Mapping[str, int]],
    tallies: Effects,
    policies: PolicyEstimates | None,
    *,
    experiment: Experiment,
    policy_version: str,
    policy_synthetic: bool,
) -> RecommendationStats:
    return RecommendationStats(
        experiment=RecommendationExperimentInfo(
            name=experiment.name, holdout=experiment.holdout, days=experiment.days, minimum=experiment.minimum
        ),
        policy_version=policy_version,
        policy_synthetic=policy_synthetic,
        actions=action_counts(kept),
        effects=effects(tallies, experiment.minimum),
        policies=policies,
    )
