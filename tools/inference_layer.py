"""Takes XGBoost's shared library and its OpenMP runtime out of a wheel, and nothing else of it."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath


def place_library(wheel: Path, package: Path) -> None:
    """Extract `libxgboost.so` and `libgomp*.so*` of the wheel into `package/lib`.

    The library's own run path expects the wheel's folders; `rapport.inference.booster` loads the OpenMP
    runtime first instead. Nothing is stripped: a stripped libxgboost does not load.
    """
    target = package / "lib"
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        names = [
            name
            for name in archive.namelist()
            if name.endswith("/libxgboost.so") or PurePosixPath(name).name.startswith("libgomp")
        ]
        if not any(name.endswith("libxgboost.so") for name in names):
            raise ValueError(f"{wheel.name} holds no libxgboost.so")
        for name in names:
            (target / PurePosixPath(name).name).write_bytes(archive.read(name))
