"""The actions a customer may get, who may get them, and the context that a policy sees, in numbers and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, log1p, nan

from rapport.calls.model import LocalisedText

NO_ACTION = "no_action"
# More than this many contacts in a week is a nuisance whatever it says.
MOST_CONTACTS = 3
LAPSING = frozenset({"at-risk", "hibernating", "lost-big", "lost-small", "needs-attention"})
# What a score is taken for when it is not known.
TYPICAL_RISK, TYPICAL_CHURN, TYPICAL_VALUE = 0.2, 0.15, 300.0


@dataclass(frozen=True, slots=True)
class Context:
    """A customer now. Scores are 0 to 1 and NaN when not known; money in the account's currency."""

    payment_risk: float = nan
    churn: float = nan
    value_12m: float = nan
    segment: str = ""
    balance_due: float = 0.0
    days_past_due: int = 0
    fees_90d: float = 0.0
    waivers_12m: int = 0
    contacts_7d: int = 0
    best_hour: int | None = None
    has_plan: bool = False
    marketing_consent: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do; `allowed` is a rule of the house, never learned away."""

    code: str
    text: LocalisedText
    allowed: Callable[[Context], bool]


def _action(code: str, en: str, ja: str, allowed: Callable[[Context], bool]) -> Action:
    return Action(code, LocalisedText(en=en, ja=ja), allowed)


def _reachable(c: Context) -> bool:
    return c.contacts_7d < MOST_CONTACTS


def _risky(c: Context) -> bool:
    return c.payment_risk >= 0.4


ACTIONS: tuple[Action, ...] = (
    _action(
        NO_ACTION,
        "Do nothing now",
        "今は何もしない",
        lambda _: True,
    ),
    _action(
        "payment_reminder",
        "Send a friendly payment reminder",
        "お支払いのご案内を送る",
        lambda c: c.balance_due > 0 and _reachable(c),
    ),
    _action(
        "instalment_plan",
        "Offer an instalment plan",
        "分割払いを提案する",
        lambda c: c.balance_due > 0 and c.days_past_due > 0 and not c.has_plan,
    ),
    _action(
        "call_back",
        "Call back at the customer's best time",
        "つながりやすい時間にかけ直す",
        lambda c: c.best_hour is not None and _reachable(c),
    ),
    _action(
        "retention_offer",
        "Make a retention offer",
        "継続特典を提案する",
        lambda c: c.marketing_consent and c.days_past_due <= 30 and _reachable(c),
    ),
    _action(
        "fee_waiver",
        "Waive the last fee",
        "直近の手数料を免除する",
        lambda c: c.fees_90d > 0 and c.waivers_12m == 0,
    ),
    _action(
        "advice_referral",
        "Refer to financial advice",
        "家計相談窓口を案内する",
        lambda c: _risky(c) or c.days_past_due > 60,
    ),
)
CODES = tuple(action.code for action in ACTIONS)


def eligible(context: Context) -> tuple[Action, ...]:
    """The actions that the rules allow; doing nothing always is."""
    return tuple(action for action in ACTIONS if action.allowed(context))


FEATURES = (
    "one",
    "payment_risk",
    "churn",
    "value",
    "past_due",
    "owing_risk",
    "value_at_stake",
    "fees",
    "contacts",
    "lapsing",
)


def _or(value: float, typical: float) -> float:
    return typical if isnan(value) else value


def features(c: Context) -> list[float]:
    """The context in the order of FEATURES, each about 0 to 1. What is not known is typical."""
    risk, churn = _or(c.payment_risk, TYPICAL_RISK), _or(c.churn, TYPICAL_CHURN)
    value = log1p(max(0.0, _or(c.value_12m, TYPICAL_VALUE))) / 10
    return [
        1.0,
        risk,
        churn,
        value,
        min(1.0, c.days_past_due / 90),
        risk * (c.balance_due > 0),
        churn * value,
        float(c.fees_90d > 0),
        min(1.0, c.contacts_7d / MOST_CONTACTS),
        float(c.segment in LAPSING),
    ]


def words(feature: str, c: Context) -> LocalisedText | None:
    """The feature in words; None where nothing is known that could be said."""
    if feature in ("payment_risk", "owing_risk") and not isnan(c.payment_risk):
        share = f"{100 * c.payment_risk:.0f}"
        if feature == "owing_risk":
            return LocalisedText(
                en=f"Owes money, and may not pay: {share} %", ja=f"未払いがあり、不払いの可能性{share}%"
            )
        return LocalisedText(en=f"Payment risk {share} %", ja=f"支払いリスク{share}%")
    if feature == "churn" and not isnan(c.churn):
        return LocalisedText(en=f"May leave: {100 * c.churn:.0f} %", ja=f"離反の可能性{100 * c.churn:.0f}%")
    if feature == "value" and not isnan(c.value_12m):
        return LocalisedText(en=f"Worth {c.value_12m:,.0f} in 12 months", ja=f"今後12か月の価値{c.value_12m:,.0f}")
    if feature == "value_at_stake" and not isnan(c.value_12m) and not isnan(c.churn):
        stake = c.value_12m * c.churn
        return LocalisedText(
            en=f"{stake:,.0f} are at stake if the customer leaves", ja=f"離反時に失われる価値{stake:,.0f}"
        )
    if feature == "past_due" and c.days_past_due:
        days = "day" if c.days_past_due == 1 else "days"
        return LocalisedText(en=f"{c.days_past_due} {days} past due", ja=f"延滞{c.days_past_due}日")
    if feature == "fees" and c.fees_90d > 0:
        return LocalisedText(en=f"Paid {c.fees_90d:,.2f} in fees in 90 days", ja=f"直近90日の手数料{c.fees_90d:,.2f}")
    if feature == "contacts" and c.contacts_7d:
        times = "once" if c.contacts_7d == 1 else f"{c.contacts_7d} times"
        return LocalisedText(en=f"Was contacted {times} in 7 days", ja=f"直近7日間の連絡{c.contacts_7d}回")
    if feature == "lapsing" and c.segment in LAPSING:
        return LocalisedText(en="Belongs to a segment that buys less", ja="利用が減っているセグメント")
    return None
