"""What agents said of calls, to train and judge spam_caller on.

`python -m models.data.caller_labels --table CALLERS_TABLE --out FILE` writes all labels as JSON Lines, offline and by
the operator's own credentials; a line is an item of `GET /api/callers/labels`. Who the agent was is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import boto3
import numpy as np
from botocore.exceptions import BotoCoreError
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.model import Label
from rapport.inference.caller_features import FEATURES
from rapport.runtime.errors import RapportError
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.evaluation import Floats
from models.tabular.errors import DataError, suggestion

PAGE = 500


def pages(store: DynamoCallers) -> Iterator[Label]:
    """Every label, newest first. Raises `DependencyUnavailableError`."""
    cursor = None
    while True:
        found, cursor = store.labels(limit=PAGE, cursor=cursor)
        yield from found
        if cursor is None:
            return


def line(label: Label) -> str:
    """A label as the API's item."""
    item = {
        "caller": label.token,
        "at": label.at,
        "spam": label.spam,
        "probability": label.probability,
        "model": label.model,
        "campaign": label.campaign,
        "features": dict(label.features),
    }
    return json.dumps(item, allow_nan=False) + "\n"


def export(store: DynamoCallers, out: Path) -> int:
    """Write every label, the whole file or none; returns how many."""
    part = out.with_name(out.name + ".part")
    count = 0
    try:
        with part.open("w", encoding="utf-8") as file:
            for label in pages(store):
                file.write(line(label))
                count += 1
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def _feature(name: str) -> str:
    if name not in FEATURES:
        raise ValueError(f"spam_caller has no feature of this name{suggestion(name, FEATURES)}")
    return name


Count = Annotated[FiniteFloat, Field(ge=0)]
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]


class LabelLine(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    caller: str = Field(min_length=1)
    at: int = Field(ge=0)
    spam: bool
    probability: Share
    model: Share
    campaign: str | None = Field(default=None, min_length=1)
    features: dict[Annotated[str, AfterValidator(_feature)], Count]


@dataclass(frozen=True)
class Labels:
    """Labelled calls, the oldest first: x (n, FEATURES; NaN where not known), whether spam, when (epoch ms).

    Labels that share a number or a campaign, be it by way of others, are of one `group`: they are not independent.
    `campaign` is its number, -1 where there was none.
    """

    x: Floats
    spam: NDArray[np.bool_]
    at: NDArray[np.int64]
    group: NDArray[np.intp]
    campaign: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.at)

    @property
    def groups(self) -> int:
        return len(np.unique(self.group))

    @property
    def sha256(self) -> str:
        """Of what is learned from, in whatever order the file had it."""
        kept = (self.x, self.spam, self.at, self.group)
        return hashlib.sha256(b"".join(np.ascontiguousarray(values).tobytes() for values in kept)).hexdigest()

    def part(self, chosen: NDArray[np.bool_]) -> Labels:
        return Labels(self.x[chosen], self.spam[chosen], self.at[chosen], self.group[chosen], self.campaign[chosen])


def read(path: Path) -> Labels:
    """The labels of a file of JSON Lines. Raises `DataError` naming the line and the field that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    said = [_read_line(line, f"{path}, line {n}") for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not said:
        raise DataError(f"{path} holds no labels")
    return labels_of(said)


def _read_line(text: str, where: str) -> LabelLine:
    try:
        return LabelLine.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise DataError(f"{where}: {field + ': ' if field else ''}{first['msg']}") from error


def labels_of(said: Sequence[LabelLine]) -> Labels:
    """The same as arrays."""
    said = sorted(said, key=lambda each: (each.at, each.caller, each.spam))
    features = ([each.features.get(name, np.nan) for name in FEATURES] for each in said)
    callers = np.unique([each.caller for each in said], return_inverse=True)[1].reshape(-1)
    names = sorted({each.campaign for each in said if each.campaign is not None})
    number = {name: n for n, name in enumerate(names)}
    campaign = np.array([-1 if each.campaign is None else number[each.campaign] for each in said], dtype=np.intp)
    return Labels(
        x=np.array(list(features), dtype=np.float64),
        spam=np.array([each.spam for each in said], dtype=np.bool_),
        at=np.array([each.at for each in said], dtype=np.int64),
        group=_groups(callers, campaign),
        campaign=campaign,
    )


def _groups(callers: NDArray[np.intp], campaign: NDArray[np.intp]) -> NDArray[np.intp]:
    """A code per label: numbers and campaigns are nodes, a label of a number in a campaign links the two."""
    count = int(callers.max()) + 1
    nodes = count + int(campaign.max()) + 1
    linked = campaign >= 0
    ends = callers[linked], count + campaign[linked]
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(nodes, nodes))
    found: NDArray[np.intp] = connected_components(graph, directed=False)[1][callers].astype(np.intp)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.data.caller_labels", description=__doc__)
    parser.add_argument("--table", required=True, help="name of the callers table")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="JSON Lines to write")
    parser.add_argument("--endpoint", help="another address of DynamoDB, such as the local emulator's")
    given = parser.parse_args(arguments)
    try:
        count = export(DynamoCallers(boto3.client("dynamodb", endpoint_url=given.endpoint), given.table), given.out)
    except (RapportError, BotoCoreError, ValueError) as error:
        raise SystemExit(f"error: the labels of {given.table} cannot be read: {error}") from error
    except OSError as error:
        raise SystemExit(f"error: {given.out} cannot be written: {error}") from error
    print(f"{given.out}\n{count} labels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
