"""The inference layer's files: `lib/` (libxgboost, placed at build time) and `models/<name>/<version>/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
