"""Importers of public data and the table of benchmarks, on small files of the same form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.benchmarks import __main__ as command
from models.benchmarks.document import markdown
from models.benchmarks.report import Result
from models.data.importers import bank_marketing, taiwan
from models.tabular.errors import DataError
from models.tabular.pipeline import Plan
from models.tabular.repeat import OURS, repeated
from models.tabular.split import rotations
from models.tabular.table import tabulate


def credit(rows: int = 400) -> pd.DataFrame:
    """The form of the Taiwan file; late payers default more often."""
    rng = np.random.default_rng(1)
    status = rng.integers(-2, 4, (rows, 6))
    frame = pd.DataFrame({"ID": range(1, rows + 1), "LIMIT_BAL": rng.integers(1, 50, rows) * 10_000})
    frame["SEX"], frame["AGE"], frame["MARRIAGE"] = "female", rng.integers(21, 70, rows), "single"
    frame["EDUCATION"] = rng.choice(["university", "graduate school", "others", "2"], rows)
    frame[["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]] = status
    frame[[f"BILL_AMT{n}" for n in range(1, 7)]] = rng.integers(0, 90_000, (rows, 6))
    frame[[f"PAY_AMT{n}" for n in range(1, 7)]] = rng.integers(0, 9_000, (rows, 6))
    frame[taiwan.TARGET] = np.where(rng.random(rows) < 0.1 + 0.2 * (status[:, 0] > 0), "yes", "no")
    return frame


def calls() -> pd.DataFrame:
    """The form of bank-full: five calls over two turns of the year."""
    return pd.DataFrame(
        {
            "age": 40, "job": "admin.", "marital": "single", "balance": [1, 2, 3, 4, 5], "day": [30, 31, 2, 5, 1],
            "month": ["dec", "dec", "jan", "jan", "jan"], "duration": 99, "pdays": [-1, 10, -1, 3, -1], "y": "no",
        }
    )  # fmt: skip


def test_taiwan_leaves_the_protected_columns_and_the_id_out(tmp_path: Path) -> None:
    credit().to_csv(tmp_path / "taiwan_default.csv", index=False)
    frame = taiwan.load(tmp_path).source.frame
    assert not {"ID", "SEX", "AGE", "MARRIAGE"} & set(frame.columns)


def test_taiwan_s_derived_columns_are_what_they_say(tmp_path: Path) -> None:
    raw = credit()
    raw.to_csv(tmp_path / "taiwan_default.csv", index=False)
    frame = taiwan.load(tmp_path).source.frame
    row = raw.iloc[7]
    status = [row[name] for name in ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")]
    assert frame["utilisation_3"][7] == pytest.approx(row["BILL_AMT3"] / row["LIMIT_BAL"])
    assert frame["paid_share_1"][7] == pytest.approx(row["PAY_AMT1"] / row["BILL_AMT2"])
    assert frame["late_months"][7] == sum(month > 0 for month in status)
    assert frame["worst_delay"][7] == max(status)
    assert set(frame["EDUCATION"].dropna()) == {1.0, 2.0}


def test_years_follow_from_the_order_of_the_months() -> None:
    frame = calls()
    found = bank_marketing.dates(frame["month"].tolist(), frame["day"].astype(str).tolist())
    assert found == [date(2008, 12, 30), date(2008, 12, 31), date(2009, 1, 2), date(2009, 1, 5), date(2009, 1, 1)]


def test_bank_marketing_leaves_out_what_is_known_after_the_call(tmp_path: Path) -> None:
    calls().to_csv(tmp_path / "bank-full.csv", index=False)
    frame = bank_marketing.load_full(tmp_path).source.frame
    assert not {"duration", "age", "marital"} & set(frame.columns)


def test_how_busy_the_centre_was_counts_earlier_days_only(tmp_path: Path) -> None:
    calls().to_csv(tmp_path / "bank-full.csv", index=False)
    frame = bank_marketing.load_full(tmp_path).source.frame
    # The last row's 1 January counts for 2 and 5 January, wherever in the file it stands.
    assert frame["calls_in_7_days_before"].tolist() == [0, 1, 3, 4, 2]
    assert frame["last_contact_day_of_year"][1] == date(2008, 12, 21).timetuple().tm_yday
    assert np.isnan(frame["last_contact_day_of_year"][0])


def test_a_folder_without_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has none of taiwan_default"):
        taiwan.load(tmp_path)


def test_repeated_folds_judge_every_row_once_beside_the_baselines(tmp_path: Path) -> None:
    credit(600).to_csv(tmp_path / "taiwan_default.csv", index=False)
    imported = taiwan.load(tmp_path)
    table = tabulate(imported.source, imported.roles)
    found = repeated(table, rotations(table, 1), Plan(trials=1), resamples=20)
    assert found.rows == 600
    assert found.prevalence == pytest.approx(float(table.y.mean()), abs=1e-3)
    assert {OURS, "prevalence for everybody", "scorecard", "untuned XGBoost"} <= set(found.figures)
    ours = found.figures[OURS]["AUC"]
    assert ours.low <= ours.value <= ours.high
    rival = found.figures["untuned XGBoost"]["AUC"]
    assert found.above["untuned XGBoost"].value == pytest.approx(ours.value - rival.value)


RESULT = Result(
    data="d",
    split="by customer",
    rows=1_234,
    prevalence=0.2,
    metric="AUC",
    ours=0.8,
    low=0.7,
    high=0.9,
    baselines={"majority": 0.5},
    published="known: .79",
)


def test_no_figure_stands_without_split_prevalence_interval_baseline_and_published_figure() -> None:
    line = next(line for line in markdown([RESULT]).splitlines() if "0.800" in line)
    for part in ("by customer", "1,234", "0.200", "(0.700 to 0.900)", "majority 0.500", "known: .79"):
        assert part in line


def test_every_module_with_a_run_is_a_benchmark() -> None:
    assert {"taiwan", "bank_marketing"} <= set(command.found())
    assert not {"report", "document"} & set(command.found())


def test_a_data_set_that_is_not_there_is_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(data: Path) -> list[Result]:
        raise DataError(f"{data} has none")

    monkeypatch.setattr(command, "found", lambda: {"here": lambda _: [RESULT], "there": absent})
    assert command.main(["--data", str(tmp_path), "--write", str(tmp_path / "models.md")]) == 0
    assert "there is left out" in capsys.readouterr().err
    assert "0.800" in (tmp_path / "models.md").read_text()
    with pytest.raises(SystemExit, match="has none"):
        command.main(["--data", str(tmp_path), "there"])


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--data: there is no folder"):
        command.main(["--data", str(tmp_path / "absent")])
