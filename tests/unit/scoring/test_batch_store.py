"""Every change of a batch is made once, and none comes too late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from rapport.customers.import_model import RowError
from rapport.runtime.errors import InvalidInputError
from rapport.scoring.batch_model import BatchState
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.batches import Counted, Planned

from infra.stacks.data import MODEL_INDEXES
from tests.builders.batches import NOON, batch
from tests.builders.dynamodb import aws_client, create_table

WAITING = batch(state=BatchState.AWAITING_UPLOAD, started_at=None)
ID = WAITING.batch_id


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchStore]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, "models", MODEL_INDEXES)
        found = BatchStore(client, "models")
        found.create(WAITING)
        yield found


def test_a_batch_is_read_as_it_was_written_through_all_its_steps(store: BatchStore) -> None:
    assert store.load(ID) == WAITING
    store.begin(ID, NOON + 1)
    store.planned(ID, "1.0.0", Planned(rows=3, chunks=2))
    store.chunk_done(ID, 1, Counted(1, 1))
    running = store.load(ID)
    assert running is not None
    assert (running.state, running.started_at, running.version) == (BatchState.RUNNING, NOON + 1, "1.0.0")
    assert (running.rows, running.chunks, running.rows_scored, running.rows_failed) == (3, 2, 1, 1)
    error = RowError(row=3, column="a", message="no number")
    store.finish(ID, BatchState.COMPLETED_WITH_FAILURES, NOON + 2, counted=Counted(2, 1), errors=[error])
    over = store.load(ID)
    assert over is not None
    assert (over.state, over.finished_at, over.rows_scored, over.errors) == (
        BatchState.COMPLETED_WITH_FAILURES,
        NOON + 2,
        2,
        (error,),
    )


def test_a_chunk_is_counted_once_however_often_it_is_scored(store: BatchStore) -> None:
    store.begin(ID, NOON)
    for chunk in (1, 2, 1, 1):
        store.chunk_done(ID, chunk, Counted(2, 1))
    found = store.load(ID)
    assert found is not None
    assert (found.rows_scored, found.rows_failed) == (4, 2)
    assert store.chunks_done(ID) == {1, 2}


def test_what_comes_after_a_batch_was_cancelled_changes_nothing(store: BatchStore) -> None:
    store.begin(ID, NOON)
    cancelled = store.cancel(ID, NOON + 5)
    assert cancelled is not None
    assert store.begin(ID, NOON + 6) is None
    assert store.planned(ID, "1.0.0", Planned(1, 1)) is None
    assert store.chunk_done(ID, 1, Counted(1, 0)) is None
    assert store.finish(ID, BatchState.COMPLETED, NOON + 7) is None
    assert store.cancel(ID, NOON + 8) is None
    assert store.load(ID) == cancelled


def test_batches_are_listed_newest_first_and_no_cursor_reaches_elsewhere(store: BatchStore) -> None:
    ids = [ID] + [f"{NOON + number:013d}-x" for number in range(1, 4)]
    for batch_id in ids[1:]:
        store.create(batch(batch_id=batch_id))
    first, cursor = store.page(3, None)
    second, _ = store.page(3, cursor)
    assert [found.batch_id for found in first + second] == ids[::-1]
    with pytest.raises(InvalidInputError):
        store.page(3, "eyJwayI6eyJTIjoiTU9ERUwjY2h1cm4ifSwic2siOnsiUyI6IlJPTExPVVQifX0")
