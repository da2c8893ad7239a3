"""Scoring through libxgboost's C interface against the xgboost package."""

from __future__ import annotations

import compileall
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rapport_inference
import xgboost as xgb
from rapport.inference.booster import Booster
from rapport.inference.payment_risk import FEATURES
from rapport.inference.service import Bands, load_payment_risk

from benchmarks.report import Row, Section, compared, median_seconds
from tools.build import TARGETS, build

MODELS = rapport_inference.ROOT / "models"
RUNS = 7
OURS = """
from pathlib import Path
import rapport_inference
from rapport.inference.service import Bands, load_payment_risk
scorer = load_payment_risk(rapport_inference.ROOT / "models", Bands())
scorer.score({"days_past_due": 30.0, "payment_trouble_count": 2.0})
"""
PACKAGE = """
import sys
import numpy
import xgboost
booster = xgboost.Booster(model_file=sys.argv[1])
matrix = xgboost.DMatrix(numpy.full((1, int(sys.argv[2])), numpy.nan, dtype=numpy.float32), nthread=1)
booster.predict(matrix, validate_features=False)
booster.predict(matrix, pred_contribs=True, validate_features=False)
"""
BINDING = """
import sys
from rapport.inference.booster import Booster
booster = Booster(sys.argv[1], int(sys.argv[2]))
row = [float("nan")] * int(sys.argv[2])
booster.margin(row)
booster.contributions(row)
"""


def _fresh(code: str, path: list[Path], *arguments: str) -> float:
    """Median seconds of fresh processes, less a process that does nothing."""
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {[str(p) for p in path]!r}\n{code}", *arguments]
    empty = [sys.executable, "-S", "-c", "pass"]

    def run(words: list[str]) -> float:
        started = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        return time.perf_counter() - started

    run(command)
    return max(
        1e-4, statistics.median(run(command) for _ in range(RUNS)) - statistics.median(run(empty) for _ in range(RUNS))
    )


def _package_alone(site: Path, folder: Path) -> Path:
    """xgboost with numpy and scipy, which it needs, and nothing else.

    Where scikit-learn is installed, as for training here, xgboost imports it, too: beside it alone the package
    starts several times slower, which no deployment of plain xgboost would.
    """
    folder.mkdir()
    for found in site.iterdir():
        if found.name.split("-")[0].split(".")[0] in {"xgboost", "xgboost_cpu", "numpy", "scipy"}:
            (folder / found.name).symlink_to(found)
    return folder


def _without_byte_code(folders: list[Path], work: Path) -> list[Path]:
    copies = []
    for number, folder in enumerate(folders):
        copy = work / str(number)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        copies.append(copy)
    return copies


def section() -> Section:
    """Cold and warm, with SHAP."""
    build(TARGETS["local"]())
    layers = [TARGETS["local"]().root / "layers" / name / "python" for name in ("dependencies", "core", "inference")]
    site = Path(xgb.__file__).parents[1]
    version = (MODELS / "payment_risk" / "CURRENT").read_text().strip()
    ubj = MODELS / "payment_risk" / version / "model.ubj"
    width = str(len(FEATURES))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        package = xgb.Booster(model_file=str(ubj))
        package.save_model(work / "model.json")
        compileall.compile_dir(site / "xgboost", quiet=2)
        ours = _fresh(OURS, layers)
        binding = _fresh(BINDING, layers, str(ubj), width)
        alone = _package_alone(site, work / "site")
        theirs_json = _fresh(PACKAGE, [alone], str(work / "model.json"), width)
        theirs_ubj = _fresh(PACKAGE, [alone], str(ubj), width)
        theirs_beside = _fresh(PACKAGE, [site], str(work / "model.json"), width)
        bare = _fresh(OURS, _without_byte_code(layers, work))
    booster = Booster(ubj, len(FEATURES))
    row = [float(x) for x in np.random.default_rng(1).normal(size=len(FEATURES))]
    matrix_row = np.array([row], dtype=np.float32)
    package.set_param({"nthread": 1})
    scorer = load_payment_risk(MODELS, Bands())
    features = dict(zip(FEATURES, row, strict=True))
    count = 300

    def many(work: object) -> float:
        assert callable(work)
        return median_seconds(lambda: [work() for _ in range(count)]) / count

    def matrix() -> xgb.DMatrix:
        return xgb.DMatrix(matrix_row, nthread=1)

    rows = [
        compared("fresh process to first explained prediction", ours, theirs_json, "xgboost package, JSON model"),
        compared("the same without reasons and actions", binding, theirs_json, "xgboost package, JSON model"),
        compared("the same, against a training environment", binding, theirs_beside, "beside scikit-learn, JSON"),
        compared("to the first explained prediction, against UBJ", ours, theirs_ubj, "xgboost package, UBJ model"),
        compared("to the first explained prediction, no byte code", bare, theirs_json, "package with byte code, JSON"),
        compared(
            "one prediction, warm", many(lambda: booster.margin(row)),
            many(lambda: package.predict(matrix(), output_margin=True, validate_features=False)),
            "DMatrix predict",
        ),
        compared(
            "one prediction, warm, in place", many(lambda: booster.margin(row)),
            many(lambda: package.inplace_predict(matrix_row, validate_features=False)), "inplace_predict",
        ),
        compared(
            "SHAP of one row, warm", many(lambda: booster.contributions(row)),
            many(lambda: package.predict(matrix(), pred_contribs=True, validate_features=False)),
            "pred_contribs",
        ),
        Row("score with reasons and actions, warm", f"{many(lambda: scorer.score(features)) * 1e3:.3g} ms"),
    ]  # fmt: skip
    method = f"Model payment_risk {version}; fresh processes as medians of {RUNS}, less an empty process."
    return Section("Inference", method, rows)
