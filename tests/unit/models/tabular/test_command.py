"""The one command on a stranger's file, end to end, and what it says when the file is broken."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from rapport.inference.tabular import load_tabular

from models.__main__ import main
from models.tabular.progress import Progress
from tests.builders.tables import customers, noise, written

QUICK = ["--trials", "2", "--resamples", "30", "--seed", "3"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file and two versions trained on it, the second without the date joined."""
    folder = tmp_path_factory.mktemp("place")
    data = written(customers(900), folder / "calls.csv")
    common = ["train", "leaving", "--data", str(data), "--target", "left", "--group", "customer", "--out", str(folder)]
    assert main([*common, *QUICK]) == 0
    assert main([*common, *QUICK, "--drop", "score,joined"]) == 0
    return folder


def test_training_leaves_a_model_a_card_and_an_evaluation(place: Path) -> None:
    assert {path.name for path in (place / "models" / "leaving" / "1.0.0").iterdir()} == {
        "model.ubj", "model.json", "schema.json", "reference.json",
    }  # fmt: skip
    assert {path.name for path in (place / "cards" / "leaving").iterdir()} == {
        "card.md", "card.html", "card.png", "evaluation.json",
    }  # fmt: skip
    assert (place / "models" / "leaving" / "CURRENT").read_text() == "1.1.0\n"


def test_the_page_needs_no_other_file(place: Path) -> None:
    page = (place / "cards" / "leaving" / "card.html").read_text()
    assert "data:image/png;base64," in page
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "<script" not in page


def test_no_figure_of_the_card_stands_without_split_prevalence_and_baseline(place: Path) -> None:
    card = (place / "cards" / "leaving" / "card.md").read_text()
    for part in card.split("### ")[1:]:
        assert "prevalence" in part.split("|")[0]
        assert "untuned XGBoost" in part
        assert "prevalence for everybody" in part


def test_nothing_of_the_file_s_place_is_written_anywhere(place: Path) -> None:
    for path in [*(place / "models").rglob("*.json"), *(place / "cards").rglob("*.*")]:
        assert str(place).encode() not in path.read_bytes(), path


def test_evaluate_explain_and_compare_answer(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, data = ["--out", str(place), "--resamples", "30"], ["--data", str(place / "calls.csv")]
    assert main(["evaluate", "leaving", *here]) == 0
    assert "customer held out: " in capsys.readouterr().out
    assert main(["evaluate", "leaving", *data, *here]) == 0
    assert re.search(
        r"leaving 1\.1\.0, customer held out, as in training: \d+ rows, prevalence", capsys.readouterr().out
    )
    assert main(["explain", "leaving", *data, "--rows", "1,2", *here]) == 0
    assert capsys.readouterr().out.count("probability") >= 4
    assert main(["compare", "leaving", *data, "--versions", "1.0.0", "1.1.0", *here]) == 0
    compared = capsys.readouterr().out
    # The first version has the score that decides: it must win, with an interval that leaves out 0.
    assert re.search(r"AUC .*\n", compared)
    assert next(line for line in compared.splitlines() if line.strip().startswith("AUC")).endswith("*")


def test_a_version_whose_question_is_a_sentence_is_judged_on_its_target(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    described = tmp_path / "models" / "leaving" / "1.1.0" / "model.json"
    said = json.loads(described.read_text())
    described.write_text(json.dumps(said | {"question": "Will this customer leave?", "training_data_sha256": "other"}))
    here = ["--data", str(tmp_path / "calls.csv"), "--out", str(tmp_path), "--resamples", "30"]
    assert main(["evaluate", "leaving", *here]) == 0


def test_publishing_puts_the_model_where_the_service_loads_it(place: Path) -> None:
    assert main(["publish", "leaving", "--out", str(place)]) == 0
    scorer = load_tabular(place / "published", "leaving")
    assert 0 < scorer.probability({"city": "osaka"}) < 1


def test_parquet_and_semicolons_train_as_well(tmp_path: Path) -> None:
    for name, delimiter in (("a.parquet", ","), ("b.csv", ";")):
        data = written(customers(300), tmp_path / name, delimiter=delimiter)
        out = ["--out", str(tmp_path / name.replace(".", "_"))]
        assert main(["train", "leaving", "--data", str(data), "--target", "left", *out, *QUICK]) == 0


def test_made_up_data_is_called_so_beside_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(noise(), tmp_path / "noise.csv")
    given = ["--data", str(data), "--target", "failed", "--group", "customer", "--synthetic", "--out", str(tmp_path)]
    assert main(["train", "made-up", *given, *QUICK]) == 0
    printed = capsys.readouterr().out
    assert all("SYNTHETIC" in line for line in printed.splitlines() if "AUC" in line)
    assert json.loads((tmp_path / "models" / "made-up" / "1.0.0" / "model.json").read_text())["synthetic"] is True
    assert "### customer held out (SYNTHETIC)" in (tmp_path / "cards" / "made-up" / "card.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "new", "--data", "calls.csv", "--target", "lost"], "--target: calls.csv has no column 'lost'"),
        (["train", "new", "--data", "calls.csv"], "--target is missing"),
        (["train", "new", "--data", "absent.csv", "--target", "left"], "there is no file absent.csv"),
        (["train", "New Name", "--data", "calls.csv", "--target", "left"], "is no name for a model"),
        (["train", "../up", "--data", "calls.csv", "--target", "left"], "is no name for a model"),
        (["train", "payment_risk", "--data", "calls.csv", "--target", "left"], "choose a new name"),
        (["train", "payment_risks"], "there is no model 'payment_risks'; did you mean payment_risk?"),
        (["compare", "payment_risk"], "compare needs --data"),
        (["explain", "other", "--data", "calls.csv"], "other has not been trained"),
        (["explain", "leaving", "--data", "calls.csv", "--rows", "one"], "is no list of row numbers"),
        (["explain", "leaving", "--data", "calls.csv", "--rows", "901"], "has rows 1 to 900"),
        (["compare", "leaving", "--data", "calls.csv", "--versions", "1.0.0", "9.0.0"], "there is no version 9.0.0"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    place: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(SystemExit, match="error: ") as refused:
        main([*arguments, "--out", "."])
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Progress("tuning", 3)
    bar.step()
    bar.close()
    assert capsys.readouterr().err == ""
