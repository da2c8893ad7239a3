"""Probabilities and anomaly scores as row models: payment_risk, spam_caller, the three anomaly models, any table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rapport.inference.anomaly import FEATURES as ANOMALY_FEATURES
from rapport.inference.anomaly import Anomaly, AnomalyScorer, Kind
from rapport.inference.asking.fields import given, median_of, named, numeric, values_of
from rapport.inference.asking.labels import BOUNDS, UNITS
from rapport.inference.asking.model import FieldKind, Output, Row, RowField, Told, text, why
from rapport.inference.caller_features import FEATURES as CALLER_FEATURES
from rapport.inference.columns import ISO, Column
from rapport.inference.payment_risk import FEATURES as CALL_FEATURES
from rapport.inference.published import load_parameters, reference_of
from rapport.inference.service import Bands, PaymentRiskScorer, load_payment_risk
from rapport.inference.spam_caller import SpamScorer, load_spam_caller
from rapport.inference.tabular import TabularScorer

RARITY = text("Ordinary events that score as high", "同程度以上の通常イベントの割合")


class PaymentRiskRows:
    """payment_risk on the features of a moment in a call."""

    def __init__(self, scorer: PaymentRiskScorer) -> None:
        self._scorer = scorer
        self.fields = tuple(numeric(name) for name in CALL_FEATURES)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        score = self._scorer.score(given(values_of(row, self.fields)))
        return Told(
            probability=score.probability,
            answer=score.band.value.lower(),
            label=_BANDS[score.band.value],
            reasons=tuple(why(reason, log_odds=True) for reason in score.reasons),
        )


_BANDS = {"HIGH": text("High", "高"), "MEDIUM": text("Medium", "中"), "LOW": text("Low", "低")}


class SpamRows:
    """spam_caller on what is counted of a number."""

    def __init__(self, scorer: SpamScorer, reference: Mapping[str, Any]) -> None:
        self._scorer = scorer
        self.fields = tuple(numeric(name, usual=reference.get(name)) for name in CALLER_FEATURES)
        # Trees that have never seen a field missing go an arbitrary way where it is: it counts as what is usual.
        always = {name: said for name, said in reference.items() if not said["missing"] and said["edges"]}
        self._usual = {name: median_of(said) for name, said in always.items()}

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        score = self._scorer.score(self._usual | given(values_of(row, self.fields)))
        answer = "block" if score.block else "warn" if score.warn else "let_through"
        return Told(
            probability=score.probability,
            answer=answer,
            label=_SPAM[answer],
            reasons=tuple(why(reason, log_odds=True) for reason in score.reasons),
        )


_SPAM = {
    "block": text("Block the call", "着信を拒否"),
    "warn": text("Warn the agent", "オペレーターに警告"),
    "let_through": text("Let it through", "そのまま接続"),
}


class AnomalyRows:
    """An anomaly model on the features of one event."""

    def __init__(self, scorer: AnomalyScorer, reference: Mapping[str, Any]) -> None:
        self._scorer = scorer
        names = [feature.name for feature in ANOMALY_FEATURES[scorer.kind]]
        self.fields = tuple(numeric(name, usual=reference.get(name)) for name in names)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        return anomaly_told(self._scorer.score(given(values_of(row, self.fields))))


def anomaly_told(found: Anomaly) -> Told:
    """An anomaly score is no probability: it stands among the outputs."""
    return Told(
        answer="unusual" if found.unusual else "usual",
        label=text("Unusual", "普段と異なる") if found.unusual else text("Usual", "普段どおり"),
        outputs=(
            Output(
                code="score", label=text("Anomaly score, 0 to 1", "異常スコア（0～1）"), value=round(found.score, 6)
            ),
            Output(code="rarity", label=RARITY, value=round(found.rarity, 6), unit=UNITS["share, 0 to 1"]),
        ),
        reasons=tuple(why(reason) for reason in found.reasons),
    )


def table_fields(scorer: TabularScorer, reference: Mapping[str, Any]) -> tuple[RowField, ...]:
    """The fields of a model made from a table; `reference` are the inputs of its reference.json."""
    return tuple(_column(column, reference) for column in scorer.schema.columns)


def _column(column: Column, reference: Mapping[str, Any]) -> RowField:
    usual = reference.get(column.inputs[0], {})
    if column.kind == FieldKind.NUMBER:
        field = numeric(column.name, usual=usual)
        # A table has numbers where the declaration says yes or no: the trees were shown 0 and 1.
        return field if field.kind is FieldKind.NUMBER else _zero_or_one(column.name, usual)
    label, _ = named(column.name)
    levels = usual.get("levels", {})
    return RowField(
        name=column.name,
        kind=FieldKind(column.kind),
        label=label,
        levels=column.levels,
        typical=max(levels, key=lambda level: levels[level]) if levels else None,
        format=("YYYY-MM-DD" if column.pattern == ISO else column.pattern) if column.kind == "date" else None,
    )


def _zero_or_one(name: str, usual: Mapping[str, Any]) -> RowField:
    label, unit = named(name)
    least, most = BOUNDS["0 or 1"]
    edges = usual.get("edges") or [0.0]
    return RowField(
        name=name, kind=FieldKind.NUMBER, label=label, unit=UNITS.get(unit or ""), least=least, most=most,
        low=edges[0], high=edges[-1], typical=median_of(usual) if usual.get("edges") else None,
    )  # fmt: skip


def load_payment_risk_rows(models: Path) -> PaymentRiskRows:
    return PaymentRiskRows(load_payment_risk(models, Bands()))


def load_spam_rows(models: Path) -> SpamRows:
    return SpamRows(load_spam_caller(models), reference_of(models, "spam_caller"))


def load_anomaly(models: Path, kind: Kind) -> AnomalyScorer:
    """The published anomaly model of this kind of event."""
    return AnomalyScorer.from_parameters(kind, load_parameters(models, f"anomaly_{kind}").parameters)


def load_anomaly_rows(models: Path, kind: Kind) -> AnomalyRows:
    return AnomalyRows(load_anomaly(models, kind), reference_of(models, f"anomaly_{kind}"))
