"""Model cards: what a model is, from what, and how good, with the word SYNTHETIC beside each such figure."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from rapport.inference.payment_risk import DECLARED, FEATURES, GROUPS, HISTORY, NAME
from sklearn.metrics import precision_recall_curve, roc_curve

from models.payment_risk import Trained, matrix

mpl.use("Agg")
from matplotlib import pyplot as plt

_DIRECTIONS = {1: "only up", -1: "only down", 0: "either way"}
FIGURES = ("AUC", "PR-AUC", "Brier", "ECE")


def plot(trained: Trained, target: Path) -> None:
    """ROC, precision-recall, reliability and SHAP summary in one picture."""
    end = trained.test.last
    y, p = trained.test.y[end], trained.probability[end]
    figure, axes = plt.subplots(2, 2, figsize=(9, 7.5), dpi=80)
    fpr, tpr, _ = roc_curve(y, p)
    axes[0, 0].plot(fpr, tpr)
    axes[0, 0].plot([0, 1], [0, 1], ":", color="grey")
    axes[0, 0].set(title="ROC (SYNTHETIC)", xlabel="false positive rate", ylabel="true positive rate")
    precision, recall, _ = precision_recall_curve(y, p)
    axes[0, 1].plot(recall, precision)
    axes[0, 1].axhline(y.mean(), ls=":", color="grey")
    axes[0, 1].set(title="Precision and recall (SYNTHETIC)", xlabel="recall", ylabel="precision", ylim=(0, 1))
    bins = np.array_split(np.argsort(p), 8)
    axes[1, 0].plot([p[b].mean() for b in bins], [y[b].mean() for b in bins], "o-")
    axes[1, 0].plot([0, 1], [0, 1], ":", color="grey")
    axes[1, 0].set(title="Reliability, eighths (SYNTHETIC)", xlabel="predicted", ylabel="observed")
    shap = np.abs(
        trained.booster.predict(matrix(trained.test.rows(end), trained.names), pred_contribs=True)[:, :-1]
    ).mean(axis=0)
    place = {name: number for number, name in enumerate(trained.names)}
    taken = {group.code: [place[name] for name in group.features if name in place] for group in GROUPS}
    sums = {code: sum(shap[number] for number in numbers) for code, numbers in taken.items() if numbers}
    order = sorted(sums, key=lambda code: sums[code])
    axes[1, 1].barh(order, [sums[code] for code in order])
    axes[1, 1].set(title="Mean |SHAP|, log-odds (SYNTHETIC)")
    figure.suptitle(f"{NAME}: SYNTHETIC data, customers held out")
    figure.tight_layout()
    figure.savefig(target, metadata={"Software": None})
    plt.close(figure)


def _table(split: dict[str, Any]) -> list[str]:
    lines = [
        f"### {split['split']} (SYNTHETIC)",
        "",
        f"{split['calls']} calls of {split['customers']} customers, prevalence {split['prevalence']:.3f}. "
        "95 % intervals from a bootstrap over customers. ECE is biased upward in resamples, so its interval may "
        "start above the figure.",
        "",
        "| SYNTHETIC | " + " | ".join(FIGURES) + " |",
        "|---|" + "---|" * len(FIGURES),
    ]
    for label, values in split["figures"].items():
        cells = [f"{v[0]:.3f} ({v[1]:.3f} to {v[2]:.3f})" for v in (values[name] for name in FIGURES)]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _comparison(evaluation: dict[str, Any]) -> list[str]:
    """Says outright whether the model is better than the logistic regression, where it stands first."""
    found = evaluation["splits"][0]["figures"]
    model, logistic = (found[name]["AUC"] for name in (NAME, "logistic regression, all features"))
    apart = model[1] > logistic[2] or logistic[1] > model[2]
    verdict = "better" if apart and model[0] > logistic[0] else "worse" if apart else "not distinguishable"
    join = "from" if verdict == "not distinguishable" else "than"
    return [
        f"- **Against the baseline** (SYNTHETIC): by AUC the model is {verdict} {join} a logistic regression on the "
        f"same features ({model[0]:.3f} and {logistic[0]:.3f}). The trees are kept for missing values, monotone limits "
        "and exact contributions, not for accuracy on generated data.",
    ]


def _ablation(evaluation: dict[str, Any]) -> list[str]:
    """What each source of features adds, and in words whether the transactions do."""
    rows = evaluation["ablation"]
    lines = [
        "## What each source adds (SYNTHETIC)",
        "",
        *(_adds(row) for row in rows if row["gain"] is not None and "65" not in row["takes"]),
        "",
        "The same recipe on parts of the features, customers held out. The gain in AUC is over the row named, on the "
        "same calls, with an interval over customers.",
        "",
        "| SYNTHETIC | takes | features | calls | AUC | Brier | gain in AUC over |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        gain = row["gain"]
        told = f"{gain[0]:+.4f} ({gain[1]:+.4f} to {gain[2]:+.4f}) {row['than']}" if gain else "-"
        figures = " | ".join(
            f"{row[name][0]:.3f} ({row[name][1]:.3f} to {row[name][2]:.3f})" for name in ("AUC", "Brier")
        )
        lines.append(f"| {row['on']} | {row['takes']} | {row['features']} | {row['calls']:,} | {figures} | {told} |")
    return [*lines, ""]


def _adds(row: dict[str, Any]) -> str:
    value, low, high = row["gain"]
    verdict = "help" if low > 0 else "do harm" if high < 0 else "do not help measurably"
    return (
        f"- **On {row['on']} (SYNTHETIC)**, beside {row['than'].replace('conversation', 'the conversation')}: the "
        f"customer's transactions {verdict}, AUC {value:+.4f} ({low:+.4f} to {high:+.4f})."
    )


def markdown(evaluation: dict[str, Any]) -> str:
    """The card's text."""
    names = evaluation["features"]
    history = [feature for feature in HISTORY if feature.name in names]
    lines = [
        f"# Model card: {NAME}",
        "",
        "**Trained and evaluated on SYNTHETIC data.** It shows that the machinery works and how the score behaves; it "
        "says nothing about real customers. Do not decide about a person with it: train on your own calls first.",
        "",
        "- **Question**: will this customer fail to pay? Asked after every finished turn of a live call.",
        "- **Answer**: a calibrated probability times 100; High from 70, Medium from 40 (configurable).",
        f"- **Algorithm**: XGBoost, {evaluation['parameters']['rounds']} trees of depth "
        f"{evaluation['parameters']['max_depth']}, monotone where the direction is known, Platt-calibrated.",
        f"- **Data**: {evaluation['data']} (`models/data/bank`), {evaluation['calls']:,} calls of "
        f"{evaluation['customers']:,} customers, English and "
        "Japanese. Labels depend on hidden traits with chance, so even a perfect model is limited: the row "
        "“Bayes ceiling” is that limit.",
        f"- **Features**: {len(names)}: {len(FEATURES) - 7} of the conversation, 7 of the record, and the "
        f"{len(history)} of the {len(HISTORY)} features of the customer's transactions that cut most loss inside the "
        "training part. All are computed by the code that runs live, before each call and at 30, 60 and 100 % of it; "
        "those of the customer as of the moment before the call. Of 15 % of the customers the record is hidden, as it "
        "is where nobody fills "
        "it in. The ten features of a transaction have no value in a call.",
        "- **The transactions here**: what the demonstration bank's customers buy hardly hangs together with how they "
        "pay, so their transactions add nothing measurable to the record and the conversation, and all "
        f"{len(HISTORY)} do harm (see below). The {len(history)} are taken so that the live path carries them, at no "
        "measurable cost. Real customers differ: a model trained on them may take any, and nothing but its file "
        "changes.",
        "- **Splits**: train 60 %, calibration 20 %, test 20 % of the *customers*; depth and rounds chosen by "
        "cross-validation over customers inside the training part. The second table trains on calls whose "
        "outcome was known after three quarters of the time and tests on other customers in the last quarter.",
        "- **Not used**: name, language, place, number. Gaps between the two languages are measured when real data is.",
        "- **Known limits**: phrases are word lists, and so are intents where the intent model was no better; "
        "sentiment without Contact Lens is a lexicon; a call "
        "of fewer than three turns is scored mostly by the customer's account. Matched categories are counted, "
        "whatever they mean: an instance with other rules needs its own training.",
        *_comparison(evaluation),
        "",
        "## Figures",
        "",
    ]
    for split in evaluation["splits"]:
        lines += _table(split)
    lines += _ablation(evaluation)
    lines += ["## Features", "", "| feature | unit | may move the risk |", "|---|---|---|"]
    lines += [f"| {f.name} | {f.unit} | {_DIRECTIONS[f.monotone]} |" for f in (*DECLARED, *history)]
    lines += ["", "![ROC, precision-recall, reliability, SHAP (SYNTHETIC)](card.png)", ""]
    return "\n".join(lines)


