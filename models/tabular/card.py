"""The card of a model trained on a table: what it is, from what, how good, what to beware of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.tabular.page import page
from models.tabular.pipeline import Trained
from models.tabular.plots import importance, picture
from models.tabular.reference import reference

SHOWN = ("AUC", "PR-AUC", "Brier", "ECE", "lift in top 10 %", "recall at 0.5 % FPR")
MOST_DRIFT_ROWS = 40


def markdown(trained: Trained) -> str:
    """The card's text."""
    evaluation, plan = trained.evaluation, trained.plan
    mark = " (SYNTHETIC)" if plan.synthetic else ""
    lines = [f"# Model card: {trained.name} {evaluation['version']}", ""]
    if plan.synthetic:
        lines += ["**Trained and evaluated on SYNTHETIC data**: its figures say nothing about real people.", ""]
    lines += [*_about(trained), "", f"## Figures{mark}", ""]
    for split in evaluation["splits"]:
        lines += _split(split, mark)
    lines += _warnings(evaluation)
    lines += _columns(trained)
    lines += [f"![ROC, precision and recall, reliability, SHAP summary{mark}](card.png)", ""]
    lines += _drift(trained)
    return "\n".join(lines)


def _about(trained: Trained) -> list[str]:
    evaluation, setting = trained.evaluation, trained.model.setting
    first = evaluation["splits"][0]
    return [
        f"- **Question**: {evaluation['question'].rstrip('?')}?",
        "- **Answer**: a calibrated probability, and the same as 0 to 100.",
        f"- **Data**: {evaluation['data']} ({evaluation['how']}), {evaluation['rows']:,} labelled rows, "
        f"SHA-256 {evaluation['training_data_sha256'][:16]}….",
        f"- **Algorithm**: XGBoost, {setting.rounds} rounds of depth {setting.max_depth}, learning rate {setting.eta}, "
        f"chosen among {trained.plan.trials} settings by validation that did not see the test part "
        f"(AUC there: {_number(first['validation AUC'])})"
        + (f"; old rows weigh less, half after {100 * setting.half_life:.0f} % of them" if setting.half_life else "")
        + ".",
        "- **Calibration**: Platt's line, found on the calibration part with trees that had not seen the row at hand; "
        "the served trees learned from both parts. The test part was used for nothing but these figures.",
        f"- **Split that judges**: {first['words']}",
        f"- **Model file**: SHA-256 {evaluation['sha256'][:16]}…, seed {evaluation['seed']}.",
        f"- **Against the baselines**: {_verdict(trained.name, first)}",
    ]


def _verdict(name: str, split: dict[str, Any]) -> str:
    """Says outright whether the model is better than the logistic regression and than untuned trees."""
    parts = []
    for other, (value, low, high) in split["AUC above"].items():
        if other.startswith("prevalence"):
            continue
        found = "better than" if low > 0 else "worse than" if high < 0 else "not distinguishable from"
        parts.append(f"{found} the {other} (AUC {value:+.3f}, {low:+.3f} to {high:+.3f})")
    low = split["figures"][name]["AUC"][1]
    none = "" if low > 0.5 else " **The AUC's interval contains 0.5: nothing was shown to have been learned.**"
    return f"by AUC on the test part, {'; '.join(parts)}.{none}"


def _number(value: float | None) -> str:
    return "none, too few rows" if value is None else f"{value:.3f}"


def _split(split: dict[str, Any], mark: str) -> list[str]:
    lines = [
        f"### {split['split']}{mark}",
        "",
        f"{split['words'].rstrip('.')}. {split['rows']:,} test rows ({split['groups']:,} independent groups), "
        f"prevalence {split['prevalence']:.3f} (in training {split['training prevalence']:.3f}). In brackets: 95 % "
        "interval of a bootstrap over groups.",
        "",
        "| model | " + " | ".join(SHOWN) + " |",
        "|---|" + "---|" * len(SHOWN),
    ]
    for label, values in split["figures"].items():
        cells = [f"{v[0]:.3f} ({v[1]:.3f} to {v[2]:.3f})" for v in (values[figure] for figure in SHOWN)]
        lines.append(f"| {_cell(label)} | " + " | ".join(cells) + " |")
    at, strict = split["threshold"], split["operating point"]
    return [
        *lines,
        "",
        f"Acting from probability {at['at']:.3f} on (the best F1 of the calibration part, not of this one): "
        f"{100 * at['flagged']:.1f} % of rows flagged, precision {at['precision']:.3f}, recall {at['recall']:.3f}, "
        f"accuracy {at['accuracy']:.3f} beside {at['accuracy of saying no to all']:.3f} for saying no to all.",
        "",
        f"Acting from probability {strict['at']:.3f} on (at most {100 * strict['false positives allowed']:.1f} % false "
        f"positives on the calibration part): here {100 * strict['false positives']:.2f} % false positives, "
        f"{100 * strict['flagged']:.1f} % of rows flagged, precision {strict['precision']:.3f}, "
        f"recall {strict['recall']:.3f}.",
        "",
    ]


def _warnings(evaluation: dict[str, Any]) -> list[str]:
    if not evaluation["warnings"]:
        return []
    return ["## Warnings", "", *(f"- {sentence}" for sentence in evaluation["warnings"]), ""]


def _columns(trained: Trained) -> list[str]:
    moved = importance(trained)
    kinds = {column.name: column for column in trained.table.schema.columns}
    lines = ["## Fields, strongest first", "", "| field | kind | mean absolute SHAP, log-odds |", "|---|---|---|"]
    for name, value in moved.items():
        column = kinds[name]
        kind = f"category, {len(column.levels)} levels" if column.kind == "category" else column.kind
        lines.append(f"| {_cell(name)} | {kind} | {value:.4f} |")
    return [*lines, ""]


def _drift(trained: Trained) -> list[str]:
    """The reference that drift is measured against, in short; the whole is reference.json."""
    found = reference(trained.table, trained.split.test, trained.model.probabilities(trained.table, trained.split.test))
    lines = [
        "## Drift reference",
        "",
        "Of the test rows; the reference of the training rows is `reference.json` beside the model.",
        "",
        "| input | missing | tenths, or shares of levels |",
        "|---|---|---|",
    ]
    for name, said in [*found["inputs"].items(), ("score", found["score"])][:MOST_DRIFT_ROWS]:
        if "levels" in said:
            shares = sorted(said["levels"].items(), key=lambda item: -item[1])[:5]
            text = ", ".join(f"{level} {100 * share:.0f} %" for level, share in shares if share)
        else:
            text = ", ".join(f"{edge:.4g}" for edge in said["edges"])
        lines.append(f"| {_cell(name)} | {100 * said['missing']:.1f} % | {_cell(text)} |")
    return [*lines, ""]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def write_card(trained: Trained, folder: Path) -> None:
    """Write card.md, card.html (needs no other file), card.png and evaluation.json."""
    folder.mkdir(parents=True, exist_ok=True)
    text, drawn = markdown(trained), picture(trained)
    (folder / "card.md").write_text(text)
    (folder / "card.png").write_bytes(drawn)
    (folder / "card.html").write_text(page(f"Model card: {trained.name}", text, {"card.png": drawn}))
    (folder / "evaluation.json").write_text(json.dumps(trained.evaluation, indent=1, ensure_ascii=False) + "\n")
