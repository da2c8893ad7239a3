"""A batch's own work per row, without AWS calls: split the file, score its chunks with reasons, join them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import rapport_inference
from rapport.customers.import_model import ImportFormat
from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.host import ModelHost
from rapport.registry.model import Prediction, Rollout
from rapport.runtime.clock import new_id, now_ms
from rapport.scoring.batch_columns import BatchColumns
from rapport.scoring.batch_model import Batch, BatchLanguage, BatchMode, BatchState, BatchTask
from rapport.scoring.batch_scorer import BatchScorer
from rapport.scoring.batch_sheet import results_header
from rapport.scoring.batches import part, plan, score_chunk
from rapport.scoring.history import CustomerHistory
from rapport.scoring.words import say

from benchmarks.report import Row, Section

MODELS = rapport_inference.ROOT / "models"
ROWS = 5_000


class NoRegistry:
    """The shipped versions answer; what was said is dropped."""

    def rollout(self, name: str) -> None:
        del name

    def rollouts(self, names: Sequence[str]) -> dict[str, Rollout]:
        del names
        return {}

    def record(self, predictions: Sequence[Prediction]) -> None:
        del predictions


class InMemory:
    """Implements `Files`: only our own work is timed."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def size(self, key: str) -> int:
        return len(self.objects[key])

    def read(self, key: str) -> Iterator[bytes]:
        yield self.objects[key]

    def write(self, key: str, content: bytes) -> None:
        self.objects[key] = content


def _no_history() -> CustomerHistory:
    """Rows carry their own fields: nobody is looked up."""
    nobody: Any = None
    return CustomerHistory(nobody, nobody)


def _file(columns: Iterable[tuple[str, str]]) -> bytes:
    """Rows around what is usual, the same every time."""
    drawn = random.Random(1)
    names, usual = zip(*columns, strict=True)
    lines = [",".join(names)]
    for number in range(ROWS):
        cells = (f"{float(value) * drawn.uniform(0.5, 1.5):.4f}" for value in usual[1:])
        lines.append(",".join((f"R{number}", *cells)))
    return "\n".join(lines).encode()


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _measure(task: BatchTask, host: ModelHost) -> list[Row]:
    columns = BatchColumns(host, MODELS)
    version = columns.version(task)
    expected = columns.expected(task, BatchMode.ROWS, version)
    batch = Batch(
        batch_id=new_id(), model=task, mode=BatchMode.ROWS, format=ImportFormat.CSV, language=BatchLanguage.EN,
        state=BatchState.RUNNING, created_by="benchmark", created_at=now_ms(), version=version, rows=ROWS,
    )  # fmt: skip
    files, scorer = InMemory(), BatchScorer(host, _no_history, MODELS)
    files.write(batch.upload_key, _file((column.name, column.example or "0") for column in expected))
    split = _timed(lambda: plan(batch, version, files, columns))
    chunks = range(1, -(-ROWS // 500) + 1)
    score_chunk(batch, 1, files, scorer)
    scored = _timed(lambda: [score_chunk(batch, chunk, files, scorer) for chunk in chunks])
    joined = _timed(lambda: "".join([results_header(batch), *(part(batch, chunk, files).results for chunk in chunks)]))
    about = f"{task}, {len(expected)} columns"
    return [
        Row(f"{about}: split", f"{ROWS / split:,.0f} rows/s/core"),
        Row(f"{about}: score with reasons", f"{ROWS / scored:,.0f} rows/s/core"),
        Row(f"{about}: join", f"{ROWS / joined:,.0f} rows/s/core"),
    ]


def section() -> Section:
    """Rows a second and core of each step."""
    store = NoRegistry()
    artifacts = LayerAndBucket(MODELS, None, "", Path(mkdtemp(prefix="benchmark-")))
    host = ModelHost(artifacts=artifacts, rollouts=store, log=store, clock=now_ms, new_id=new_id, words=say)
    rows = [row for task in (BatchTask.CREDIT, BatchTask.CHURN) for row in _measure(task, host)]
    return Section(
        "Batches",
        f"{ROWS:,} rows of CSV in chunks of 500, files in memory, predictions not recorded; processor time of one "
        "thread.",
        rows,
    )
