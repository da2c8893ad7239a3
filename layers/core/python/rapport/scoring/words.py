"""How a field of a model reads to a person, with its value, in English and Japanese."""

from __future__ import annotations

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import Unit
from rapport.inference.asking.fields import named


def say(field: str, value: object) -> LocalisedText | None:
    """The field with its value; None for a field that has no words of its own."""
    label, named_unit = named(field)
    if named_unit is None:
        return None
    unit, en, ja = named_unit, label.en, label.ja
    if value is None:
        return LocalisedText(en=f"{en}: not known", ja=f"{ja}：不明")
    if not isinstance(value, (int, float)):
        return LocalisedText(en=f"{en}: {value}", ja=f"{ja}：{value}")
    return LocalisedText(en=f"{en}: {_number(unit, value, 'en')}", ja=f"{ja}：{_number(unit, value, 'ja')}")


def _number(unit: str, value: float, language: str) -> str:
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
