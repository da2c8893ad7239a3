"""Counts, forecasts, monitors and alerts in a pretended DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rapport.runtime.errors import InvalidInputError
from rapport.trends.counting import Place, Tally
from rapport.trends.counts_store import DynamoCounts
from rapport.trends.forecasting import HORIZON
from rapport.trends.forecasts_store import DynamoForecasts
from rapport.trends.monitors import Change, MonitorState, look
from rapport.trends.monitors_store import DynamoMonitors
from rapport.trends.notices import MAIL_APART_MS, Channel, notice_of
from rapport.trends.series import HOUR_MS

from tests.builders.dynamodb import create_table
from tests.builders.trends import MONDAY, monitor, stored

DAY = MONDAY // 24
NOW = MONDAY * HOUR_MS


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        made = boto3.client("dynamodb", region_name="eu-central-1")
        create_table(made, "trends")
        yield made


def tally(hour: int, count: int, high: int, before: int | None = None) -> Tally:
    return Tally(tuple(count if i == hour else 0 for i in range(24)), high, before)


def test_shards_are_counted_apart_and_read_together(client: Any) -> None:
    counts = DynamoCounts(client, "trends")
    counts.save({Place("calls", DAY, "s-0"): tally(3, 5, 10), Place("calls", DAY, "s-1"): tally(3, 2, 99)})
    counts.save({Place("calls", DAY + 1, "s-0"): tally(0, 7, 11)})

    assert counts.history("calls", MONDAY, MONDAY + 48)[MONDAY + 3] == 7
    assert counts.history("calls", MONDAY + 24, MONDAY + 25) == {MONDAY + 24: 7}


def test_who_loses_the_race_for_a_count_is_told_which(client: Any) -> None:
    counts, place = DynamoCounts(client, "trends"), Place("calls", DAY, "s-0")
    assert counts.save({place: tally(3, 5, 10)}) == []

    assert counts.save({place: tally(3, 6, 11)}) == [place]
    assert counts.save({place: tally(3, 6, 11, before=9)}) == [place]
    assert counts.save({place: tally(3, 6, 2**190, before=10)}) == []
    assert counts.load([place])[place] == tally(3, 6, 2**190, before=2**190)


def test_the_catalogue_has_the_banks_series_and_no_customers(client: Any) -> None:
    counts = DynamoCounts(client, "trends")
    counts.save({Place(key, DAY, "s-0"): tally(0, 1, 1) for key in ("calls", "all", "user:C1", "team:red")})

    assert counts.catalogue() == ["all", "calls", "team:red"]
    first, cursor = counts.catalogue_page(limit=2, cursor=None)
    assert (first, counts.catalogue_page(limit=2, cursor=cursor)[0]) == (["all", "calls"], ["team:red"])


def test_a_forecast_is_kept_once_and_waits_to_be_judged(client: Any) -> None:
    forecasts = DynamoForecasts(client, "trends")
    first = forecasts.remember(stored())

    assert forecasts.remember(stored(stretch=2.0)) == first
    assert list(forecasts.due(MONDAY + HORIZON - 1)) == []
    assert list(forecasts.due(MONDAY + HORIZON)) == [("calls", MONDAY)]

    found = forecasts.judged(first, [10.0] * HORIZON)

    assert list(forecasts.due(MONDAY + HORIZON)) == []
    assert forecasts.scores("calls", MONDAY) == [found]
    assert forecasts.scores("calls", MONDAY + 1) == []


def test_a_mark_without_a_forecast_can_be_removed(client: Any) -> None:
    forecasts = DynamoForecasts(client, "trends")
    forecasts.remember(stored())
    forecasts.forget("calls", MONDAY + HORIZON)

    assert list(forecasts.due(MONDAY + HORIZON)) == []


def opened(at: int, owner: str = "ren", monitor_id: str = "m-1") -> tuple[Any, MonitorState, Any]:
    watched = monitor(owner=owner, monitor_id=monitor_id)
    state, change = look(watched, MonitorState(), 120, at=at, alert_id=f"a-{at}")
    assert state.alert is not None
    assert change is Change.OPENED
    return watched, state, notice_of(state.alert, change, email=True, language="en", at=at)


def test_a_look_writes_state_alert_and_notice_together_and_once(client: Any) -> None:
    monitors = DynamoMonitors(client, "trends")
    watched, state, notice = opened(NOW)
    monitors.add(watched)

    assert monitors.looked(watched, 0, state, notice)
    assert not monitors.looked(watched, 0, state, notice)

    assert monitors.get("m-1") == (watched, state)
    assert monitors.alerts(None, limit=10, cursor=None)[0] == [state.alert]
    assert monitors.notices() == [notice]


def test_a_monitor_that_was_removed_is_not_brought_back_by_a_look(client: Any) -> None:
    monitors = DynamoMonitors(client, "trends")
    watched, state, notice = opened(NOW)
    monitors.add(watched)
    monitors.remove("m-1")

    assert not monitors.looked(watched, 0, state, notice)
    assert (monitors.all(), monitors.notices()) == ([], [])


def test_alerts_come_newest_first_page_by_page_and_by_owner(client: Any) -> None:
    monitors = DynamoMonitors(client, "trends")
    for i in range(5):
        watched, state, _ = opened(NOW + i, owner=("ren", "yui")[i % 2], monitor_id=f"m-{i}")
        monitors.add(watched)
        monitors.looked(watched, 0, state, None)

    first, cursor = monitors.alerts(None, limit=3, cursor=None)
    rest, end = monitors.alerts(None, limit=3, cursor=cursor)

    assert [alert.opened_at - NOW for alert in first + rest] == [4, 3, 2, 1, 0]
    assert end is None
    assert [alert.opened_at - NOW for alert in monitors.alerts("ren", limit=10, cursor=None)[0]] == [4, 2, 0]
    with pytest.raises(InvalidInputError):
        monitors.alerts(None, limit=3, cursor="bm90IG9uZQ")


def test_a_notice_stays_until_it_was_told_everywhere(client: Any) -> None:
    monitors = DynamoMonitors(client, "trends")
    watched, state, notice = opened(NOW)
    monitors.add(watched)
    monitors.looked(watched, 0, state, notice)

    monitors.told(notice.model_copy(update={"left": (Channel.EMAIL,)}))
    assert [each.left for each in monitors.notices()] == [(Channel.EMAIL,)]
    monitors.told(notice.model_copy(update={"left": ()}))
    assert monitors.notices() == []


def test_e_mails_to_one_person_are_a_quarter_of_an_hour_apart(client: Any) -> None:
    monitors = DynamoMonitors(client, "trends")

    claims = [monitors.claim_mail("ren", now=NOW + at, apart_ms=MAIL_APART_MS) for at in (0, 60_000, MAIL_APART_MS)]

    assert claims == [True, False, True]
    assert monitors.claim_mail("yui", now=NOW, apart_ms=MAIL_APART_MS)
