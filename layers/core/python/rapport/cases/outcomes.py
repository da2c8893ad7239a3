"""What a closed case teaches the model that found it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rapport.cases.model import CaseEvent, CaseEventType, CaseOutcome, CaseState, CaseSubjectKind

MODELS = {CaseSubjectKind.TRANSACTION: "fraud"}
LABELS = {CaseOutcome.FRAUD: True, CaseOutcome.LEGITIMATE: False}
_DECIDES = {CaseEventType.DECIDED, CaseEventType.CONFIRMED}


class Labels(Protocol):
    """Where outcomes of predictions go: the registry's store."""

    def label(self, name: str, subject: str, before: int, *, outcome: bool, at: int, correct: bool = False) -> int: ...


class OutcomeRecorder:
    """Gives every prediction about a decided payment its outcome, once; a case decided anew corrects it."""

    def __init__(self, labels: Labels, clock: Callable[[], int]) -> None:
        self._labels = labels
        self._clock = clock

    def record(self, event: CaseEvent) -> int:
        """How many predictions got an outcome: none for an event that closes nothing, or is seen again."""
        if event.state is not CaseState.CLOSED or event.type not in _DECIDES or event.outcome not in LABELS:
            return 0
        # A prediction of the same millisecond came before the decision, too.
        return self._labels.label(
            MODELS[event.subject.kind],
            event.subject.id,
            event.at + 1,
            outcome=LABELS[event.outcome],
            at=self._clock(),
            correct=True,
        )
