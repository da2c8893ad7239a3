"""A feature with its value in words, English and Japanese."""

from __future__ import annotations

from math import isnan

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import FEATURES, Unit

_FEATURES = {feature.name: feature for feature in FEATURES}


def say_feature(name: str, value: float) -> LocalisedText:
    """Such as "Spending, 30 days: 1,234"; NaN is not known. `KeyError` for what is no feature."""
    feature = _FEATURES[name]
    if isnan(value):
        return LocalisedText(en=f"{feature.label.en}: not known", ja=f"{feature.label.ja}：不明")
    return LocalisedText(
        en=f"{feature.label.en}: {say_number(feature.unit, value, 'en')}",
        ja=f"{feature.label.ja}：{say_number(feature.unit, value, 'ja')}",
    )


def say_number(unit: str, value: float, language: str) -> str:
    """A value in its unit (one of `Unit`; any other has none), in `en` or `ja`."""
    if unit == Unit.FLAG:
        return {"en": ("no", "yes"), "ja": ("いいえ", "はい")}[language][bool(value)]
    if unit == Unit.DAYS:
        days = f"{value:,.0f}"
        return f"{days}日" if language == "ja" else f"{days} day" if days == "1" else f"{days} days"
    if unit in {Unit.SHARE, Unit.CHANGE, Unit.POINTS}:
        return f"{100 * value:+.0f} %" if unit != Unit.SHARE else f"{100 * value:.0f} %"
    if unit == Unit.MONEY:
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
    if unit == Unit.COUNT:
        return f"{value:,.0f}"
    return f"{value:.2f}"
