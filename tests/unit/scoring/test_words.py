"""Fields of models in words."""

from __future__ import annotations

import json

import pytest
import rapport_inference
from rapport.inference.asking.fields import named
from rapport.scoring.words import say

MODELS = rapport_inference.ROOT / "models"


@pytest.mark.parametrize(
    ("field", "value", "en", "ja"),
    [
        ("days_since_transaction", 1.0, "1 day", "1日"),
        ("online_share_90d", 0.254, "25 %", "25 %"),
        ("spend_change_30d", 0.5, "+50 %", "+50 %"),
        ("stated_income", 12_345.6, "12,346", "12,346"),
        ("tx_amount", 4.5, "4.50", "4.50"),
        ("tx_new_country", 1.0, "yes", "はい"),
        ("known_defaults", None, "not known", "不明"),
    ],
)
def test_a_value_is_said_in_its_unit(field: str, value: float | None, en: str, ja: str) -> None:
    said = say(field, value)
    assert said is not None
    assert said.en.endswith(en)
    assert said.ja.endswith(ja)


def test_a_field_of_a_strangers_table_has_no_words_of_ours() -> None:
    assert say("shoe_size", 43) is None


@pytest.mark.parametrize("name", ["churn", "credit", "fraud"])
def test_every_field_of_a_published_model_has_words(name: str) -> None:
    folder = MODELS / name / (MODELS / name / "CURRENT").read_text().strip()
    columns = {column["name"] for column in json.loads((folder / "schema.json").read_text())["columns"]}
    assert [column for column in sorted(columns) if named(column)[1] is None] == []
