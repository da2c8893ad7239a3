"""How a field of a model reads to a person, with its value, in English and Japanese."""

from __future__ import annotations

from rapport.calls.model import LocalisedText
from rapport.customers.features.words import say_number
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
    return LocalisedText(en=f"{en}: {say_number(unit, value, 'en')}", ja=f"{ja}：{say_number(unit, value, 'ja')}")
