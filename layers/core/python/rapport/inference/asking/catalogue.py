"""Which models are asked by a row here, and how each is loaded. Models made from a table need no entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rapport.inference.anomaly import Kind
from rapport.inference.asking import customers, language, scores
from rapport.inference.asking.model import RowModel, Told

Load = Callable[[Path], RowModel]


def _behaviour(models: Path, what: str) -> RowModel:
    return customers.BehaviourRows(customers.load_behaviour(models, what))


LOADERS: Mapping[str, Load] = {
    "payment_risk": scores.load_payment_risk_rows,
    "spam_caller": scores.load_spam_rows,
    **{f"anomaly_{kind}": partial(scores.load_anomaly_rows, kind=kind) for kind in Kind},
    **{f"behaviour_{what}": partial(_behaviour, what=what) for what in ("category", "channel")},
    "segmentation": customers.load_segments,
    "lifetime_value": customers.load_value,
    "spend_forecast": customers.load_spend,
    "next_best_action": customers.load_actions,
    "intent": language.load_intents,
    "forecast": language.load_counts,
}

# Whose answers are kept: those that say one probability of an event, or a score whose drift is watched. What a
# customer said, or did, is not copied into another table for a figure nobody reads.
RECORDED = frozenset({"payment_risk", "spam_caller", *(f"anomaly_{kind}" for kind in Kind)})


def recorded_score(name: str, told: Told) -> float | None:
    """The figure that is kept of an answer, 0 to 1; None for a model whose answers are not kept."""
    if name not in RECORDED:
        return None
    score = next((float(output.value) for output in told.outputs if output.code == "score"), None)
    return told.probability if score is None else score
