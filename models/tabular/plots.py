"""The card's picture: ROC, precision and recall, reliability, and what moves the score."""

from __future__ import annotations

import io

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from sklearn.metrics import precision_recall_curve, roc_curve

from models.evaluation import Floats
from models.tabular.fit import matrix
from models.tabular.pipeline import Trained

mpl.use("Agg")
from matplotlib import pyplot as plt

MOST_ROWS = 3_000
MOST_BARS = 12


def importance(trained: Trained) -> dict[str, float]:
    """Mean absolute SHAP value of every field over test rows, in log-odds, strongest first."""
    rows = trained.split.test[:: max(1, len(trained.split.test) // MOST_ROWS)]
    parts = trained.model.booster.predict(matrix(trained.table, rows), pred_contribs=True)[:, :-1]
    sums: dict[str, float] = {}
    start = 0
    for column in trained.table.schema.columns:
        width = len(column.inputs)
        sums[column.name] = float(np.abs(parts[:, start : start + width].sum(axis=1)).mean())
        start += width
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def picture(trained: Trained) -> bytes:
    """A PNG of four panels, of the first split's test part."""
    rows = trained.split.test
    y, p = trained.table.y[rows], trained.model.probabilities(trained.table, rows)
    mark = " (SYNTHETIC)" if trained.plan.synthetic else ""
    figure, axes = plt.subplots(2, 2, figsize=(9.5, 7.5), dpi=80)
    fpr, tpr, _ = roc_curve(y, p)
    axes[0, 0].plot(fpr, tpr)
    axes[0, 0].plot([0, 1], [0, 1], ":", color="grey")
    axes[0, 0].set(title=f"ROC{mark}", xlabel="false positive rate", ylabel="true positive rate")
    precision, recall, _ = precision_recall_curve(y, p)
    axes[0, 1].plot(recall, precision)
    axes[0, 1].axhline(y.mean(), ls=":", color="grey")
    axes[0, 1].set(title=f"Precision and recall{mark}", xlabel="recall", ylabel="precision", ylim=(0, 1))
    _reliability(axes[1, 0], y, p, mark)
    bars = list(enumerate(importance(trained).items(), 1))[:MOST_BARS][::-1]
    axes[1, 1].barh([_label(name, rank) for rank, (name, _) in bars], [value for _, (_, value) in bars])
    axes[1, 1].set(title=f"Mean |SHAP|, log-odds{mark}")
    where = trained.split.name
    figure.suptitle(f"{trained.name}: {where}" if where.isascii() else trained.name)
    figure.tight_layout()
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    plt.close(figure)
    return written.getvalue()


def _label(name: str, rank: int) -> str:
    """Plots have no Japanese letters everywhere; the card's table of fields has the same order."""
    return f"{rank}. {name[:26]}" if name.isascii() else f"{rank}. in the table"


def _reliability(axis: Axes, y: Floats, p: Floats, mark: str) -> None:
    bins = [part for part in np.array_split(np.argsort(p), 10) if len(part)]
    axis.plot([p[b].mean() for b in bins], [y[b].mean() for b in bins], "o-")
    axis.plot([0, 1], [0, 1], ":", color="grey")
    axis.set(title=f"Reliability, tenths{mark}", xlabel="predicted", ylabel="observed")
