"""Is this caller spam? A forest's calibrated answer, with reasons in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, isnan, nan
from pathlib import Path
from typing import Annotated

from pydantic import Field, FiniteFloat

from rapport.calls.model import LocalisedText, Reason
from rapport.inference.booster import Booster, InferenceError
from rapport.inference.caller_features import FEATURES
from rapport.inference.published import Described, load

NAME = "spam_caller"
MOST_REASONS, LEAST_CONTRIBUTION = 4, 0.05

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Group:
    """Features that mean one thing to a person. `words` gives None when no fact goes with that direction."""

    code: str
    features: tuple[str, ...]
    words: Callable[[Values, bool], LocalisedText | None]


def _at(values: Values, name: str) -> float:
    value = values.get(name, nan)
    return 0.0 if isnan(value) else value


def _volume(v: Values, raises: bool) -> LocalisedText | None:
    hour, day, week = (round(_at(v, name)) for name in ("calls_1h", "calls_24h", "calls_7d"))
    if not week:
        return None if raises else LocalisedText(en="No other call in the last 7 days", ja="直近7日間にほかの着信なし")
    return LocalisedText(
        en=f"Calls: {hour} in the last hour, {day} in 24 hours, {week} in 7 days",
        ja=f"着信数：直近1時間{hour}件、24時間{day}件、7日間{week}件",
    )


def _spread(v: Values, raises: bool) -> LocalisedText | None:
    share = round(100 * _at(v, "dialled_share_7d"))
    if raises and share >= 50 and _at(v, "calls_7d") > 1:
        return LocalisedText(
            en=f"{share} % of its calls went to different numbers", ja=f"着信の{share}%が別々の番号宛て"
        )
    return None if raises else LocalisedText(en="Calls the same numbers again", ja="同じ番号に繰り返しかけている")


def _reception(v: Values, raises: bool) -> LocalisedText | None:
    rate, seconds = round(100 * _at(v, "answer_rate_7d")), round(_at(v, "mean_duration_s"))
    if isnan(v.get("answer_rate_7d", nan)) or (raises and rate > 90 and seconds > 120):
        return None
    return LocalisedText(
        en=f"{rate} % of its calls were answered, for {seconds} seconds on average",
        ja=f"応答率{rate}%、平均通話時間{seconds}秒",
    )


def _timing(v: Values, raises: bool) -> LocalisedText | None:
    night, gaps = _at(v, "night_share_7d"), v.get("gap_variation", nan)
    if raises and night >= 0.2:
        return LocalisedText(en=f"{100 * night:.0f} % of its calls came at night", ja=f"着信の{100 * night:.0f}%が夜間")
    if raises and gaps < 0.5:
        return LocalisedText(en="Calls at regular intervals, as a machine does", ja="機械のように一定間隔で発信")
    if not raises and gaps >= 0.5:
        return LocalisedText(en="Calls at irregular intervals, as people do", ja="発信間隔が不規則で人による発信に近い")
    return None


_KINDS = (
    ("withheld", "The number is withheld", "番号非通知"),
    ("invalid", "Not a number that exists", "実在しない番号"),
    ("voip", "An internet telephony number", "IP電話の番号"),
    ("toll_free", "A toll-free number", "フリーダイヤルの番号"),
    ("foreign", "A number from abroad", "海外の番号"),
    ("mobile", "A mobile number", "携帯電話の番号"),
)


def _number(v: Values, raises: bool) -> LocalisedText | None:
    held = [LocalisedText(en=en, ja=ja) for name, en, ja in _KINDS if _at(v, name)]
    return held[0] if held else None if raises else LocalisedText(en="A landline of this country", ja="国内の固定電話")


def _neighbours(v: Values, raises: bool) -> LocalisedText | None:
    count = round(_at(v, "neighbours_7d"))
    if raises and count:
        return LocalisedText(en=f"{count} neighbouring numbers called too", ja=f"連番の番号{count}件からも着信")
    return None if raises or count else LocalisedText(en="No neighbouring number called", ja="連番からの着信なし")


def _reputation(v: Values, raises: bool) -> LocalisedText | None:
    marks, lists = round(_at(v, "agent_marks_30d")), round(_at(v, "blocklist_hits"))
    if raises and (marks or lists):
        return LocalisedText(
            en=f"Marked as spam by agents: {marks}; on block lists: {lists}",
            ja=f"オペレーターによる迷惑判定{marks}件、ブロックリスト掲載{lists}件",
        )
    if not raises and not marks and not lists:
        return LocalisedText(en="Nobody has marked it as spam", ja="迷惑電話としての報告なし")
    return None


GROUPS: tuple[Group, ...] = (
    Group("volume", ("calls_1h", "calls_24h", "calls_7d"), _volume),
    Group("spread", ("dialled_share_7d",), _spread),
    Group("reception", ("answer_rate_7d", "mean_duration_s"), _reception),
    Group("timing", ("night_share_7d", "gap_variation"), _timing),
    Group("number", ("mobile", "voip", "toll_free", "withheld", "invalid", "foreign"), _number),
    Group("neighbours", ("neighbours_7d",), _neighbours),
    Group("reputation", ("agent_marks_30d", "blocklist_hits"), _reputation),
)

Probability = Annotated[FiniteFloat, Field(ge=0, le=1)]


class Metadata(Described):
    """`calibration` is Platt's (a, b). At `block_at` one wanted caller in 1,000 is lost, at `warn_at` one in 100."""

    features: tuple[str, ...]
    calibration: tuple[Annotated[FiniteFloat, Field(gt=0)], FiniteFloat]
    block_at: Probability
    warn_at: Probability


