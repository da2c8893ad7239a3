"""Training of the forecast: no origin sees its future, and what is served is what was trained."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from rapport.inference.booster import InferenceError
from rapport.inference.forecast import Day, rows

from models.benchmarks import call_volume as benchmark
from models.catalogue.forecast import DEFINITION
from models.data.importers import call_volume
from models.data.series import generate
from models.definition import Options
from models.forecast import Fitted, Table, fit, tabulate


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return generate(3, days=70, slots=6)


@pytest.fixture(scope="module")
def table(days: list[Day]) -> Table:
    return tabulate(days)


@pytest.fixture(scope="module")
def fitted(table: Table) -> Fitted:
    return fit(table, rounds=30)


def doubled(days: Sequence[Day], since: int) -> list[Day]:
    return [
        replace(day, counts=tuple(2 * count for count in day.counts)) if at >= since else day
        for at, day in enumerate(days)
    ]


def test_what_comes_after_an_origin_changes_nothing_but_what_came(days: list[Day], table: Table) -> None:
    other = tabulate(doubled(days, 50))
    past = table.origin <= 50
    assert np.array_equal(table.x[past], other.x[past], equal_nan=True)
    assert np.array_equal(table.base[past], other.base[past])
    assert not np.array_equal(table.actual[past], other.actual[past])


def test_every_origin_has_two_days_of_all_slots_and_the_last_is_known(days: list[Day], table: Table) -> None:
    assert len(table.y) == len(np.unique(table.origin)) * 2 * 6
    assert table.origin.max() == len(days) - 2
    assert np.isfinite(table.y).all()


def test_the_margin_gives_the_interval_its_coverage_on_days_no_tree_saw(days: list[Day], table: Table) -> None:
    model = fit(table.rows(table.origin < 50), rounds=30)
    late = table.rows(table.origin >= 52)
    low, expected, high = model.predict(late)
    inside = ((late.actual >= low) & (late.actual <= high)).mean()
    assert 0.6 < inside < 0.97
    assert (low <= expected).all()
    assert (expected <= high).all()


def test_the_written_model_forecasts_what_the_training_library_does(tmp_path: Path) -> None:
    trained = DEFINITION.train(Options(seed=2))
    DEFINITION.write(trained, tmp_path / "forecast", date(2025, 1, 2))
    DEFINITION.write_card(trained, tmp_path / "card")
    served = DEFINITION.check(tmp_path)
    history = generate(9, days=40)
    made = _from_files(trained).predict(_table(history))
    found = served.ahead(history[:-2], [day.on for day in history[-2:]])  # type: ignore[attr-defined]
    for ours, theirs in zip(zip(*((s.low, s.expected, s.high) for s in found), strict=True), made, strict=True):
        assert np.array(ours) == pytest.approx(theirs, rel=1e-5, abs=1e-5)
    assert "SYNTHETIC" in (tmp_path / "card" / "card.md").read_text()
    (tmp_path / "forecast" / "1.1.0" / "low.ubj").write_bytes(b"other")
    with pytest.raises(InferenceError, match=r"low\.ubj"):
        DEFINITION.check(tmp_path)


def _table(history: list[Day]) -> Table:
    found = rows(history[:-2], [day.on for day in history[-2:]])
    x, base = np.array([row.features for row in found]), np.array([row.base for row in found])
    return Table(x, base, base, np.zeros(len(base), dtype=np.int64), np.zeros(len(base), dtype=np.int64))


def _from_files(trained: object) -> Fitted:
    import xgboost as xgb

    files, parameters = trained.files, trained.parameters  # type: ignore[attr-defined]
    boosters = {name.removesuffix(".ubj"): xgb.Booster(model_file=bytearray(data)) for name, data in files.items()}
    return Fitted(boosters, parameters["widening"])


def test_the_backtest_beats_the_naive_on_a_line_with_a_level_and_says_so(days: list[Day]) -> None:
    found = benchmark.backtest(generate(5, days=90, slots=6), 20)
    results = {result.metric: result for result in benchmark.figures(found, "SYNTHETIC", "last 20 days")}
    total = results["wMAPE"]
    assert total.ours < total.baselines["seasonal naive (same weekday)"]
    assert total.low is not None
    assert total.high is not None
    assert total.low < total.ours < total.high
    assert 0.5 < results["coverage of the 80% interval"].ours < 0.99
    assert results["wMAPE, day 1"].rows == results["wMAPE, day 2"].rows
    assert results["wMAPE, day 1"].rows * 2 == total.rows


def test_the_naive_of_the_second_day_ahead_knows_nothing_of_the_first(days: list[Day]) -> None:
    changed = doubled(days, 60)
    assert np.array_equal(benchmark.seasonal_naive(days, 61), benchmark.seasonal_naive(changed, 61))
    assert np.array_equal(benchmark.seasonal_naive(changed, 66), 2 * benchmark.seasonal_naive(days, 66))


def test_wmape_weighs_by_volume() -> None:
    assert benchmark.wmape(np.array([90.0, 10.0]), np.array([90.0, 20.0])) == pytest.approx(0.1)


def calls_file(folder: Path, slots_of_last_day: int = 169) -> None:
    lines = ["ts,calls"]
    for on, slots in (("2003-03-03", 169), ("2003-03-04", slots_of_last_day)):
        for slot in range(slots):
            minute = 420 + 5 * slot
            lines.append(f"{on} {minute // 60:02d}:{minute % 60:02d}:00,{slot % 3}")
    (folder / "bank_calls_5min.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


def test_slots_are_joined_and_a_day_that_is_cut_off_is_left_out(tmp_path: Path) -> None:
    calls_file(tmp_path, 33)
    (day,) = call_volume.read(tmp_path, 15)
    assert day.on == date(2003, 3, 3)
    assert len(day.counts) == 57
    assert day.counts[0] == 0 + 1 + 2
    assert day.total == sum(slot % 3 for slot in range(169))


def test_missing_calls_and_odd_slots_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="bank_calls_5min"):
        call_volume.read(tmp_path)
    calls_file(tmp_path)
    with pytest.raises(ValueError, match="7 minutes"):
        call_volume.read(tmp_path, 7)
