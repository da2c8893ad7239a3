"""Writes a trained model as the service loads it: model.ubj, model.json, schema.json, reference.json."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import xgboost as xgb

from models.tabular.pipeline import Trained
from models.tabular.reference import reference

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def next_version(folder: Path) -> str:
    """1.0.0, or the next minor version after the highest in the folder."""
    found = [_VERSION.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    numbers = [tuple(int(part) for part in match.groups()) for match in found if match]
    if not numbers:
        return "1.0.0"
    major, minor, _ = max(numbers)
    return f"{major}.{minor + 1}.0"


def write(trained: Trained, folder: Path, created: date) -> Path:
    """Write `folder/<version>` and name it in `folder/CURRENT`; returns the former."""
    evaluation, table = trained.evaluation, trained.table
    target = folder / str(evaluation["version"])
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.ubj").write_bytes(trained.ubj)
    schema = _json(table.schema.to_json())
    (target / "schema.json").write_text(schema)
    learned = np.sort(np.concatenate([trained.split.fit, trained.split.calibrate]))
    found = reference(table, learned, trained.model.probabilities(table, learned))
    (target / "reference.json").write_text(_json(found))
    metadata = {
        "name": trained.name,
        "version": evaluation["version"],
        "algorithm": "tabular",
        "question": evaluation["question"],
        "features": list(table.schema.inputs),
        "calibration": list(trained.model.line),
        "threshold": trained.model.threshold,
        "operating_threshold": trained.model.operating,
        "synthetic": trained.plan.synthetic,
        "trained_on": evaluation["data"],
        "training_data_sha256": evaluation["training_data_sha256"],
        "roles": evaluation["roles"],
        "seed": trained.plan.seed,
        "created": created.isoformat(),
        "xgboost_version": xgb.__version__,
        "sha256": evaluation["sha256"],
        "schema_sha256": hashlib.sha256(schema.encode()).hexdigest(),
    }
    (target / "model.json").write_text(_json(metadata))
    (folder / "CURRENT").write_text(evaluation["version"] + "\n")
    return target


def _json(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
