"""What will this customer do next? The history as numbers, the network's answer, and why in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from rapport.calls.model import LocalisedText, Reason
from rapport.inference.network import Network
from rapport.inference.published import read_parameters

HOUR_MS = 3_600_000
_LABELS = {
    "card_present": ("Card in a shop", "店頭カード"),
    "online": ("Online", "オンライン"),
    "atm": ("Cash machine", "ATM"),
    "transfer": ("Transfer", "振込"),
    "direct_debit": ("Direct debit", "口座振替"),
    "groceries": ("Groceries", "食料品"),
    "restaurants": ("Restaurants", "飲食"),
    "transport": ("Transport", "交通"),
    "fuel": ("Fuel", "燃料"),
    "travel": ("Travel", "旅行"),
    "lodging": ("Lodging", "宿泊"),
    "utilities": ("Utilities", "公共料金"),
    "telecom": ("Telecom", "通信"),
    "housing": ("Housing", "住居"),
    "insurance": ("Insurance", "保険"),
    "health": ("Health", "医療"),
    "pharmacy": ("Pharmacy", "薬局"),
    "education": ("Education", "教育"),
    "clothing": ("Clothing", "衣料"),
    "electronics": ("Electronics", "電化製品"),
    "home": ("Home", "住まい用品"),
    "entertainment": ("Entertainment", "娯楽"),
    "gambling": ("Gambling", "ギャンブル"),
    "cash": ("Cash", "現金"),
    "transfers": ("Transfers", "送金"),
}


def action_label(action: str) -> LocalisedText:
    """A channel or category in words; one that nobody has named reads as it is written."""
    plain = action.replace("_", " ")
    en, ja = _LABELS.get(action, (plain, plain))
    return LocalisedText(en=en, ja=ja)


@dataclass(frozen=True, slots=True)
class Past:
    """An action of the customer's and when, in epoch ms."""

    action: str
    at: int


@dataclass(frozen=True, slots=True)
class Coding:
    """How a history becomes a row: logarithms of recency-weighted shares of each action for each half-life (in
    actions), the last `last` actions one by one, log hours since the last action, log hours between actions, log
    number of them. Logarithms, because a softmax of them is the shares themselves."""

    actions: tuple[str, ...]
    half_lives: tuple[float, ...] = (4.0, 30.0)
    last: int = 2

    def groups(self) -> dict[str, range]:
        """Which columns mean one thing to a person."""
        habit = len(self.actions) * len(self.half_lives)
        recent = habit + len(self.actions) * self.last
        return {"habit": range(habit), "recent": range(habit, recent), "pace": range(recent, recent + 3)}

    def row(self, history: Sequence[Past], now: int) -> list[float]:
        """The row for what is known before `now`. An action outside of the vocabulary is passed over."""
        known = sorted((p for p in history if p.at < now and p.action in self.actions), key=lambda p: p.at)
        codes = [self.actions.index(p.action) for p in known]
        out: list[float] = []
        for half_life in self.half_lives:
            out += self._shares(codes, half_life)
        for back in range(1, self.last + 1):
            out += [float(len(codes) >= back and codes[-back] == i) for i in range(len(self.actions))]
        since = (now - known[-1].at) / HOUR_MS if known else 0.0
        pace = (known[-1].at - known[0].at) / HOUR_MS / (len(known) - 1) if len(known) > 1 else 0.0
        return [*out, log1p(since), log1p(pace), log1p(len(known))]

    def _shares(self, codes: Sequence[int], half_life: float) -> list[float]:
        """Logarithms of weighted shares; one action spread evenly is added, so that a short history is no certainty."""
        even = 1.0 / len(self.actions)
        weights = [even] * len(self.actions)
        total = 1.0
        keep = 0.5 ** (1 / half_life)
        weight = 1.0
        for code in reversed(codes):
            weights[code] += weight
            total += weight
            weight *= keep
        return [log(w / total) for w in weights]


class Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    half_lives: Annotated[tuple[Annotated[FiniteFloat, Field(gt=0)], ...], Field(min_length=1)]
    last: Annotated[int, Field(ge=1)]
    network: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prediction:
    """`probabilities` by action, summing to 1. A reason's contribution is how far it moves the log-probability of
    the likeliest action away from what it would be for a customer who is average in it."""

    action: str
    probability: float
    probabilities: Mapping[str, float]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class BehaviourModel:
    coding: Coding
    network: Network

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> BehaviourModel:
        """Raises `InferenceError` for arrays that do not fit together."""
        p = read_parameters(Parameters, given)
        network = Network.from_parameters(p.network)
        return cls(Coding(network.parameters.classes, p.half_lives, p.last), network)

    def predict(self, history: Sequence[Past], now: int) -> Prediction:
        """What comes next, from the actions before `now` (epoch ms)."""
        x = self.network.standardised(self.coding.row(history, now))
        found = self.network.forward(x)
        top = max(range(len(found)), key=lambda i: found[i])
        action = self.coding.actions[top]
        known = [p for p in history if p.at < now and p.action in self.coding.actions]
        reasons = []
        for code, columns in self.coding.groups().items():
            # An average customer's standardised value is 0.
            without = self.network.forward([0.0 if i in columns else value for i, value in enumerate(x)])
            moved = log(max(found[top], 1e-300)) - log(max(without[top], 1e-300))
            words = _words(code, action, known)
            if words is not None and abs(moved) >= 0.01:
                reasons.append(
                    Reason(code=code, text=words, direction="raises" if moved > 0 else "lowers", contribution=moved)
                )
        reasons.sort(key=lambda reason: -abs(reason.contribution))
        return Prediction(action, found[top], dict(zip(self.coding.actions, found, strict=True)), tuple(reasons))


def _words(code: str, action: str, known: Sequence[Past]) -> LocalisedText | None:
    if not known:
        return None
    recent = sorted(known, key=lambda p: p.at)[-10:]
    named = action_label(action)
    if code == "habit":
        times = sum(p.action == action for p in recent)
        return LocalisedText(
            en=f"{named.en}: {times} of the last {len(recent)} times",
            ja=f"{named.ja}：直近{len(recent)}回のうち{times}回",
        )
    if code == "recent":
        last = action_label(recent[-1].action)
        return LocalisedText(en=f"Last time: {last.en}", ja=f"前回：{last.ja}")
    return LocalisedText(
        en=f"{len(known)} actions so far, and their pace", ja=f"これまで{len(known)}回の利用とその間隔"
    )
