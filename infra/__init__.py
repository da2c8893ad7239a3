"""The CDK application. Functions describe themselves with `rapport.runtime.function_spec`, so it must be importable."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

for _layer in ("core", "inference"):
    _path = str(ROOT / "layers" / _layer / "python")
    if _path not in sys.path:
        sys.path.insert(0, _path)
