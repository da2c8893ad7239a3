"""What a profile keeps of its events."""

from __future__ import annotations

import pytest
from rapport.profiles.state import ProfileState
from rapport.profiles.updater import StoredProfile, fold
from rapport.profiles.window import MOST_EVENTS, Verdict
from rapport.realtime.delivery import Delivered

from tests.builders.profiles import DAY_MS, HOUR_MS, call, login, message, state_of
from tests.builders.realtime import NOW, delivery, event


def token(number: int) -> str:
    return "n_" + "".join(chr(97 + int(digit)) for digit in f"{number:026d}")


def folded(stored: StoredProfile | None, *events_given: object) -> StoredProfile | None:
    made = [Delivered(each, delivery(each)) for each in events_given]  # type: ignore[arg-type]
    return fold("C1", stored, made).change


def test_only_what_a_login_succeeded_from_becomes_known() -> None:
    state = state_of([login("a", device="phone"), login("b", failed=True, device="stolen", address_country="XX")])

    assert state.devices.seen_before("phone", NOW)
    assert not state.devices.seen_before("stolen", NOW)
    assert state.countries.estimate == 1


def test_gaps_are_between_visits_not_between_events() -> None:
    views = [
        event(f"e{visit}-{page}", at=NOW + visit * 6 * HOUR_MS + page * 60_000)
        for visit in range(5)
        for page in range(4)
    ]

    gaps = state_of(views).all_gaps()

    assert gaps.bins.total == 4
    assert gaps.quantile(0.5) == pytest.approx(6, rel=0.06)


def test_gaps_are_the_same_whether_they_are_in_the_window_or_long_past() -> None:
    days = [event(f"e{day}", at=NOW + day * DAY_MS) for day in range(30)]

    gaps = state_of(days).all_gaps()

    assert gaps.bins.total == 29
    assert gaps.quantile(0.5) == pytest.approx(24, rel=0.05)


def test_what_we_send_is_not_what_the_user_does() -> None:
    state = state_of([message("a"), message("b", answered=True), call("c", direction="outbound", answered=False)])

    assert state.hours.total == 1


def test_an_event_of_more_than_two_days_before_the_newest_is_late() -> None:
    state = state_of([event("new", at=NOW)])

    assert state.add(event("old", at=NOW - 2 * DAY_MS - 1_000)) is Verdict.LATE
    assert state.add(event("fair", at=NOW - 2 * DAY_MS + 1_000)) is Verdict.NEW


def test_a_flood_moves_the_horizon_and_the_profile_stays_small() -> None:
    state = ProfileState()
    for number in range(MOST_EVENTS + 500):
        state.add(event(f"e{number}", at=NOW + number * 1_000))
    state.close()

    assert len(state.window.to_bytes()) == 12 * MOST_EVENTS
    assert state.add(event("e3", at=NOW + 3_000)) is Verdict.LATE
    assert state.add(event("e600", at=NOW + 600_000)) is Verdict.DUPLICATE


def test_the_largest_profile_stays_within_its_bound() -> None:
    state = ProfileState()
    names = [f"n{chr(97 + i // 26)}{chr(97 + i % 26)}" + "x" * 46 for i in range(60)]
    for number in range(6_000):
        at = NOW + number * 40_000
        state.add(event(f"p{number}", name=names[number % 60], at=at))
        state.add(
            call(
                f"c{number}",
                at=at,
                caller=f"n_{number:026d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d"),
                duration_s=1.1 ** (number % 200),
            )
        )
        state.add(login(f"l{number}", at=at, device=f"d{number}", address_country=f"c{number}"))
        state.add(event(f"m{number}", name="payment.made", at=at, attributes={"amount": 1.1 ** (number % 200)}))
        if number % 50 == 0:
            state.close()
    state.close()

    assert 30_000 < len(state.to_bytes()) <= 35_100


def test_an_erased_profile_does_not_come_back_with_the_events_it_was_made_of() -> None:
    erased = StoredProfile(version=7, erased_at=NOW)

    assert folded(erased, event("before", at=NOW - 1)) is None

    after = folded(erased, event("before", at=NOW - 1), event("after", at=NOW + 1))
    assert after is not None
    assert (after.version, after.erased_at, after.state().events) == (8, NOW, 1)


def test_nothing_new_writes_nothing() -> None:
    first = folded(None, event("e1"))

    assert folded(first, event("e1"), event("e1")) is None
