"""Is this transaction, login or call unusual for its customer? Features, and how they read in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapport.calls.model import LocalisedText, Reason
from rapport.inference.isolation_forest import IsolationForest

MOST_REASONS = 3
# An event as rare among ordinary ones is worth a look.
ALERT = 0.005


class Kind(StrEnum):
    TRANSACTION = "transaction"
    LOGIN = "login"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Feature:
    """`logarithmic` features are counts, ratios and times; `words(value, typical)` says what is unusual."""

    name: str
    unit: str
    logarithmic: bool
    words: Callable[[float, float], LocalisedText]


def _ratio(en: str, ja: str) -> Callable[[float, float], LocalisedText]:
    return lambda v, _: LocalisedText(en=f"{en} is {v:,.1f} times the customer's usual", ja=f"{ja}が普段の{v:,.1f}倍")


def _count(en: str, ja: str) -> Callable[[float, float], LocalisedText]:
    return lambda v, typical: LocalisedText(
        en=f"{v:,.0f} {en} (usually {typical:,.0f})", ja=f"{ja}が{v:,.0f}件（通常{typical:,.0f}件）"
    )


def _flag(en: str, ja: str, en_not: str, ja_not: str) -> Callable[[float, float], LocalisedText]:
    return lambda v, _: LocalisedText(en=en, ja=ja) if v > 0.5 else LocalisedText(en=en_not, ja=ja_not)


def _share(en: str, ja: str) -> Callable[[float, float], LocalisedText]:
    return lambda v, typical: LocalisedText(
        en=f"{en}: {100 * v:.0f} % (usually {100 * typical:.0f} %)",
        ja=f"{ja}：{100 * v:.0f}%（通常{100 * typical:.0f}%）",
    )


_HOUR = Feature(
    "hour_distance",
    "hours from the customer's usual time of day",
    False,
    lambda v, _: LocalisedText(
        en=f"{v:.0f} hours from the customer's usual time of day", ja=f"普段の時間帯から{v:.0f}時間ずれています"
    ),
)
_COUNTRY = Feature(
    "new_country", "0 or 1", False, _flag("First time in this country", "初めての国", "Usual country", "普段の国")
)

FEATURES: Mapping[Kind, tuple[Feature, ...]] = {
    Kind.TRANSACTION: (
        Feature("amount_ratio", "amount / customer's median", True, _ratio("The amount", "金額")),
        _HOUR,
        Feature(
            "gap_hours",
            "hours since the last transaction",
            True,
            lambda v, t: LocalisedText(
                en=f"{v:,.1f} hours after the last transaction (usually {t:,.0f})",
                ja=f"前回の取引から{v:,.1f}時間（通常{t:,.0f}時間）",
            ),
        ),
        Feature("in_last_hour", "transactions", True, _count("transactions in the last hour", "直近1時間の取引")),
        Feature("in_last_day", "transactions", True, _count("transactions in the last day", "直近1日の取引")),
        Feature(
            "new_merchant",
            "0 or 1",
            False,
            _flag("First purchase at this merchant", "初めての加盟店", "Known merchant", "利用歴のある加盟店"),
        ),
        _COUNTRY,
        Feature("category_share", "0 to 1", False, _share("Purchases of this category", "この分野での利用割合")),
        Feature("channel_share", "0 to 1", False, _share("Transactions by this channel", "この経路での利用割合")),
    ),
    Kind.LOGIN: (
        _HOUR,
        Feature("failed_before", "attempts in the hour", True, _count("failed attempts before", "直前の失敗")),
        Feature(
            "new_device",
            "0 or 1",
            False,
            _flag("A device never seen", "初めての端末", "Known device", "登録済みの端末"),
        ),
        _COUNTRY,
        Feature(
            "travel_kmh",
            "km/h since the last login",
            True,
            lambda v, _: LocalisedText(
                en=f"Would have travelled at {v:,.0f} km/h since the last login",
                ja=f"前回のログインから時速{v:,.0f}kmで移動した計算です",
            ),
        ),
        Feature("logins_last_day", "logins", True, _count("logins in the last day", "直近1日のログイン")),
    ),
    Kind.CALL: (
        _HOUR,
        Feature("duration_ratio", "duration / customer's median", True, _ratio("The duration", "通話時間")),
        Feature("calls_last_day", "calls", True, _count("calls in the last day", "直近1日の通話")),
        Feature(
            "new_number",
            "0 or 1",
            False,
            _flag("Calls from a number never used", "初めての電話番号", "Known number", "登録済みの電話番号"),
        ),
        Feature("silence_share", "0 to 1", False, _share("Silence in the call", "無音の割合")),
        Feature("transfers", "transfers", True, _count("transfers", "転送")),
    ),
}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """`score` 0 to 1; `rarity` the share of ordinary events that score as high; `unusual` below `ALERT`.

    A reason's contribution is how far the score would fall with that feature at its typical value.
    """

    score: float
    rarity: float
    unusual: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class AnomalyScorer:
    kind: Kind
    forest: IsolationForest

    @classmethod
    def from_parameters(cls, kind: Kind, given: Mapping[str, Any]) -> AnomalyScorer:
        """Raises `InferenceError` for arrays that do not fit together."""
        return cls(kind, IsolationForest.from_parameters(given))

    def score(self, values: Mapping[str, float]) -> Anomaly:
        """The score with its reasons. Raises `InvalidInputError` for infinite values and negative counts."""
        row = self.forest.row(values)
        score = self.forest.score(row)
        rarity = self.forest.rarity(score)
        words = {feature.name: feature.words for feature in FEATURES[self.kind]}
        typical = dict(zip(self.forest.parameters.features, self.forest.parameters.typical, strict=True))
        reasons = tuple(
            Reason(
                code=name,
                text=words[name](values[name], typical[name]),
                direction="raises",
                contribution=round(drop, 6),
            )
            for name, drop in self.forest.drops(row, score)[:MOST_REASONS]
            if name in words
        )
        return Anomaly(score, rarity, rarity < ALERT, reasons)
