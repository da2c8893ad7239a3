"""Whatever a table holds, the service reads each of its rows as the training did."""

from __future__ import annotations

import json
from math import isnan

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.columns import Column
from rapport.inference.schema import Schema
from rapport.runtime.errors import InvalidInputError

from models.tabular.errors import DataError
from models.tabular.read import Source
from models.tabular.table import Roles, encode, tabulate

ROWS = 120
CELLS = st.one_of(
    st.just(""),
    st.sampled_from(["NA", "?", "yes", "no", "red", "blue", "1,234", "12 %", "２", "0", "-0"]),
    st.integers(-(10**9), 10**9).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.dates().map(str),
    st.text(max_size=6),
)
TYPED = st.one_of(st.none(), st.floats(), st.integers(-(10**20), 10**20), st.booleans(), st.dates(), st.datetimes())


def same(one: list[float], other: list[float]) -> bool:
    return all(a == b or (isnan(a) and isnan(b)) for a, b in zip(one, other, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(CELLS, TYPED), min_size=3, max_size=12), min_size=1, max_size=4), st.integers(0, 99))
def test_every_row_of_the_training_file_is_read_alike_by_the_pipeline_and_by_the_service(
    cells: list[list[object]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = {f"c{n}": pd.Series([some[i] for i in rng.integers(0, len(some), ROWS)], dtype=object)
               for n, some in enumerate(cells)}  # fmt: skip
    frame = pd.DataFrame({**columns, "y": ["1", "0"] * (ROWS // 2)})
    try:
        table = tabulate(Source(frame, "t", "0", "CSV"), Roles(target="y"))
    except DataError:
        return
    schema = Schema.from_json(json.loads(json.dumps(table.schema.to_json())))
    for number, row in enumerate(frame.to_dict("records")):
        if any(column.name in row for column in schema.columns):
            assert same(schema.numbers(row), table.x[number].tolist())


@settings(max_examples=200, deadline=None)
@given(st.one_of(CELLS, TYPED), st.sampled_from(["number", "boolean", "category", "date"]))
def test_a_value_becomes_finite_numbers_or_missing_or_is_refused_by_name(value: object, kind: str) -> None:
    levels = {"boolean": ("no", "yes"), "category": ("red", "blue")}.get(kind, ())
    column = Column("field", kind, levels=levels, parts=("days", "month") if kind == "date" else ())
    named = None
    found: tuple[float, ...] = (0.0,) * len(column.inputs)
    try:
        found = column.numbers(value)
    except InvalidInputError as error:
        named = error.field
    assert named in {None, "field"}
    assert len(found) == len(column.inputs)
    assert all(isnan(number) or abs(number) < 3.1e38 for number in found)


@settings(max_examples=50, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=30))
def test_encoding_does_not_depend_on_the_other_rows(cells: list[str]) -> None:
    schema = Schema(
        (Column("a", "category", levels=("red", "blue")), Column("b", "number", junk=frozenset({"x"}))), "y"
    )
    frame = pd.DataFrame({"a": cells, "b": cells}, dtype=object)
    together = encode(schema, frame)[0]
    alone = [encode(schema, frame.iloc[[number]])[0][0] for number in range(len(cells))]
    np.testing.assert_array_equal(together, np.array(alone))
