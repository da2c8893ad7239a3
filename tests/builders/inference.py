"""Builders of the inference context: feature values, the published scorer, small models made on the spot."""

from __future__ import annotations

import hashlib
import json
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import rapport_inference
import xgboost as xgb
from rapport.inference.payment_risk import FEATURES, HISTORY_FEATURES, NAME
from rapport.inference.service import Bands, PaymentRiskScorer, load_payment_risk

PUBLISHED = rapport_inference.ROOT / "models"
VERSION = (PUBLISHED / NAME / "CURRENT").read_text().strip()
UBJ = PUBLISHED / NAME / VERSION / "model.ubj"
# What the published model takes, in its order.
COLUMNS: tuple[str, ...] = tuple(json.loads((UBJ.parent / "model.json").read_text())["features"])

_CALM = dict.fromkeys(FEATURES, 0.0) | {
    "customer_talk_share": 0.45,
    "silence_share": 0.1,
    "longest_silence_s": 2.0,
    "customer_pace_wpm": 150.0,
    "agent_pace_wpm": 150.0,
    "customer_turns": 6.0,
    "elapsed_s": 60.0,
    "tenure_months": 40.0,
    "promises_kept_share": 0.8,
    "credit_utilisation": 0.3,
    "balance_due": 500.0,
    "calls_90d": 1.0,
}
CUSTOMER = FEATURES[-7:]


def values(**changed: float) -> dict[str, float]:
    """A calm call of a customer in good standing, but for what is named."""
    unknown = set(changed) - {*FEATURES, *HISTORY_FEATURES}
    assert not unknown, f"no such feature: {unknown}"
    return _CALM | changed


def stranger(**changed: float) -> dict[str, float]:
    """A calm call of somebody nothing is known about."""
    return values(**(dict.fromkeys(CUSTOMER, nan) | changed))


def published(high: int = 70, medium: int = 40) -> PaymentRiskScorer:
    """The scorer that is deployed."""
    return load_payment_risk(PUBLISHED, Bands(high, medium))


def training_booster() -> xgb.Booster:
    """The published model in the package it was trained with."""
    booster = xgb.Booster()
    booster.load_model(UBJ)
    booster.set_param({"nthread": 1})
    return booster


def small_model(folder: Path, columns: tuple[str, ...] = FEATURES, **metadata: Any) -> Path:
    """A folder of models with a payment_risk 9.9.9 of three trees; `metadata` overrides what model.json says."""
    target = folder / NAME / "9.9.9"
    target.mkdir(parents=True)
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, len(columns)))
    matrix = xgb.DMatrix(x, (x[:, 0] > 0).astype(float), feature_names=list(columns))
    ubj = bytes(xgb.train({"objective": "binary:logistic", "max_depth": 2, "nthread": 1}, matrix, 3).save_raw("ubj"))
    (target / "model.ubj").write_bytes(ubj)
    described = {
        "name": NAME,
        "version": "9.9.9",
        "features": list(columns),
        "calibration": [1.0, 0.0],
        "synthetic": True,
        "trained_on": "test",
        "training_data_sha256": "0",
        "created": "2026-01-01",
        "xgboost_version": xgb.__version__,
        "sha256": hashlib.sha256(ubj).hexdigest(),
    } | metadata
    (target / "model.json").write_text(json.dumps(described))
    (folder / NAME / "CURRENT").write_text("9.9.9\n")
    return folder
