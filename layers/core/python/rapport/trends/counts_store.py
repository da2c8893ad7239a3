"""Counts of series in the trends table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from rapport.runtime.dynamodb import AwsClient, Item, batch_get, decode_cursor, dependency, encode_cursor, query_all, s
from rapport.trends.counting import Place, Tally
from rapport.trends.series import DAY_HOURS, USER
from rapport.trends.table_store import DAY_S, NAME, item, key, put_if

FAN_OUT = 16
# Customers' counts are kept for a quarter, those of the bank for a year and a month.
USER_DAYS, BANK_DAYS, CATALOGUE_DAYS = 92, 400, 31


def _day_name(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).strftime("%Y-%m-%d")


class DynamoCounts:
    """Keeps tallies; implements the processor's `Keeper`, and reads the counts of a series."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, keys: Collection[Place]) -> Mapping[Place, Tally]:
        """Access pattern: tallies by key, consistently."""
        wanted = {(f"SERIES#{place.series}", _tally_sk(place)): place for place in keys}
        items = batch_get(self._client, self._table, [key(*named) for named in wanted], NAME, consistent=True)
        return {wanted[item["pk"]["S"], item["sk"]["S"]]: _tally(item) for item in items}

    def save(self, changes: Mapping[Place, Tally]) -> Collection[Place]:
        """Access pattern: a tally on condition that its high-water mark is the one read; a series that is new on a
        day is put into the catalogue.
        """
        with ThreadPoolExecutor(max_workers=min(FAN_OUT, len(changes))) as pool:
            kept = dict(zip(changes, pool.map(lambda pair: self._save(*pair), changes.items()), strict=True))
        return [place for place, done in kept.items() if not done]

    def _save(self, place: Place, tally: Tally) -> bool:
        days = USER_DAYS if place.series.startswith(USER) else BANK_DAYS
        made = item(
            f"SERIES#{place.series}",
            _tally_sk(place),
            until_s=(place.day + days) * DAY_S,
            counts=s(",".join(str(count) for count in tally.counts)),
            high=s(str(tally.high)),
        )
        if tally.before is not None:
            values = {":before": s(str(tally.before))}
            return put_if(self._client, self._table, made, "high = :before", ExpressionAttributeValues=values)
        if not place.series.startswith(USER):
            self._list(place)
        return put_if(self._client, self._table, made, "attribute_not_exists(pk)")

    def _list(self, place: Place) -> None:
        made = item("CATALOGUE", place.series, until_s=(place.day + CATALOGUE_DAYS) * DAY_S)
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=made)

    def history(self, series: str, first_hour: int, end_hour: int) -> dict[int, float]:
        """Access pattern: counts by hour since the epoch, of every shard together."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": s(f"SERIES#{series}"),
                ":first": s(f"DAY#{_day_name(first_hour // DAY_HOURS)}"),
                ":last": s(f"DAY#{_day_name((end_hour - 1) // DAY_HOURS)}#~"),
            },
        )
        found: dict[int, float] = {}
        for each in items:
            day = datetime.strptime(each["sk"]["S"].split("#")[1], "%Y-%m-%d").replace(tzinfo=UTC)
            start = int(day.timestamp()) // 3600
            for hour, count in enumerate(_tally(each).counts, start):
                if first_hour <= hour < end_hour:
                    found[hour] = found.get(hour, 0.0) + count
        return found

    def catalogue(self) -> list[str]:
        """Access pattern: series of the whole bank."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s("CATALOGUE")},
        )
        return [item["sk"]["S"] for item in items]

    def catalogue_page(self, *, limit: int, cursor: str | None) -> tuple[list[str], str | None]:
        """Access pattern: the same, page by page."""
        start = decode_cursor(cursor, expected={"pk": "CATALOGUE", "sk": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": s("CATALOGUE")},
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return [item["sk"]["S"] for item in answer["Items"]], encode_cursor(answer.get("LastEvaluatedKey"))


def _tally_sk(place: Place) -> str:
    return f"DAY#{_day_name(place.day)}#{place.shard}"


def _tally(item: Item) -> Tally:
    high = int(item["high"]["S"])
    return Tally(tuple(int(count) for count in item["counts"]["S"].split(",")), high, high)
