"""What is asked of a customer's past: the next action, segment, lifetime value, spend, and what to do now."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path

from rapport.inference import bgnbd, spend
from rapport.inference.actions_catalogue import ACTIONS, Context
from rapport.inference.asking.fields import numeric, values_of
from rapport.inference.asking.labels import UNITS
from rapport.inference.asking.model import FieldKind, Likely, Output, Row, RowField, Told, Why, text, why
from rapport.inference.asking.values import flag, level, number, numbers, whole, words
from rapport.inference.behaviour import HOUR_MS, BehaviourModel, Past, action_label
from rapport.inference.kmeans import KMeans
from rapport.inference.next_best_action import Policy
from rapport.inference.published import load_parameters
from rapport.runtime.errors import InvalidInputError

_NOW = 1_800_000_000_000  # any moment: the model sees only how long before it something was
MOST_MONTHS_AHEAD = 12


class BehaviourRows:
    """What the customer does next, from the actions so far and their pace."""

    def __init__(self, model: BehaviourModel) -> None:
        self._model = model
        actions = model.coding.actions
        example = ", ".join((*actions[:2], actions[0]))
        self._history = RowField(
            name="history",
            kind=FieldKind.LIST,
            label=text("Actions so far, the latest last", "これまでの利用（最後が最新）"),
            levels=actions,
            format=example,
            typical=example,
        )
        self._since, self._between = numeric("hours_since_last", typical=24.0), numeric("hours_between", typical=48.0)
        self.fields = (self._history, self._since, self._between)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        done = words(row, self._history)
        since, between = number(row, self._since), number(row, self._between)
        found = self._model.predict(evenly(done, since, between), _NOW)
        ranked = sorted(found.probabilities.items(), key=lambda pair: -pair[1])
        return Told(
            probability=found.probability,
            answer=found.action,
            label=action_label(found.action),
            classes=tuple(Likely(code=c, label=action_label(c), probability=round(p, 6)) for c, p in ranked),
            reasons=tuple(why(reason, log_odds=False) for reason in found.reasons),
        )


def evenly(actions: list[str], since: float, between: float) -> list[Past]:
    """A history with this pause and this mean pace: the model sees no more of its times."""
    pause, pace = (24.0 if isnan(hours) else hours for hours in (since, between))
    last = _NOW - max(1, round(pause * HOUR_MS))
    return [Past(action, last - round((len(actions) - 1 - i) * pace * HOUR_MS)) for i, action in enumerate(actions)]


class SegmentRows:
    """The segment of a customer by recency, frequency and mean value."""

    def __init__(self, model: KMeans) -> None:
        self._model = model
        self.fields = tuple(numeric(name, required=True) for name in model.parameters.features)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        found = self._model.assign(values_of(row, self.fields))
        return Told(
            answer=found.segment.code,
            label=found.segment.name,
            outputs=(
                Output(code="runner_up", label=text("Next segment", "次に近いセグメント"), value=found.runner_up.code),
                Output(
                    code="margin",
                    label=text("Margin to it; 0 is a toss-up", "次との差（0は同等）"),
                    value=round(found.margin, 4),
                ),
            ),
            reasons=tuple(why(reason) for reason in found.reasons),
        )


class LifetimeValueRows:
    """Money and purchases of the next twelve months from when a customer bought, and for how much."""

    def __init__(self, model: bgnbd.LifetimeValue) -> None:
        self._model = model
        self.fields = tuple(
            numeric(name, required=True) for name in ("repeats", "recency_weeks", "age_weeks", "mean_value")
        )

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        values = values_of(row, self.fields)
        repeats = whole(row, self.fields[0]) or 0
        if values["recency_weeks"] > values["age_weeks"]:
            raise InvalidInputError("recency_weeks must not exceed age_weeks", field="recency_weeks")
        if not repeats and values["recency_weeks"]:
            raise InvalidInputError("without a repeated purchase recency_weeks is 0", field="recency_weeks")
        past = bgnbd.History(repeats, values["recency_weeks"], values["age_weeks"], values["mean_value"], repeats + 1)
        money, alive = UNITS["account currency"], self._model.probability_alive(past)
        quiet = values["age_weeks"] - values["recency_weeks"]
        return Told(
            outputs=(
                Output(
                    code="value",
                    label=text("Value of 12 months", "12か月の価値"),
                    value=round(self._model.value(past), 2),
                    unit=money,
                ),
                Output(
                    code="purchases",
                    label=text("Purchase days in a year", "年間の購入日数"),
                    value=round(self._model.purchases(past, 52), 3),
                ),
                Output(
                    code="probability_active",
                    label=text("Still a customer", "継続している確率"),
                    value=round(alive, 4),
                    unit=UNITS["probability, 0 to 1"],
                ),
            ),
            reasons=value_reasons(past, quiet, alive),
        )


def value_reasons(past: bgnbd.History, quiet: float, alive: float) -> tuple[Why, ...]:
    """What the value rests on: how often, how long ago, how much."""
    rhythm = past.age / past.repeats if past.repeats else past.age
    return (
        Why(
            code="repeats",
            direction="raises" if past.repeats else "lowers",
            en=f"{past.repeats} purchase days after the first in {past.age:,.0f} weeks",
            ja=f"{past.age:,.0f}週間に2回目以降の購入{past.repeats}日",
        ),
        Why(
            code="recency_weeks",
            direction="lowers" if quiet > rhythm else "raises",
            en=f"Nothing bought for {quiet:,.0f} weeks: still a customer with {100 * alive:.0f} %",
            ja=f"{quiet:,.0f}週間購入なし：継続の確率{100 * alive:.0f}%",
        ),
        Why(
            code="mean_value",
            direction="raises",
            en=f"{past.mean_value:,.2f} on a purchase day",
            ja=f"購入日あたり{past.mean_value:,.2f}",
        ),
    )


class SpendRows:
    """Spend of the next months from monthly totals."""

    def __init__(self, model: spend.SpendForecast) -> None:
        self._model = model
        label = text("Spend of whole months, the latest last", "月ごとの利用額（最後が最新）")
        self._totals = RowField(
            name="months",
            kind=FieldKind.LIST,
            label=label,
            unit=UNITS["account currency"],
            least=0.0,
            format="420, 380, 510",
            typical="420, 380, 510",
        )
        self._first, self._ahead = numeric("first_month", typical=1.0), numeric("months_ahead", typical=3.0)
        self._ahead = self._ahead.model_copy(update={"least": 1.0, "most": float(MOST_MONTHS_AHEAD)})
        self.fields = (self._totals, self._first, self._ahead)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject
        totals = numbers(row, self._totals)
        ahead = whole(row, self._ahead) or 3
        first = whole(row, self._first) or (int(day[5:7]) - 1 - len(totals)) % 12 + 1
        found = self._model.ahead(totals, first, ahead)
        money = UNITS["account currency"]
        level_now = self._model.level(totals, first)
        return Told(
            outputs=tuple(
                Output(
                    code=f"{what}_{month.ahead}",
                    label=text(f"Month {month.ahead}: {en}", f"{month.ahead}か月後：{ja}"),
                    value=round(value, 2),
                    unit=money,
                )
                for month in found
                for what, en, ja, value in (
                    ("expected", "expected", "予測", month.expected),
                    ("low", "low", "下限", month.low),
                    ("high", "high", "上限", month.high),
                )
            ),
            reasons=(
                Why(
                    code="months",
                    en=f"{len(totals)} own months; a usual month is {level_now:,.0f}",
                    ja=f"実績{len(totals)}か月、通常の1か月は{level_now:,.0f}",
                ),
            ),
        )


_FLAGS = (
    ("has_plan", "Has an instalment plan", "分割払いの契約あり"),
    ("marketing_consent", "Agreed to offers", "ご案内への同意あり"),
)
_NUMBERS = (
    "payment_risk",
    "churn",
    "value_12m",
    "balance_due",
    "days_past_due",
    "fees_90d",
    "waivers_12m",
    "contacts_7d",
    "best_hour",
)
_WHOLE = frozenset({"days_past_due", "waivers_12m", "contacts_7d", "best_hour"})


class NextActionRows:
    """The policy's action for a customer in this state today."""

    def __init__(self, model: Policy, segments: tuple[str, ...]) -> None:
        self._model = model
        numeric_fields = tuple(numeric(name) for name in _NUMBERS)
        segment = RowField(
            name="segment", kind=FieldKind.CATEGORY, label=text("Segment", "セグメント"), levels=segments
        )
        flags = tuple(
            RowField(name=name, kind=FieldKind.BOOLEAN, label=text(en, ja), levels=("false", "true"))
            for name, en, ja in _FLAGS
        )
        self._segment = segment
        self.fields = (*numeric_fields, segment, *flags)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        found = self._model.decide(subject, day, self._context(row))
        ranked = sorted(found.probabilities.items(), key=lambda pair: -pair[1])
        return Told(
            answer=found.action.code,
            label=found.action.text,
            outputs=(
                Output(
                    code="propensity",
                    label=text("How likely it was chosen", "選択確率"),
                    value=round(found.propensity, 6),
                    unit=UNITS["probability, 0 to 1"],
                ),
                Output(
                    code="explored",
                    label=text("Tried to learn", "効果検証の試行"),
                    value="yes" if found.explored else "no",
                ),
            ),
            classes=tuple(
                Likely(code=code, label=_TEXTS[code], probability=min(1.0, round(p, 6))) for code, p in ranked
            ),
            reasons=tuple(why(reason) for reason in found.reasons),
        )

    def _context(self, row: Row) -> Context:
        named_fields = {field.name: field for field in self.fields}
        known: dict[str, object] = {}
        for name in _NUMBERS:
            field = named_fields[name]
            value: float | int | None = whole(row, field) if name in _WHOLE else number(row, field)
            if value is not None and not isnan(value):
                known[name] = value
        for name, *_ in _FLAGS:
            known[name] = bool(flag(row, named_fields[name]))
        known["segment"] = level(row, self._segment) or ""
        return replace(Context(), **known)  # type: ignore[arg-type]


_TEXTS = {action.code: action.text for action in ACTIONS}


def load_behaviour(models: Path, what: str) -> BehaviourModel:
    """The published model of the next `channel` or `category`."""
    return BehaviourModel.from_parameters(load_parameters(models, f"behaviour_{what}").parameters)


def load_segments(models: Path) -> SegmentRows:
    return SegmentRows(KMeans.from_parameters(load_parameters(models, "segmentation").parameters))


def load_value(models: Path) -> LifetimeValueRows:
    return LifetimeValueRows(bgnbd.LifetimeValue.from_parameters(load_parameters(models, "lifetime_value").parameters))


def load_spend(models: Path) -> SpendRows:
    return SpendRows(spend.load_spend(models))


def load_actions(models: Path) -> NextActionRows:
    segments = load_parameters(models, "segmentation").parameters["segments"]
    policy = Policy.from_parameters(load_parameters(models, "next_best_action").parameters)
    return NextActionRows(policy, tuple(segment["code"] for segment in segments))
