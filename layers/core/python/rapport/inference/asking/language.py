"""What the customer wants, from one turn; and calls or events of the next open days, from those before."""

from __future__ import annotations

from datetime import timedelta
from math import isnan
from pathlib import Path

from rapport.calls.model import LocalisedText
from rapport.inference.asking.fields import numeric
from rapport.inference.asking.model import FieldKind, Likely, Output, Row, RowField, Told, Why, text
from rapport.inference.asking.values import day as date_of
from rapport.inference.asking.values import level, number, numbers
from rapport.inference.forecast import (
    LEAST_DAYS,
    LONGEST_HISTORY,
    Day,
    Forecast,
    InsufficientHistoryError,
    load_forecast,
    next_days,
)
from rapport.inference.intent import IntentModel, language_of, load_intent, tokens
from rapport.runtime.errors import InvalidInputError

MOST_LIKELY = 5


class IntentRows:
    """The intent of a turn in English or Japanese."""

    def __init__(self, model: IntentModel) -> None:
        self._model = model
        self._language = RowField(
            name="language",
            kind=FieldKind.CATEGORY,
            label=text("Language", "言語"),
            levels=tuple(sorted(model.languages)),
        )
        self._text = RowField(
            name="text",
            kind=FieldKind.TEXT,
            label=text("What the customer said", "お客様の発言"),
            required=True,
            typical="I lost my card yesterday",
        )
        self.fields = (self._text, self._language)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        said = str(row.get("text"))
        language = level(row, self._language) or language_of(said)
        ranked = self._model.ranked(said, language)
        if not ranked:
            raise InvalidInputError("text says nothing", field="text")
        top = ranked[0]
        return Told(
            probability=top.probability,
            answer=top.name,
            label=intent_label(top.name),
            classes=tuple(
                Likely(code=i.name, label=intent_label(i.name), probability=round(i.probability, 6))
                for i in ranked[:MOST_LIKELY]
            ),
            reasons=self._reasons(said, language, top.name),
        )

    def _reasons(self, said: str, language: str, intent: str) -> tuple[Why, ...]:
        """The parts of the text that speak most for the intent, beside what they say for the others on average."""
        model = self._model.languages[language]
        place = model.intents.index(intent)
        parts: dict[str, float] = {}
        for gram in set(tokens(said)):
            weights = model.weights(gram)
            if weights is not None:
                speaks = weights[place] - sum(weights) / len(weights)
                parts[gram.strip()] = max(parts.get(gram.strip(), 0.0), speaks)
        strongest = sorted((gram for gram in parts if len(gram) > 1 and parts[gram] > 0), key=lambda gram: -parts[gram])
        told: list[str] = []
        for gram in strongest:
            if not any(gram in other or other in gram for other in told):
                told.append(gram)
        return tuple(_heard(gram) for gram in told[:3])


def _heard(gram: str) -> Why:
    if gram.startswith("phrase:"):
        name = gram.removeprefix("phrase:").replace("_", " ")
        return Why(code=gram, en=f"A phrase of the list {name}", ja=f"表現リスト「{name}」に一致", direction="raises")
    return Why(code=gram, en=f"Says “{gram}”", ja=f"「{gram}」という表現", direction="raises")


_INTENTS = {
    "account_details": "口座情報",
    "appointment": "予約",
    "balance": "残高照会",
    "close_account": "解約",
    "complaint": "苦情",
    "confirmation": "確認",
    "dispute": "異議",
    "farewell": "終話",
    "greeting": "挨拶",
    "hardship": "生活困窮",
    "information": "情報提供",
    "lost_card": "カード紛失",
    "make_payment": "支払い",
    "offer_eligibility": "特典の対象確認",
    "order_checks": "小切手の注文",
    "other": "その他",
    "password_reset": "パスワード再設定",
    "payment_arrangement": "支払い方法の相談",
    "payment_date": "支払日",
    "rejection": "否定",
    "replace_card": "カード再発行",
    "thanks": "お礼",
    "transfer": "振込",
    "update_address": "住所変更",
}


def intent_label(name: str) -> LocalisedText:
    plain = name.replace("_", " ").capitalize()
    return text(plain, _INTENTS.get(name, plain))


class ForecastRows:
    """Counts per slot of the next two open days, from the days before."""

    def __init__(self, model: Forecast) -> None:
        self._model = model
        example = ", ".join(str(20 + 5 * (i % 4) + (i // 4) % 3) for i in range(4 * LEAST_DAYS))
        self._first = RowField(
            name="first_day",
            kind=FieldKind.DATE,
            label=text("First day of the counts", "件数の最初の日"),
            required=True,
            format="YYYY-MM-DD",
            typical="2026-01-05",
        )
        self._slots = numeric("slots_a_day", required=True, least=1.0, most=288.0, typical=4.0)
        self._counts = RowField(
            name="counts",
            kind=FieldKind.LIST,
            required=True,
            least=0.0,
            format=example,
            typical=example,
            label=text("Counts, slot by slot and day by day, weekdays only", "平日の時間帯別件数（日ごとに順に）"),
        )
        self.fields = (self._first, self._slots, self._counts)

    def tell(self, subject: str, row: Row, day: str) -> Told:
        del subject, day
        history = self._history(row)
        try:
            found = self._model.ahead(history, next_days(history))
        except InsufficientHistoryError as error:
            raise InvalidInputError(error.detail, field="counts") from error
        usual = sum(one.total for one in history[-5:]) / 5
        return Told(
            outputs=tuple(
                Output(
                    code=f"{slot.on}_{slot.slot}_{what}",
                    value=round(value, 2),
                    label=text(f"{slot.on}, slot {slot.slot + 1}: {en}", f"{slot.on} 時間帯{slot.slot + 1}：{ja}"),
                )
                for slot in found
                for what, en, ja, value in (
                    ("expected", "expected", "予測", slot.expected),
                    ("low", "low", "下限", slot.low),
                    ("high", "high", "上限", slot.high),
                )
            ),
            reasons=(
                Why(code="level", en=f"{usual:,.0f} a day on the last five days", ja=f"直近5日間は1日{usual:,.0f}件"),
            ),
        )

    def _history(self, row: Row) -> list[Day]:
        first = date_of(row, self._first)
        slots, counts = number(row, self._slots), numbers(row, self._counts)
        if first is None or isnan(slots) or not slots.is_integer():
            raise InvalidInputError("slots_a_day must be a whole number", field="slots_a_day")
        size = int(slots)
        if len(counts) % size or any(isnan(count) for count in counts):
            raise InvalidInputError(f"counts must hold whole days of {size} slots", field="counts")
        days: list[Day] = []
        on = first
        for start in range(0, len(counts), size):
            while on.weekday() > 4:
                on += timedelta(days=1)
            days.append(Day(on, tuple(counts[start : start + size])))
            on += timedelta(days=1)
        return days[-LONGEST_HISTORY:]


def load_intents(models: Path) -> IntentRows:
    return IntentRows(load_intent(models))


def load_counts(models: Path) -> ForecastRows:
    return ForecastRows(load_forecast(models))
