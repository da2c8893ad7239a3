"""One training run's work, wherever it runs: in a function, in a SageMaker job, here.

`python -m models.job --bucket B --run R` trains what was prepared under `training/R/` of the bucket. This is the one
part of `models` that is deployed: the function models_train carries it and calls it, because what a person trains by
hand and what the service trains by itself must be the same code.

| object | written by | holds |
|---|---|---|
| job.json | the workflow's first step | the model, its next version and champion, the table and its columns |
| parts/N/... | `export` | the tenant's tables as Parquet |
| manifest.json | `prepare` | the snapshot: rows, cut-off, hashes |
| set.parquet, set.json | `prepare` | the training set, the roles of its columns, where it comes from |
| champion/... | `prepare` | the champion's files |
| result.json | `train` | the new version and the champion on the same held-out rows |
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
from rapport.registry.artifacts import FILES, FOLDER

from models import retraining, snapshot
from models.evaluation import TooLittleDataError
from models.tabular import metrics, pipeline
from models.tabular.errors import DataError, suggestion
from models.tabular.read import Source, read
from models.tabular.split import splits
from models.tabular.stored import Stored
from models.tabular.table import Roles, tabulate
from models.tabular.write import write

RESAMPLES = 200
CHAMPION = ("model.ubj", "model.json", "schema.json")
__all__ = ["DataError", "Job", "TooLittleDataError", "export", "prepare", "train"]


@dataclass(frozen=True)
class Job:
    """A run's folder in the bucket, and what `job.json` says."""

    s3: Any
    bucket: str
    run_id: str

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get("job.json"))
        return found

    def key(self, name: str) -> str:
        return f"training/{self.run_id}/{name}"

    def get(self, name: str) -> bytes:
        return self.read(self.key(name))

    def read(self, key: str) -> bytes:
        data: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return data

    def put(self, name: str, data: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=self.key(name), Body=data)

    def put_json(self, name: str, content: object) -> None:
        self.put(name, json.dumps(content, ensure_ascii=False, indent=1).encode())


def export(job: Job, tables: snapshot.Tables, number: int, of: int) -> None:
    """Write one segment of the tenant's tables, with a list of its files."""
    said = job.said
    writer = snapshot.Writer(job.s3, job.bucket, job.key(f"parts/{number:03d}"))
    files = snapshot.export(tables, writer, name=said["name"], cut_off=said["cut_off"], number=number, of=of)
    job.put_json(f"parts/{number:03d}/files.json", files)


def prepare(job: Job, champion: Path, segments: int) -> dict[str, int]:
    """Make the training set and see that it can carry a model. `DataError` says why it cannot."""
    said = job.said
    chosen = _uploaded(job, said) if said["table"] else _tenant(job, said, segments)
    frame = _with_fields(chosen.frame, champion)
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False, compression="zstd")
    job.put("set.parquet", sink.getvalue())
    job.put_json("set.json", {"roles": asdict(chosen.roles), "words": chosen.words})
    for name in CHAMPION:
        job.put(f"champion/{name}", (champion / name).read_bytes())
    table = tabulate(_set(job, chosen.words), chosen.roles)
    splits(table, int(said["seed"]))
    return {"rows": len(table.y), "columns": len(table.schema.inputs), "positives": int(table.y.sum())}


def _tenant(job: Job, said: dict[str, Any], segments: int) -> retraining.Chosen:
    files = [file for number in range(segments) for file in json.loads(job.get(f"parts/{number:03d}/files.json"))]
    job.put_json("manifest.json", snapshot.manifest(files, name=said["name"], cut_off=said["cut_off"]))
    tables = {name: snapshot.table_of(files, name, job.read) for name in snapshot.SCHEMAS}
    found = retraining.tenant_set(said["name"], tables)
    until = datetime.fromtimestamp(said["cut_off"] / 1000, UTC).date()
    return replace(found, words=f"{found.words}, up to {until}")


