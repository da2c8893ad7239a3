"""spam_caller on calls that agents labelled: parted by group and time, refused when few, judged beside what is served.

All labels here are SYNTHETIC: they show what the code does, and nothing of real calls.
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapport.inference.caller_features import FEATURES
from rapport.inference.spam_caller import NAME, load_spam_caller
from rapport.registry.artifacts import described
from rapport.registry.gate import judged_as, objections
from rapport.registry.model import Origin

from models import spam_calls
from models.__main__ import Places, main
from models.data.caller_labels import LabelLine, Labels, labels_of
from models.definition import Options, definitions
from models.evaluation import TooLittleDataError
from models.export import Exported, markdown, write
from models.spam_labels import figures, parted
from tests.builders.caller_labels import labelled
from tests.builders.caller_labels import write as write_labels

SMALL = Options(seed=3, resamples=20)
PUBLISHED = Places().published


@pytest.fixture(scope="module")
def lines() -> list[LabelLine]:
    return labelled(5, 2_000, callers=1_400)


@pytest.fixture(scope="module")
def file(lines: list[LabelLine], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_labels(lines, tmp_path_factory.mktemp("labels") / "labels.jsonl")


@pytest.fixture(scope="module")
def trained(file: Path) -> Exported:
    return spam_calls.train(file, PUBLISHED, SMALL)


# -- parts --


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(600, 1_000), st.floats(0.7, 3), st.integers(5, 60), st.floats(0.3, 0.7))
def test_no_number_and_no_campaign_is_on_two_sides_and_nothing_fitted_is_as_late_as_what_is_judged(
    seed: int, count: int, callers: float, campaigns: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    made = [
        each.model_copy(update={"spam": bool(rng.random() < share)})
        for each in labelled(seed, count, callers=round(callers * count), campaigns=campaigns)
    ]
    labels = labels_of(made)
    try:
        parts = parted(labels)
    except TooLittleDataError:
        assume(False)
    three = (parts.fitting, parts.validating, parts.judging)
    at = {each.at: each for each in made}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        ours, theirs = ([at[int(moment)] for moment in three[n].at] for n in (one, other))
        assert three[one].at.max() < three[other].at.min()
        assert not {each.caller for each in ours} & {each.caller for each in theirs}
        assert not ({each.campaign for each in ours} & {each.campaign for each in theirs}) - {None}
    assert sum(map(len, three)) + parts.late == len(labels)
    # What judges is never thinned: only what came too late to be learned from is left out.
    groups = set(parts.judging.group)
    assert len(parts.judging) == sum(each in groups for each in labels.group)


def test_few_labels_are_refused_with_what_is_needed(lines: list[LabelLine]) -> None:
    with pytest.raises(TooLittleDataError, match="150 labelled rows, 200 needed"):
        parted(labels_of(lines[:150]))
    wanted = [each for each in lines if not each.spam]
    with pytest.raises(TooLittleDataError, match="0 of the rarer outcome, 50 needed"):
        parted(labels_of(wanted))


def test_spam_of_one_campaign_alone_is_one_witness_and_refused(lines: list[LabelLine]) -> None:
    one = [each.model_copy(update={"campaign": "c-1" if each.spam else None}) for each in lines]
    with pytest.raises(TooLittleDataError, match=r"spam from \d and wanted calls .*, 10 of each are needed"):
        parted(labels_of(one))


def test_a_part_without_spam_is_named(lines: list[LabelLine]) -> None:
    begins = parted(labels_of(lines)).judging.at.min()
    early = [each for each in lines if not each.spam or each.at < begins]
    with pytest.raises(TooLittleDataError, match="the quarter that judges has spam from"):
        parted(labels_of(early))


# -- figures --


def judged(spam: list[bool], scores: list[float], cut: float) -> dict[str, tuple[float, float, float]]:
    n = len(spam)
    alone = np.arange(n)
    labels = Labels(np.zeros((n, len(FEATURES))), np.array(spam), alone.astype(np.int64), alone, np.full(n, -1))
    return figures(labels, np.array(scores), (cut, cut), probable=True, rounds=50, seed=0)


def test_acting_from_a_threshold_on_is_counted() -> None:
    found = judged([True, False, True, True, False] * 8, [0.9, 0.8, 0.7, 0.2, 0.1] * 8, 0.5)
    assert found["precision at FPR 0.1%"][0] == pytest.approx(2 / 3, abs=1e-4)
    assert found["recall at FPR 0.1%"][0] == pytest.approx(2 / 3, abs=1e-4)
    assert found["real FPR at FPR 0.1%"][0] == 0.5
    for value, low, high in found.values():
        assert low <= value <= high or value == pytest.approx(low, abs=0.1)


def test_none_and_all_keep_an_interval_and_what_nothing_is_known_of_has_no_figure() -> None:
    found = judged([True, False] * 20, [0.9, 0.1] * 20, 0.5)
    assert found["precision at FPR 0.1%"][0] == 1.0
    assert 0.7 < found["precision at FPR 0.1%"][1] < 1.0
    assert 0.0 < found["real FPR at FPR 0.1%"][2] < 0.3
    silent = judged([True, False] * 20, [0.9, 0.1] * 20, 0.95)
    assert "precision at FPR 0.1%" not in silent
    assert silent["recall at FPR 0.1%"][0] == 0.0


# -- training --


def test_what_was_learned_from_labels_is_served_and_real(trained: Exported, tmp_path: Path) -> None:
    target = write(trained, tmp_path / NAME, date(2026, 1, 1))
    assert (target.name, trained.synthetic, trained.evaluation["tag"]) == ("1.1.0", False, "real")
    scorer = load_spam_caller(tmp_path)
    assert scorer.score(dict.fromkeys(FEATURES, 30.0)).probability > scorer.score({"calls_7d": 1.0}).probability


def test_the_served_version_and_the_plain_ones_stand_beside_it(trained: Exported) -> None:
    split = trained.splits[0]
    now = judged_as(described(PUBLISHED / NAME / "1.0.0", Origin.LAYER))
    assert list(split["figures"]) == [
        NAME, now, "1.0.0 recalibrated", "rule: calls in 24 hours", "logistic regression",
    ]  # fmt: skip
    assert 0 < split["prevalence"] < 0.3
    own = set(split["figures"][NAME])
    assert {"AUC", "PR-AUC", "Brier", "ECE", "recall at FPR 0.1%", "real FPR at FPR 1.0%"} <= own
    assert "Brier" not in split["figures"]["rule: calls in 24 hours"]


def test_the_gate_compares_with_the_served_version_on_these_labels(trained: Exported, tmp_path: Path) -> None:
    now, target = described(PUBLISHED / NAME / "1.0.0", Origin.LAYER), write(trained, tmp_path, date(2026, 1, 1))
    found = deepcopy(trained.evaluation)
    found["splits"][0]["figures"][now.name + " 1.0.0"]["AUC"] = (1.0, 1.0, 1.0)
    (target / "evaluation.json").write_text(json.dumps(found))
    said = objections(described(target, Origin.LAYER), now, None)
    assert "below-champion" in {objection.code for objection in said}


def test_the_card_says_what_labels_cannot_tell(trained: Exported, lines: list[LabelLine]) -> None:
    parts = parted(labels_of(lines))
    text, wanted = markdown(trained), int((~parts.validating.spam).sum())
    assert "SYNTHETIC" not in text, "a card of labels must not say that they are made up"
    for words in (
        "2,000 labels that agents gave",
        "Blocked calls have no label",
        "Agents who agree may be wrong together",
        f"only as fine as 1 in {wanted:,}",
        f"{parts.late:,} labels that a group got after the next part began are left out",
        "Nothing was learned of** blocklist_hits",
    ):
        assert words in text


def test_the_same_file_and_seed_give_the_same_bytes(trained: Exported, lines: list[LabelLine], tmp_path: Path) -> None:
    again = spam_calls.train(write_labels(lines[::-1], tmp_path / "turned.jsonl"), PUBLISHED, SMALL)
    assert (again.data, again.files, again.metadata) == (trained.data, trained.files, trained.metadata)
    assert json.dumps(again.evaluation) == json.dumps(trained.evaluation)


def test_a_world_that_turns_upside_down_makes_no_model(lines: list[LabelLine], tmp_path: Path) -> None:
    middle = parted(labels_of(lines)).validating.at.min()
    turned = [each.model_copy(update={"spam": not each.spam}) if each.at >= middle else each for each in lines]
    with pytest.raises(TooLittleDataError, match="the wrong way round"):
        spam_calls.train(write_labels(turned, tmp_path / "labels.jsonl"), PUBLISHED, SMALL)


# -- the command line --


def test_labels_are_judged_trained_on_and_published_by_the_command_line(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given_ = ["spam_caller", "--labels", str(file), "--out", str(tmp_path), "--resamples", "20"]
    assert main(["evaluate", *given_]) == 0
    before = capsys.readouterr().out
    assert "spam_caller 1.0.0" in before
    assert "learned from labels itself" not in before
    assert not (tmp_path / "models").exists(), "judging trains nothing"
    assert main(["train", *given_]) == 0
    assert main(["publish", "spam_caller", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["evaluate", *given_]) == 0
    after = capsys.readouterr().out
    assert "spam_caller 1.1.0" in after
    assert "spam_caller 1.1.0 learned from labels itself" in after
    assert spam_calls.served(tmp_path / "published").learned


@pytest.mark.parametrize("name", [name for name in definitions() if name != NAME])
def test_a_model_that_learns_nothing_from_labels_refuses_them(file: Path, name: str) -> None:
    with pytest.raises(SystemExit, match=f"error: --labels: {name} learns nothing from labels of agents"):
        main(["train", name, "--labels", str(file)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", NAME], "publish takes none"),
        (["train", NAME, "--synthetic"], "neither --data nor --synthetic"),
        (["train", NAME, "--data", "table.csv"], "neither --data nor --synthetic"),
    ],
)
def test_labels_where_they_mean_nothing_are_refused(file: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        main([*arguments, "--labels", str(file)])


def test_a_refusal_is_one_clear_line(lines: list[LabelLine], tmp_path: Path) -> None:
    few = write_labels(lines[:40], tmp_path / "few.jsonl")
    for command, said in (("train", "40 labelled rows, 200 needed"), ("evaluate", "10 of each are needed")):
        with pytest.raises(SystemExit, match=f"error: labels of agents: .*{said}"):
            main([command, NAME, "--labels", str(few), "--out", str(tmp_path)])
