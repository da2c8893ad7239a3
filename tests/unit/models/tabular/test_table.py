"""Columns of a stranger's table: what each is, what is left out, what is refused, what is warned about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.tabular.errors import DataError
from models.tabular.read import Source
from models.tabular.suspects import suspects
from models.tabular.table import Roles, Table, tabulate
from tests.builders.tables import customers, noise

FRAME = customers(400)
ROLES = Roles(target="left")


def table(frame: pd.DataFrame, roles: Roles = ROLES) -> Table:
    return tabulate(Source(frame.astype(object), "t.csv", "0", "CSV"), roles)


def kinds(found: Table) -> dict[str, str]:
    return {column.name: column.kind for column in found.schema.columns}


def test_numbers_dates_categories_and_booleans_are_told_apart() -> None:
    assert kinds(table(FRAME)) == {
        "day": "date",
        "joined": "date",
        "score": "number",
        "balance": "number",
        "city": "category",
        "active": "boolean",
    }


def test_ids_and_free_text_are_left_out_and_named() -> None:
    found = table(FRAME)
    assert "free text" in found.dropped["note"]
    assert "an id" in found.dropped["customer"]
    assert any(note.startswith("note is left out") for note in found.notes)


def test_ids_that_repeat_without_a_group_are_warned_about() -> None:
    assert any("--group" in note and "customer" in note for note in table(FRAME).notes)
    assert not any("--group" in note for note in table(FRAME, Roles(target="left", group="customer")).notes)


def test_group_and_time_are_no_inputs_and_dates_count_up_to_the_row_s_own_time() -> None:
    found = table(FRAME, Roles(target="left", group="customer", time="day"))
    assert "day" not in kinds(found)
    elapsed = found.x[:, found.schema.inputs.index("joined:days")]
    expected = (pd.to_datetime(FRAME["day"]) - pd.to_datetime(FRAME["joined"])).dt.days
    assert elapsed.tolist() == expected.tolist()


def test_missing_values_stay_missing_in_every_spelling() -> None:
    frame = FRAME.assign(balance=["", "NA", "n/a", "NULL", "?", " "] * 50 + FRAME["balance"].tolist()[300:])
    found = table(frame)
    assert np.isnan(found.x[:300, found.schema.inputs.index("balance")]).all()


def test_words_among_numbers_count_as_missing_and_are_told() -> None:
    frame = FRAME.assign(balance=["pending"] * 4 + FRAME["balance"].tolist()[4:])
    found = table(frame)
    assert kinds(found)["balance"] == "number"
    assert any("4 values are no numbers ('pending')" in note for note in found.notes)


def test_half_numbers_half_words_are_a_category_and_told() -> None:
    frame = FRAME.assign(mixed=["1", "2", "low", "high"] * 100)
    found = table(frame)
    assert kinds(found)["mixed"] == "category"
    assert any("mixed mixes numbers" in note for note in found.notes)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("%d/%m/%Y", "%d/%m/%Y"),
        ("%Y/%m/%d", "%Y/%m/%d"),
        ("%d.%m.%Y", "%d.%m.%Y"),
        ("%Y年%m月%d日", "%Y年%m月%d日"),
        ("%Y%m%d", "%Y%m%d"),
        ("%Y-%m-%dT%H:%M:%S", "iso"),
    ],
)
def test_dates_are_read_as_they_are_written(written: str, first: str) -> None:
    frame = FRAME.assign(joined=pd.to_datetime(FRAME["joined"]).dt.strftime(written))
    column = next(c for c in table(frame).schema.columns if c.name == "joined")
    assert (column.kind, column.pattern) == ("date", first)


def test_decimal_commas_are_numbers() -> None:
    frame = FRAME.assign(balance=FRAME["balance"].str.replace(".", ","))
    found = table(frame)
    assert found.x[:, found.schema.inputs.index("balance")].tolist() == FRAME["balance"].astype(float).tolist()


def test_labels_that_a_spreadsheet_made_decimal_are_still_zero_and_one() -> None:
    found = table(FRAME.assign(left=np.where(FRAME["left"] == "yes", "1.0", "0.0")))
    assert found.positive == "1"
    assert found.y.tolist() == (FRAME["left"] == "yes").astype(float).tolist()


def test_constant_and_empty_columns_are_left_out() -> None:
    found = table(FRAME.assign(bank="ours", nothing=""))
    assert "always 'ours'" in found.dropped["bank"]
    assert "missing" in found.dropped["nothing"]


def test_rare_levels_are_one() -> None:
    frame = FRAME.assign(shop=["big", "small"] * 195 + [f"tiny {n % 9}" for n in range(10)])
    found = table(frame)
    codes = found.x[:, found.schema.inputs.index("shop")]
    assert set(codes) == {0.0, 1.0, 2.0}
    assert (codes[-10:] == 0).all()


@pytest.mark.parametrize(
    ("frame", "roles", "said"),
    [
        (FRAME, Roles(target="lefft"), "no column 'lefft'; did you mean left?"),
        (FRAME, Roles(target="left", group="custmer"), "--group: .* did you mean customer?"),
        (FRAME, Roles(target="left", time="when"), "--time: .* there are: customer, day"),
        (FRAME, Roles(target="left", group="left"), "must be different columns"),
        (FRAME.assign(left="no"), ROLES, "always 'no': there is nothing to tell apart"),
        (FRAME.assign(left=""), ROLES, "missing in every row"),
        (FRAME, Roles(target="balance"), "values .* and must have two"),
        (FRAME, Roles(target="left", positive="maybe"), "never 'maybe'; there are: no, yes"),
        (FRAME.head(50), ROLES, "50 labelled rows are too few"),
        (FRAME[["left"]].assign(a="", b="x"), ROLES, "no column is left to learn from"),
        (FRAME, Roles(target="left", time="city"), "neither a date nor a number"),
        (FRAME.assign(day=["", *FRAME["day"][1:]]), Roles(target="left", time="day"), "missing in 1 rows"),
        (FRAME, Roles(target="left", group="city"), "has 3 values: 10 at least"),
        (
            FRAME.assign(day="2024-01-01"),
            Roles(target="left", time="day"),
            "has 1 values: too few to put",
        ),
    ],
    ids=lambda value: value.target if isinstance(value, Roles) else None,
)
def test_what_cannot_be_learned_from_is_refused_in_words(frame: pd.DataFrame, roles: Roles, said: str) -> None:
    with pytest.raises(DataError, match=said) as refused:
        table(frame, roles)
    assert "\n" not in str(refused.value)


def test_rows_without_a_label_are_left_out_and_told() -> None:
    found = table(FRAME.assign(left=["", "?", *FRAME["left"].tolist()[2:]]))
    assert len(found.y) == 398
    assert any("2 rows without left" in note for note in found.notes)


# -- suspects --


def test_a_copy_of_the_target_is_refused_unless_it_is_kept() -> None:
    frame = FRAME.assign(closed=np.where(FRAME["left"] == "yes", "1", "2"))
    with pytest.raises(DataError, match=r"closed by itself tells left .* --drop closed"):
        suspects(table(frame))
    assert any("closed" in told for told in suspects(table(frame), keep=("closed",)))


def test_a_column_that_is_filled_only_afterwards_is_refused() -> None:
    frame = FRAME.assign(refund=np.where(FRAME["left"] == "yes", FRAME["balance"], ""))
    with pytest.raises(DataError, match="refund by itself tells left"):
        suspects(table(frame))


def test_a_column_that_knows_too_much_is_named() -> None:
    rng = np.random.default_rng(0)
    hint = (FRAME["left"] == "yes") * 2.2 + rng.normal(size=len(FRAME)) * 0.8
    assert any(
        told.startswith("hint alone reaches AUC") for told in suspects(table(FRAME.assign(hint=hint.astype(str))))
    )


@pytest.mark.parametrize("name", ["call_duration", "Outcome", "days_to_close", "chargeback", "sex", "marital"])
def test_names_that_tell_of_afterwards_or_of_protected_people_are_pointed_out(name: str) -> None:
    frame = FRAME.assign(**{name: np.random.default_rng(0).integers(0, 9, len(FRAME)).astype(str)})
    assert any(told.startswith(name) for told in suspects(table(frame)))


def test_a_date_after_the_row_s_own_time_is_pointed_out() -> None:
    later = (pd.to_datetime(FRAME["day"]) + pd.Timedelta(days=9)).dt.strftime("%Y-%m-%d")
    told = suspects(table(FRAME.assign(ended=later), Roles(target="left", time="day")))
    assert any("ended lies after day in 100 %" in sentence for sentence in told)


def test_rows_that_repeat_are_counted_and_kept_together() -> None:
    frame = pd.concat([FRAME, FRAME.head(40)], ignore_index=True).drop(columns=["note", "customer"])
    found = table(frame)
    assert any("40 rows (9 %) repeat another row" in told for told in suspects(found))
    assert found.group[:40].tolist() == found.group[400:].tolist()


def test_people_with_the_same_few_values_are_not_taken_for_copies() -> None:
    frame = pd.DataFrame({"city": FRAME["city"], "left": FRAME["left"]})
    assert len(set(table(frame).group)) == len(frame)


def test_pure_noise_raises_no_suspicion() -> None:
    assert suspects(table(noise(), Roles(target="failed", group="customer"))) == []