@dataclass(frozen=True, slots=True)
class SpamScore:
    """A reason's contribution is its group's SHAP sum in log-odds before calibration."""

    probability: float
    block: bool
    warn: bool
    reasons: tuple[Reason, ...]


class SpamScorer:
    def __init__(self, booster: Booster, metadata: Metadata) -> None:
        self._booster = booster
        self._metadata = metadata

    def score(self, values: Values) -> SpamScore:
        """A feature that is not named is missing. Raises `InferenceError` for infinite values."""
        row = [values.get(name, nan) for name in self._metadata.features]
        slope, intercept = self._metadata.calibration
        x = slope * self._booster.margin(row) + intercept
        probability = 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
        block, warn = probability >= self._metadata.block_at, probability >= self._metadata.warn_at
        return SpamScore(probability, block, warn, self._reasons(values, self._booster.contributions(row)))

    def _reasons(self, values: Values, contributions: list[float]) -> tuple[Reason, ...]:
        of = dict(zip(self._metadata.features, contributions, strict=False))
        sums = sorted(((sum(of[n] for n in g.features), g) for g in GROUPS), key=lambda pair: -abs(pair[0]))
        told = ((total, g, g.words(values, total > 0)) for total, g in sums if abs(total) >= LEAST_CONTRIBUTION)
        return tuple(
            Reason(
                code=group.code,
                text=words,
                direction="raises" if total > 0 else "lowers",
                contribution=round(total, 4),
            )
            for total, group, words in told
            if words is not None
        )[:MOST_REASONS]


def load_spam_caller(models: Path) -> SpamScorer:
    """The published model. Raises `InferenceError` when its files do not belong together or to this code."""
    metadata, _ = load(models, NAME, "model.ubj", Metadata)
    if sorted(metadata.features) != sorted(FEATURES):
        unknown = ", ".join(sorted(set(metadata.features) ^ set(FEATURES))) or "one is named twice"
        raise InferenceError(f"{NAME} {metadata.version} and this code disagree on features: {unknown}")
    booster = Booster(models / NAME / metadata.version / "model.ubj", len(metadata.features))
    if booster.feature_names() not in ((), metadata.features):
        raise InferenceError(f"{NAME} {metadata.version}: model.ubj names its features in another order")
    return SpamScorer(booster, metadata)
