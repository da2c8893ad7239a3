"""Labels leave the table whole, and come back as arrays or with the line that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.model import Label
from rapport.inference.caller_features import FEATURES
from rapport.runtime.errors import DependencyUnavailableError

from infra.stacks.data import CALLER_INDEXES
from models.data import caller_labels
from models.data.caller_labels import LabelLine, labels_of, main, read
from models.tabular.errors import DataError
from tests.builders.caller_labels import labelled
from tests.builders.callers import NOW
from tests.builders.dynamodb import create_table

OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"
LINE = {
    "caller": "n_a", "at": NOW, "spam": True, "probability": 0.2, "model": 0.1, "campaign": None,
    "features": {"calls_24h": 3.0},
}  # fmt: skip


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoCallers]:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "callers", CALLER_INDEXES)
        yield DynamoCallers(client, "callers")


def label(number: int) -> Label:
    return Label(
        token=f"n_{number}",
        agent="kim",
        at=NOW + number,
        spam=number % 2 == 0,
        probability=0.4,
        model=0.3,
        features={"calls_1h": float(number)},
        campaign="c-1" if number < 3 else None,
        contact_id=f"contact-{number}",
    )


# -- export --


def test_every_label_comes_out_whatever_the_size_of_a_page(
    store: DynamoCallers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller_labels, "PAGE", 3)
    for number in range(8):
        store.put_label(label(number))
    assert main(["--table", "callers", "--out", str(tmp_path / "labels.jsonl")]) == 0
    items = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    assert [item["caller"] for item in items] == [f"n_{number}" for number in range(7, -1, -1)]
    assert [item["campaign"] for item in items] == [None] * 5 + ["c-1"] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["labels.jsonl"]
    found = read(tmp_path / "labels.jsonl")
    np.testing.assert_array_equal(found.x[:, FEATURES.index("calls_1h")], np.arange(8.0))
    assert np.isnan(found.x).sum() == 8 * (len(FEATURES) - 1)


def test_a_line_is_an_item_of_the_api_and_says_neither_who_the_agent_was_nor_which_call() -> None:
    declared = json.loads(OPENAPI.read_text())["components"]["schemas"]["CallerLabel"]["properties"]
    assert set(json.loads(caller_labels.line(label(1)))) == set(declared)


def test_a_table_that_fails_half_way_leaves_the_file_of_before(
    store: DynamoCallers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = count()

    def labels(_: DynamoCallers, **__: Any) -> tuple[list[Label], str | None]:
        if next(asked):
            raise DependencyUnavailableError("callers did not answer: Throttled")
        return [label(1)], "more"

    monkeypatch.setattr(DynamoCallers, "labels", labels)
    out = tmp_path / "labels.jsonl"
    out.write_text("before")
    with pytest.raises(SystemExit, match=r"error: the labels of callers cannot be read: .*Throttled"):
        main(["--table", "callers", "--out", str(out)])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("labels.jsonl", "before")]


def test_a_table_that_is_not_there_and_a_place_that_cannot_be_written_are_one_clear_line(
    store: DynamoCallers, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="error: the labels of nothing cannot be read"):
        main(["--table", "nothing", "--out", str(tmp_path / "labels.jsonl")])
    with pytest.raises(SystemExit, match=r"error: .* cannot be written"):
        main(["--table", "callers", "--out", str(tmp_path / "no" / "labels.jsonl")])


# -- the reader --


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"spam": "yes"}, "line 2: spam: "),
        ({"caller": ""}, "line 2: caller: "),
        ({"at": None}, "line 2: at: "),
        ({"probability": 1.5}, "line 2: probability: "),
        ({"features": {"calls_24": 1.0}}, r"line 2: features\.calls_24: .*did you mean calls_24h"),
        ({"features": {"calls_24h": float("inf")}}, r"line 2: features\.calls_24h: .*finite"),
        ({"features": {"calls_24h": float("nan")}}, r"line 2: features\.calls_24h: .*finite"),
        ({"features": {"calls_24h": -1}}, r"line 2: features\.calls_24h: .*greater than or equal to 0"),
        ({"features": {"calls_24h": "3"}}, r"line 2: features\.calls_24h: .*number"),
    ],
)
def test_a_line_that_is_no_label_is_named_with_its_field(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + json.dumps(LINE | changed) + "\n")
    with pytest.raises(DataError, match=said):
        read(path)


@pytest.mark.parametrize("text", ["{", "[]", '"label"', "\x00"])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(f"\n{text}\n")
    with pytest.raises(DataError, match="line 2: "):
        read(path)


def test_no_file_no_text_and_no_label_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "nothing")
    path = tmp_path / "labels.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        read(path)
    path.write_text("\n\n")
    with pytest.raises(DataError, match="holds no labels"):
        read(path)


@given(st.permutations(range(30)))
def test_the_order_of_the_lines_does_not_matter(order: list[int]) -> None:
    lines = labelled(3, 30, callers=12)
    assert labels_of([lines[n] for n in order]).sha256 == labels_of(lines).sha256


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, *"abcde"])), min_size=1, max_size=40))
def test_labels_are_of_one_group_exactly_when_numbers_and_campaigns_link_them(
    said: list[tuple[int, str | None]],
) -> None:
    lines = [
        LabelLine.model_validate(LINE | {"caller": f"n_{caller}", "campaign": campaign, "at": n})
        for n, (caller, campaign) in enumerate(said)
    ]
    group = labels_of(lines).group
    # Names spread over links until nothing changes.
    expected = list(range(len(lines)))
    for _ in lines:
        for a, first in enumerate(lines):
            for b, second in enumerate(lines):
                if first.caller == second.caller or (first.campaign and first.campaign == second.campaign):
                    expected[a] = expected[b] = min(expected[a], expected[b])
    assert [[g == h for h in group] for g in group] == [[e == f for f in expected] for e in expected]