def _uploaded(job: Job, said: dict[str, Any]) -> retraining.Chosen:
    table = said["table"]
    try:
        data = job.read(f"training/tables/{table['table_id']}")
    except job.s3.exceptions.NoSuchKey:
        raise DataError("the table has not been uploaded: PUT it to the address that was given out") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        source = read(path)
    if table["target"] not in source.frame.columns:
        near = suggestion(table["target"], [str(name) for name in source.frame.columns])
        raise DataError(f"the table has no column {table['target']!r} to predict{near}")
    roles = Roles(
        target=table["target"],
        group=table["group"],
        time=table["time"],
        positive=table["positive"],
        drop=tuple(table["drop"]),
    )
    return retraining.Chosen(source.frame, roles, f"uploaded table of {len(source.frame):,} rows ({source.how})")


def _with_fields(frame: pd.DataFrame, champion: Path) -> pd.DataFrame:
    """The frame with an empty column for each of the champion's fields it lacks: the new version must take the same
    rows as the champion, so it has to know the fields that it learned nothing from.
    """
    columns = [column["name"] for column in json.loads((champion / "schema.json").read_text())["columns"]]
    absent = [name for name in columns if name not in frame.columns]
    empty = pd.DataFrame({name: pd.Series([None] * len(frame), dtype=object) for name in absent}, index=frame.index)
    return pd.concat([frame, empty], axis=1)


def _set(job: Job, words: str) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.parquet"
        path.write_bytes(job.get("set.parquet"))
        return replace(read(path), name=words)


def train(job: Job) -> None:
    """Train, compare with the champion on the same held-out rows, and put the version's files into the bucket."""
    said, described = job.said, json.loads(job.get("set.json"))
    roles = Roles(**(described["roles"] | {k: tuple(described["roles"][k]) for k in ("drop", "keep")}))
    source = _set(job, described["words"])
    plan = pipeline.Plan(
        seed=said["seed"], trials=said["trials"], resamples=RESAMPLES, synthetic=bool(said["synthetic"])
    )
    trained = pipeline.train(said["name"], source, roles, plan)
    trained.evaluation.update(version=said["version"], question=said["question"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = _against(job, trained, source, folder)
        version = write(trained, folder / "new", datetime.now(UTC).date())
        (version / "evaluation.json").write_text(json.dumps(trained.evaluation, indent=1) + "\n")
        for file in FILES:
            key = f"{FOLDER}/{said['name']}/{said['version']}/{file}"
            job.s3.put_object(Bucket=job.bucket, Key=key, Body=(version / file).read_bytes())
    job.put_json("result.json", result)


def _against(job: Job, trained: pipeline.Trained, source: Source, folder: Path) -> dict[str, Any]:
    """The champion's figures on the test part go into the evaluation, beside the baselines: the gate reads them."""
    champion = folder / "champion"
    shutil.rmtree(champion, ignore_errors=True)
    champion.mkdir(parents=True)
    for name in CHAMPION:
        (champion / name).write_bytes(job.get(f"champion/{name}"))
    stored, table, rows = Stored.load(champion), trained.table, trained.split.test
    ours = trained.model.probabilities(table, rows)
    theirs = stored.probabilities(source)[0][table.position[rows]]
    y, group = table.y[rows], table.group[rows]
    figures = metrics.figures(y, theirs, group, rounds=RESAMPLES)
    apart = metrics.difference(y, ours, theirs, group, rounds=RESAMPLES)["AUC"]
    headline = trained.evaluation["splits"][0]
    headline["figures"][f"{trained.name} {stored.version}"] = pipeline.as_json(figures)
    return {
        "champion": stored.version,
        "rows": len(rows),
        "prevalence": headline["prevalence"],
        "candidate_auc": _figure(headline["figures"][trained.name]["AUC"]),
        "champion_auc": _figure(pipeline.as_json(figures)["AUC"]),
        "apart": _figure(pipeline.as_json({"AUC": apart})["AUC"]),
    }


def _figure(found: Sequence[float]) -> dict[str, float]:
    return dict(zip(("value", "low", "high"), found, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.job", description="Train a prepared run.")
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--run", required=True)
    given = parser.parse_args(arguments)
    try:
        train(Job(boto3.client("s3"), given.bucket, given.run))
    except (DataError, TooLittleDataError) as error:
        raise SystemExit(f"error: {error}") from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
