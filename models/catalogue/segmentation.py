"""segmentation: which group does this customer belong to?"""

from __future__ import annotations

from pathlib import Path

from rapport.inference.kmeans import KMeans
from rapport.inference.published import load_parameters

from models import export, segmentation
from models.definition import Definition


def _check(models: Path) -> KMeans:
    return KMeans.from_parameters(load_parameters(models, segmentation.NAME).parameters)


DEFINITION = Definition(
    name=segmentation.NAME,
    train=segmentation.train,
    write=export.write,
    write_card=export.write_card,
    check=_check,
)
