"""What is unusual for a user, judged by the published models."""

from __future__ import annotations

from functools import partial

import pytest
import rapport_inference
from rapport.inference.anomaly import Kind
from rapport.inference.asking.scores import load_anomaly
from rapport.profiles.anomalies import Judge, features
from rapport.profiles.model import AnomalyFound
from rapport.profiles.updater import StoredProfile
from rapport.realtime.delivery import Delivered
from rapport.realtime.event import Event

from tests.builders.profiles import DAY_MS, HOUR_MS, TOKEN, call, habits, login, state_of
from tests.builders.realtime import NOW, delivery

NINE = NOW // DAY_MS * DAY_MS + 9 * HOUR_MS
STRANGER = "n_" + "z" * 26


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(partial(load_anomaly, rapport_inference.ROOT / "models"))


def found(judge: Judge, *events: Event, known: list[Event] | None = None) -> list[AnomalyFound]:
    before = StoredProfile(state_of(habits() if known is None else known).to_bytes(), 1)
    change = judge.fold("C1", before, [Delivered(each, delivery(each)) for each in events]).change
    return list(change or [])


def taken_over(at: int = NINE + 13 * HOUR_MS) -> list[Event]:
    """Six wrong passwords in the evening, then in: from another country with another device."""
    attempts = [login(f"try-{i}", at=at + i * 60_000, failed=True, device="x", address_country="XX") for i in range(6)]
    return [*attempts, login("in", at=at + 6 * 60_000, device="x", address_country="XX")]


def test_a_login_as_every_day_is_nothing_to_tell(judge: Judge) -> None:
    assert found(judge, login("today", at=NINE)) == []


def test_an_account_taken_over_is_told_with_its_reasons(judge: Judge) -> None:
    [anomaly] = found(judge, *taken_over())

    assert (anomaly.event_id, anomaly.kind) == ("in", Kind.LOGIN)
    assert anomaly.rarity < 0.005
    assert {"First time in this country", "A device never seen"} & {reason.en for reason in anomaly.reasons}


def test_it_makes_no_difference_whether_the_profile_knows_the_event_already(judge: Judge) -> None:
    fresh = found(judge, *taken_over())

    assert found(judge, *taken_over(), known=[*habits(), *taken_over()]) == fresh


def test_the_order_within_a_batch_makes_no_difference(judge: Judge) -> None:
    assert found(judge, *reversed(taken_over())) == found(judge, *taken_over())


def test_who_is_new_has_no_habits_to_break(judge: Judge) -> None:
    assert found(judge, *taken_over(), known=habits(days=5)) == []
    assert judge.fold("C9", None, [Delivered(login(), delivery(login()))]).change is None


def test_an_hour_long_call_in_the_night_from_an_unknown_number_is_told(judge: Judge) -> None:
    burst = [call(f"night-{i}", at=NINE - 6 * HOUR_MS + i * 600_000, caller=STRANGER, duration_s=9.0) for i in range(8)]
    long = call("long", at=NINE - 4 * HOUR_MS, caller=STRANGER, duration_s=5400.0, silence_share=0.9, transfers=5.0)

    assert "long" in {anomaly.event_id for anomaly in found(judge, *burst, long)}


def test_features_are_of_before_the_event() -> None:
    state = state_of([*habits(), call("earlier", at=NINE - HOUR_MS, caller=STRANGER)])

    values = features(call("now", at=NINE, caller=STRANGER, duration_s=360.0), Kind.CALL, state)

    assert values["calls_last_day"] == 1
    assert values["new_number"] == 0
    assert values["duration_ratio"] == pytest.approx(2, rel=0.06)
    assert values["hour_distance"] == pytest.approx(0.5)
    assert features(call("now", at=NINE - 2 * HOUR_MS, caller=STRANGER), Kind.CALL, state)["new_number"] == 1


def test_what_an_event_does_not_tell_is_left_out() -> None:
    values = features(login("x", at=NINE, device="", address_country=""), Kind.LOGIN, state_of(habits()))

    assert "new_device" not in values
    assert "new_country" not in values


@pytest.mark.parametrize("transfers", [-3.0, 1e12])
def test_absurd_figures_do_not_stop_the_judge(judge: Judge, transfers: float) -> None:
    found(judge, call("odd", at=NINE, caller=TOKEN, transfers=transfers))
