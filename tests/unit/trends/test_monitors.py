"""When a monitor alerts, and who is told how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from rapport.identity.model import Principal, Role
from rapport.runtime.errors import ConflictError, DependencyUnavailableError, ForbiddenError, InvalidInputError
from rapport.trends.desk import MOST_EACH, Desk, NewMonitor, may_see
from rapport.trends.gateway import LiveAlerts, rooms_of
from rapport.trends.monitors import AlertState, Change, Monitor, MonitorState, Sight, look, measure
from rapport.trends.notices import MAIL_APART_MS, Channel, Notice, Teller, letter, notice_of
from rapport.trends.outlook import Outlooks
from rapport.trends.series import HOUR_MS, Hours
from rapport.trends.watch import Watch
from rapport.vendors.errors import VendorUnavailable

from tests.builders.trends import MONDAY, UTC_PLACE, MemoryTrends, PlainModel, forecast_hours, hours, monitor, noisy

NOW = MONDAY * HOUR_MS
FIVE_MINUTES = 300_000


def looked(
    watched: Monitor, *values: float | None, state: MonitorState | None = None
) -> tuple[MonitorState, list[Change]]:
    """The state after a look every five minutes at these values, and what was told."""
    state = state or MonitorState()
    told = []
    for number, value in enumerate(values):
        at = (state.looked_at or NOW) + FIVE_MINUTES
        state, change = look(watched, state, value, at=at, alert_id=f"a-{at}-{number}")
        told += [change] if change else []
    return state, told


def test_an_alert_opens_once_and_closes_at_the_clearing_level() -> None:
    state, told = looked(monitor(), 50, 120, 130, 95, 90, 79)

    assert told == [Change.OPENED, Change.CLOSED]
    assert state.alert is not None
    assert (state.alert.state, state.alert.peak, state.alert.repeats) == (AlertState.CLOSED, 130, 0)


def test_between_the_levels_nothing_changes() -> None:
    assert looked(monitor(), *[90] * 10)[1] == []
    assert looked(monitor(), 120, *[90] * 10)[1] == [Change.OPENED]


def test_what_does_not_last_does_not_alert() -> None:
    assert looked(monitor(sustain=3), 120, 120, 50, 120, 120)[1] == []
    assert looked(monitor(sustain=3), 120, 120, 120)[1] == [Change.OPENED]


def test_what_flaps_within_the_cool_down_is_one_alert_told_once() -> None:
    state, told = looked(monitor(), *[120, 50] * 5)

    assert told == [Change.OPENED, Change.CLOSED]
    assert state.alert is not None
    assert state.alert.repeats == 4


def test_after_the_cool_down_it_is_a_new_alert() -> None:
    state, told = looked(monitor(), 120, *[50] * 12, 120)

    assert told == [Change.OPENED, Change.CLOSED, Change.OPENED]
    assert state.alert is not None
    assert state.alert.repeats == 0


def test_nothing_to_go_by_keeps_an_alert_open() -> None:
    state, told = looked(monitor(), 120, None, None)

    assert (state.firing, told) == (True, [Change.OPENED])


def test_too_few_is_judged_by_whole_hours_only() -> None:
    watched = monitor(kind="count_below", threshold=10.0, clear=12.0)
    line = hours(lambda i: [40, 40, 5, 0][i], 4)

    assert measure(watched, Sight(line, (), ())) == 5
    assert measure(monitor(), Sight(line, (), ())) == 5
    assert looked(watched, 5, 11, 13)[1] == [Change.OPENED, Change.CLOSED]


def test_a_full_hour_does_not_end_an_alert_by_itself() -> None:
    assert measure(monitor(), Sight(hours(lambda i: [40, 150, 3][i], 3), (), ())) == 150


def test_unusual_is_measured_in_half_widths_of_a_forecast_made_before() -> None:
    watched = monitor(kind="unusual", threshold=2.0, clear=1.5)
    earlier = forecast_hours(MONDAY)

    assert measure(watched, Sight(Hours(MONDAY, (10.0, 19.0)), (), earlier)) == 3
    # The running hour is not over: too few so far is nothing.
    assert measure(watched, Sight(Hours(MONDAY, (10.0, 0.0)), (), earlier)) == 0
    assert measure(watched, Sight(Hours(MONDAY, (1.0, 0.0)), (), earlier)) == 3
    assert measure(watched, Sight(Hours(MONDAY, (10.0, 19.0)), (), ())) is None


def test_the_busiest_hour_ahead_is_looked_for_within_the_window() -> None:
    watched = monitor(kind="forecast_above", window_h=2)
    ahead = [hour.model_copy(update={"expected": float(i)}) for i, hour in enumerate(forecast_hours(MONDAY))]

    assert measure(watched, Sight(Hours(MONDAY - 1, (1.0, 1.0)), tuple(ahead), ())) == 1


@dataclass
class Told:
    """Everything that was told, on every channel."""

    bus: list[tuple[str, int]] = field(default_factory=list)
    rooms: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mails: list[tuple[str, str, str]] = field(default_factory=list)
    down: bool = False

    def publish(self, detail_type: str, alerts: list[Notice]) -> None:
        if self.down:
            raise DependencyUnavailableError("EventBridge did not answer")
        self.bus.append((detail_type, len(alerts)))

    def tell(self, rooms_alerts: dict[str, list[dict[str, Any]]]) -> None:
        if self.down:
            raise DependencyUnavailableError("the WebSocket API did not answer")
        self.rooms |= rooms_alerts

    def send(self, to: str, subject: str, text: str, html: str) -> str:
        del html
        if self.down:
            raise VendorUnavailable("SES is unavailable", vendor="ses", operation="send")
        self.mails.append((to, subject, text))
        return "id"


def teller(memory: MemoryTrends, told: Told) -> Teller:
    return Teller(memory, told, told, told, lambda name: f"{name}@bank.example", rooms_of, "https://bank/trends")


def storm(memory: MemoryTrends, number: int, at: int = NOW) -> None:
    """So many alerts of one owner at once."""
    for i in range(number):
        state, _ = look(monitor(monitor_id=f"m-{i}"), MonitorState(), 120, at=at, alert_id=f"a-{at}-{i}")
        assert state.alert is not None
        notice = notice_of(state.alert, Change.OPENED, email=True, language="en", at=at)
        memory.outbox[notice.notice_id] = notice


def test_a_storm_is_one_e_mail_and_one_message() -> None:
    memory, told = MemoryTrends(), Told()
    storm(memory, 30)

    counted = teller(memory, told).tell(NOW)

    assert counted == {Channel.BUS: 30, Channel.LIVE: 30, Channel.EMAIL: 30}
    assert told.bus == [("Trend Alert Opened", 30)]
    assert [len(alerts) for alerts in told.rooms.values()] == [30]
    assert len(told.mails) == 1
    assert "30 alerts" in told.mails[0][1]
    assert "and 10 more" in told.mails[0][2]
    assert memory.outbox == {}


def test_a_second_e_mail_waits_a_quarter_of_an_hour_and_holds_all_that_happened() -> None:
    memory, told = MemoryTrends(), Told()
    for minute in range(0, 15, 5):
        storm(memory, 2, NOW + minute * 60_000)
        teller(memory, told).tell(NOW + minute * 60_000)
    teller(memory, told).tell(NOW + MAIL_APART_MS)

    assert [mail[1] for mail in told.mails] == ["2 alerts: Busy", "4 alerts: Busy"]
    assert len(told.bus) == 3


def test_what_could_not_be_told_is_told_later() -> None:
    memory, told = MemoryTrends(), Told(down=True)
    storm(memory, 1)

    assert set(teller(memory, told).tell(NOW).values()) == {0}
    told.down = False
    teller(memory, told).tell(NOW + MAIL_APART_MS)

    assert (len(told.bus), len(told.rooms), len(told.mails)) == (1, 1, 1)


def test_old_news_is_given_up() -> None:
    memory, told = MemoryTrends(), Told()
    storm(memory, 1)

    teller(memory, told).tell(NOW + 25 * HOUR_MS)

    assert (told.bus, memory.outbox) == ([], {})


def test_a_name_cannot_break_out_of_the_subject_or_the_text() -> None:
    memory = MemoryTrends()
    storm(memory, 1)
    notice = memory.notices()[0]
    nasty = notice.model_copy(update={"alert": notice.alert.model_copy(update={"name": "x\r\nBcc: a@b\n<b>"})})

    subject, _ = letter([nasty], "https://bank/trends")

    assert subject == "1 alert: x Bcc: a@b <b>"


def test_a_connection_in_two_rooms_hears_of_an_alert_once() -> None:
    sent: list[tuple[str, str]] = []

    class Post:
        def send(self, connection_id: str, text: str) -> bool:
            sent.append((connection_id, text))
            return True

        def disconnect(self, connection_id: str) -> None: ...

    class Rooms:
        def members(self, room: str) -> list[str]:
            return {"AGENT#ren": ["c1"], "TEAM#red": ["c1", "c2"]}[room]

    alert = {"alert_id": "a", "change": "opened"}
    LiveAlerts(Rooms(), Post()).tell({"AGENT#ren": [alert], "TEAM#red": [alert]})

    assert [connection for connection, _ in sent] == ["c1", "c2"]
    assert sent[0][1] == '{"type":"trend_alerts","alerts":[{"alert_id":"a","change":"opened"}]}'


def watch(memory: MemoryTrends) -> Watch:
    outlooks = Outlooks(memory, memory, PlainModel(), "9.9.9", UTC_PLACE)
    return Watch(outlooks, memory, lambda: "a-1", lambda: True)


def test_a_run_forecasts_judges_and_alerts_and_the_next_does_nothing_twice() -> None:
    memory = MemoryTrends({"calls": dict(noisy(44, size=60)), "user:C1": {MONDAY: 1.0}})
    memory.add(monitor())
    hour = MONDAY + 42 * 24
    memory.counted["calls"][hour] = 500.0

    first = watch(memory).run(hour * HOUR_MS + 600_000)
    again = watch(memory).run(hour * HOUR_MS + 900_000)
    later = watch(memory).run((hour + 48) * HOUR_MS + 600_000)

    assert (first.forecasts, first.judged, first.opened) == (1, 0, 1)
    assert (again.forecasts, again.judged, again.opened) == (0, 0, 0)
    assert later.judged == 1
    assert [score.origin for score in memory.found] == [hour]
    assert len(memory.outbox) >= 1


def test_right_after_the_full_hour_forecasts_wait_for_records_that_are_on_their_way() -> None:
    memory = MemoryTrends({"calls": dict(noisy(42, size=60))})

    assert watch(memory).run((MONDAY + 42 * 24) * HOUR_MS + 60_000).forecasts == 0


def test_what_there_is_no_time_for_is_left() -> None:
    memory = MemoryTrends({"calls": dict(noisy(42, size=60))})
    hurried = Watch(watch(memory).outlooks, memory, lambda: "a", lambda: False)

    assert hurried.run((MONDAY + 42 * 24) * HOUR_MS + 600_000).forecasts == 0


def who(*roles: Role, teams: tuple[str, ...] = ()) -> Principal:
    return Principal(username="ren", roles=frozenset(roles), teams=frozenset(teams))


@pytest.mark.parametrize(
    ("caller", "series", "allowed"),
    [
        (who(Role.ANALYST), "team:red", True),
        (who(Role.SUPERVISOR), "calls", True),
        (who(Role.SUPERVISOR, teams=("red",)), "team:red", True),
        (who(Role.SUPERVISOR, teams=("red",)), "team:blue", False),
        (who(Role.AGENT, teams=("red",)), "team:red", True),
        (who(Role.AGENT), "user:C1", True),
        (who(Role.AGENT), "all", False),
        (who(Role.CUSTOMER), "user:C1", False),
    ],
)
def test_who_sees_which_series(caller: Principal, series: str, allowed: bool) -> None:
    assert may_see(caller, series) is allowed


def new(**given: Any) -> NewMonitor:
    return NewMonitor.model_validate({"name": "Busy", "kind": "count_above", "threshold": 100, **given})


def desk(memory: MemoryTrends) -> Desk:
    ids = iter(range(1000))
    return Desk(memory, lambda: NOW, lambda: f"m-{next(ids)}")


def test_a_monitor_clears_a_tenth_back_unless_told_otherwise() -> None:
    made = desk(MemoryTrends()).make("calls", new(), who(Role.SUPERVISOR))

    assert (made.threshold, made.clear, made.owner, made.firing) == (100, 90, "ren", False)


@pytest.mark.parametrize(
    "wrong",
    [{"clear": 120}, {"kind": "count_below", "clear": 50}, {"kind": "forecast_above", "window_h": 49}],
)
def test_levels_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        desk(MemoryTrends()).make("calls", new(**wrong), who(Role.SUPERVISOR))


def test_a_person_has_at_most_twenty_monitors() -> None:
    memory = MemoryTrends()
    mine = desk(memory)
    for _ in range(MOST_EACH):
        mine.make("calls", new(), who(Role.ANALYST))

    with pytest.raises(ConflictError):
        mine.make("calls", new(), who(Role.ANALYST))


def test_only_its_owner_or_an_administrator_removes_a_monitor() -> None:
    memory = MemoryTrends()
    made = desk(memory).make("calls", new(), who(Role.ANALYST))
    other = who(Role.ANALYST).model_copy(update={"username": "yui"})

    with pytest.raises(ForbiddenError):
        desk(memory).remove(made.monitor_id, other)
    desk(memory).remove(made.monitor_id, other.model_copy(update={"roles": frozenset({Role.ADMIN})}))

    assert memory.all() == []
