"""What may happen to a recommendation, and what it becomes by it."""

from __future__ import annotations

from rapport.recommendations.model import (
    SYSTEM,
    DismissalReason,
    Recommendation,
    RecommendationChange,
    RecommendationFeedback,
    RecommendationState,
)
from rapport.runtime.errors import ConflictError

MOST_FEEDBACK = 20


def closed(
    before: Recommendation,
    state: RecommendationState,
    *,
    by: str = SYSTEM,
    at: int,
    reason: DismissalReason | None = None,
    note: str = "",
) -> Recommendation:
    """The recommendation after it came to an end, or as it is where it ended so already.

    `ConflictError` when it ended otherwise.
    """
    if before.state is state:
        return before
    if before.state is not RecommendationState.OPEN:
        raise ConflictError(f"this recommendation is {before.state} already", field="state")
    change = RecommendationChange(at=at, by=by, state=state, reason=reason, note=note)
    return before.model_copy(
        update={"state": state, "changes": (*before.changes, change), "version": before.version + 1}
    )


def judged(before: Recommendation, *, by: str, at: int, helpful: bool, text: str) -> Recommendation:
    """The recommendation with somebody's word on it; the same word twice changes nothing.

    `ConflictError` when more people have spoken than are kept.
    """
    mine = next((each for each in before.feedback if each.by == by), None)
    if mine is not None and (mine.helpful, mine.text) == (helpful, text):
        return before
    others = tuple(each for each in before.feedback if each.by != by)
    if len(others) >= MOST_FEEDBACK:
        raise ConflictError(f"{MOST_FEEDBACK} people have said what they think of this recommendation")
    word = RecommendationFeedback(by=by, at=at, helpful=helpful, text=text)
    return before.model_copy(update={"feedback": (*others, word), "version": before.version + 1})
