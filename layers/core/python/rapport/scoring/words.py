"""How a field of a model reads to a person, with its value, in English and Japanese."""

from __future__ import annotations

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import FEATURES, Unit
from rapport.customers.features.words import say_number

LABELS: dict[str, tuple[Unit, str, str]] = {
    **{feature.name: (feature.unit, feature.label.en, feature.label.ja) for feature in FEATURES},
    "tenure_days": (Unit.DAYS, "Customer for", "お取引期間"),
    "calls_90d": (Unit.COUNT, "Calls, 90 days", "通話回数（90日）"),
    "requested_amount": (Unit.MONEY, "Requested amount", "お申込額"),
    "term_months": (Unit.COUNT, "Term in months", "返済期間（月）"),
    "stated_income": (Unit.MONEY, "Stated income a month", "ご申告の月収"),
    "debt_to_income": (Unit.RATIO, "Debt to income", "収入に対する借入れの比率"),
    "credit_utilisation": (Unit.SHARE, "Credit in use", "ご利用枠の使用割合"),
    "missed_payments_12m": (Unit.COUNT, "Missed payments, 12 months", "支払い遅れの回数（12か月）"),
    "months_since_missed": (Unit.COUNT, "Months since the last missed payment", "最後の支払い遅れからの月数"),
    "enquiries_6m": (Unit.COUNT, "Credit enquiries, 6 months", "信用照会の回数（6か月）"),
    "open_loans": (Unit.COUNT, "Open loans", "現在のお借入れ件数"),
    "months_employed": (Unit.COUNT, "Months in this employment", "勤続月数"),
    "tenure_months": (Unit.COUNT, "Months as a customer", "お取引月数"),
    "instalment_to_income": (Unit.SHARE, "Instalment to income", "収入に対する毎月の返済額の割合"),
    "earlier_applications": (Unit.COUNT, "Earlier applications", "過去のお申込み件数"),
    "known_defaults": (Unit.COUNT, "Earlier credit not repaid", "返済されなかったお借入れの件数"),
}


def say(field: str, value: object) -> LocalisedText | None:
    """The field with its value; None for a field that has no words of its own."""
    if field not in LABELS:
        return None
    unit, en, ja = LABELS[field]
    if value is None:
        return LocalisedText(en=f"{en}: not known", ja=f"{ja}：不明")
    if not isinstance(value, (int, float)):
        return LocalisedText(en=f"{en}: {value}", ja=f"{ja}：{value}")
    return LocalisedText(en=f"{en}: {say_number(unit, value, 'en')}", ja=f"{ja}：{say_number(unit, value, 'ja')}")