def page(text: str) -> str:
    """The same card as a page of its own; only the Markdown that `markdown` writes."""
    body: list[str] = []
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            if not set(line) <= set("|-"):
                tag = "td" if rows else "th"
                cells = "".join(f"<{tag}>{html.escape(cell.strip())}</{tag}>" for cell in line.strip("|").split("|"))
                rows.append(f"<tr>{cells}</tr>")
            continue
        if rows:
            body.append(f"<table>{''.join(rows)}</table>")
            rows = []
        if line.startswith("!["):
            body.append('<img src="card.png" alt="ROC, precision-recall, reliability and SHAP, synthetic data">')
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{html.escape(line.lstrip('# '))}</h{level}>")
        elif line:
            body.append(f"<p>{html.escape(line.replace('**', '').removeprefix('- '))}</p>")
    style = (
        "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ccc}"
    )
    head = f'<meta charset="utf-8"><title>{NAME}</title><style>{style}</style>'
    return f'<!doctype html><html lang="en">{head}{"".join(body)}</html>\n'


def write_card(trained: Trained, folder: Path) -> None:
    """Write card.md, card.html, card.png and evaluation.json."""
    folder.mkdir(parents=True, exist_ok=True)
    text = markdown(trained.evaluation)
    (folder / "card.md").write_text(text)
    (folder / "card.html").write_text(page(text))
    (folder / "evaluation.json").write_text(json.dumps(trained.evaluation, indent=1) + "\n")
    plot(trained, folder / "card.png")
