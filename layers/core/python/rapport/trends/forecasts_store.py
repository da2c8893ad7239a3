"""Forecasts in the trends table, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapport.runtime.dynamodb import AwsClient, ContendedError, dependency, n, query_all, s, transact
from rapport.trends.accuracy import Score, StoredForecast, score
from rapport.trends.series import DAY_HOURS
from rapport.trends.table_store import DAY_S, NAME, item, key

FORECAST_DAYS, SCORE_DAYS = 7, 100


class DynamoForecasts:
    """Forecasts, and what became of them."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def forecast(self, series: str, origin: int) -> StoredForecast | None:
        """Access pattern: what was said of a series at an hour."""
        with dependency(NAME):
            answer = self._client.get_item(
                TableName=self._table, Key=key(f"SERIES#{series}", _numbered("FORECAST", origin))
            )
        return StoredForecast.model_validate_json(answer["Item"]["json"]["S"]) if answer.get("Item") else None

    def remember(self, stored: StoredForecast) -> StoredForecast:
        """Access pattern: a forecast with the mark that it must be judged, once; returns the one that is kept."""
        pk, sk = f"SERIES#{stored.series}", _numbered("FORECAST", stored.origin)
        until = (stored.origin // DAY_HOURS + FORECAST_DAYS) * DAY_S
        due = item("DUE", f"{stored.due:09d}#{stored.series}", until_s=until, origin=n(stored.origin))
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        said = item(pk, sk, until_s=until, json=s(stored.model_dump_json()))
        try:
            transact(
                self._client,
                [
                    {"Put": {"TableName": self._table, "Item": said, **new}},
                    {"Put": {"TableName": self._table, "Item": due}},
                ],
                NAME,
            )
        except ContendedError:
            return self.forecast(stored.series, stored.origin) or stored
        return stored

    def due(self, hour: int) -> Iterator[tuple[str, int]]:
        """Access pattern: series and origin of the forecasts whose hours are all over at `hour`."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk < :end",
            ExpressionAttributeValues={":pk": s("DUE"), ":end": s(f"{hour + 1:09d}")},
        )
        for each in items:
            yield each["sk"]["S"].partition("#")[2], int(each["origin"]["N"])

    def judged(self, stored: StoredForecast, actual: list[float]) -> Score:
        """Access pattern: the score in place of the mark."""
        found = score(stored, actual)
        until = (stored.origin // DAY_HOURS + SCORE_DAYS) * DAY_S
        made = item(
            f"SERIES#{stored.series}",
            _numbered("SCORE", stored.origin),
            until_s=until,
            json=s(found.model_dump_json()),
        )
        put = {"Put": {"TableName": self._table, "Item": made}}
        transact(self._client, [put, {"Delete": self._mark(stored.series, stored.due)}], NAME)
        return found

    def forget(self, series: str, due: int) -> None:
        """Access pattern: the mark of a forecast that is gone."""
        with dependency(NAME):
            self._client.delete_item(**self._mark(series, due))

    def _mark(self, series: str, due: int) -> dict[str, Any]:
        return {"TableName": self._table, "Key": key("DUE", f"{due:09d}#{series}")}

    def scores(self, series: str, first_origin: int) -> list[Score]:
        """Access pattern: scores of a series since an origin, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": s(f"SERIES#{series}"),
                ":first": s(_numbered("SCORE", first_origin)),
                ":last": s("SCORE#~"),
            },
        )
        return [Score.model_validate_json(item["json"]["S"]) for item in items]


def _numbered(kind: str, hour: int) -> str:
    return f"{kind}#{hour:09d}"
