"""Measures by the minute, in a pretended DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from rapport.realtime.measures import Measures
from rapport.realtime.store import DynamoMeasures

from tests.builders.dynamodb import create_table
from tests.builders.realtime import NOW

MINUTE = NOW // 60_000 * 60_000


@pytest.fixture
def measures() -> Iterator[DynamoMeasures]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        create_table(client, "realtime")
        yield DynamoMeasures(client, "realtime")


def counted(records: int, lag: int) -> Measures:
    made = Measures(batches=1, records=records)
    made.waited([lag] * records)
    return made


def test_the_batches_of_a_minute_add_up(measures: DynamoMeasures) -> None:
    measures.add("updater", MINUTE + 1, counted(3, 80))
    measures.add("updater", MINUTE + 59_000, counted(1, 400))

    [minute] = measures.minutes("updater", MINUTE, MINUTE)

    assert minute.at == MINUTE
    assert (minute.measures.batches, minute.measures.records, minute.measures.lag_ms) == (2, 4, 640)
    assert minute.measures.lags[:3] == [3, 0, 1]


def test_minutes_come_oldest_first_and_of_one_processor_only(measures: DynamoMeasures) -> None:
    for minute in (2, 0, 1, 9):
        measures.add("updater", MINUTE + minute * 60_000, counted(1, 0))
    measures.add("other", MINUTE, counted(1, 0))

    found = measures.minutes("updater", MINUTE, MINUTE + 2 * 60_000)

    assert [(each.at - MINUTE) // 60_000 for each in found] == [0, 1, 2]


def test_a_batch_of_nothing_is_a_batch(measures: DynamoMeasures) -> None:
    measures.add("updater", MINUTE, Measures())

    assert measures.minutes("updater", MINUTE, MINUTE)[0].measures == Measures()
