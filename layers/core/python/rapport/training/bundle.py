"""The training bundle: packages that no layer holds, unpacked from a zip in S3 beside the function."""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from rapport.runtime.errors import ConfigurationError
from rapport.runtime.observability import logger

PLACE = Path(tempfile.gettempdir()) / "training-packages"


def unpack(address: str, s3: Any, place: Path = PLACE) -> None:
    """Download `s3://bucket/key`, unpack it and import from there; an empty address means the packages are installed.

    `/tmp` outlives the invocations of one function, so that only a cold start pays.
    """
    if not address:
        return
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if not address.startswith("s3://") or not key:
        raise ConfigurationError(f"TRAINING_BUNDLE is no s3://bucket/key: {address}")
    done = place / ".complete"
    if not done.is_file():
        began = time.perf_counter()
        place.mkdir(parents=True, exist_ok=True)
        archive = place / "bundle.zip"
        s3.download_file(bucket, key, str(archive))
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(place)
        archive.unlink()
        done.touch()
        logger.info("training bundle unpacked", extra={"seconds": round(time.perf_counter() - began, 1)})
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
