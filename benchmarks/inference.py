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


def _fresh(commands: dict[str, list[str]]) -> dict[str, float]:
    """Median seconds of fresh processes, less a process that does nothing.

    The sides take turns, so that a busy minute of a shared machine falls on all of them.
    """
    taken: dict[str, list[float]] = {name: [] for name in (*commands, "empty")}
    for _ in range(RUNS + 1):
        for name, words in {**commands, "empty": [sys.executable, "-S", "-c", "pass"]}.items():
            started = time.perf_counter()
            subprocess.run(words, check=True, capture_output=True)
            taken[name].append(time.perf_counter() - started)
    # The first round only warms the disk's cache.
    medians = {name: statistics.median(values[1:]) for name, values in taken.items()}
    return {name: max(1e-4, medians[name] - medians["empty"]) for name in commands}


def _fresh_process(code: str, path: list[Path], *arguments: str) -> list[str]:
    return [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {[str(p) for p in path]!r}\n{code}", *arguments]


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
    columns = load_payment_risk(MODELS, Bands()).columns
    width = str(len(columns))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        package = xgb.Booster(model_file=str(ubj))
        package.save_model(work / "model.json")
        compileall.compile_dir(site / "xgboost", quiet=2)
        alone = _package_alone(site, work / "site")
        json_model = str(work / "model.json")
        cold = _fresh(
            {
                "scorer": _fresh_process(OURS, layers),
                "scorer without byte code": _fresh_process(OURS, _without_byte_code(layers, work)),
                "binding": _fresh_process(BINDING, layers, str(ubj), width),
                "package": _fresh_process(PACKAGE, [alone], json_model, width),
                "package, UBJ": _fresh_process(PACKAGE, [alone], str(ubj), width),
                "package beside scikit-learn": _fresh_process(PACKAGE, [site], json_model, width),
            }
        )
    booster = Booster(ubj, len(columns))
    row = [float(x) for x in np.random.default_rng(1).normal(size=len(columns))]
    matrix_row = np.array([row], dtype=np.float32)
    package.set_param({"nthread": 1})
    scorer = load_payment_risk(MODELS, Bands())
    features = dict(zip(columns, row, strict=True))
    count = 300

    def many(work: object) -> float:
        assert callable(work)
        return median_seconds(lambda: [work() for _ in range(count)]) / count

    def matrix() -> xgb.DMatrix:
        return xgb.DMatrix(matrix_row, nthread=1)

    rows = [
        compared("import, load, predict, SHAP: a fresh process", cold["binding"], cold["package"], "xgboost, JSON"),
        compared("the same, against UBJ", cold["binding"], cold["package, UBJ"], "xgboost, UBJ"),
        compared(
            "the same, against a training environment", cold["binding"], cold["package beside scikit-learn"],
            "xgboost beside scikit-learn, JSON",
        ),
        compared("with reasons and actions in words", cold["scorer"], cold["package"], "xgboost, JSON, numbers only"),
        compared(
            "with reasons and actions: what byte code saves", cold["scorer"], cold["scorer without byte code"],
            "the same without byte code",
        ),
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
