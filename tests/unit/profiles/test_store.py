"""Profiles in a pretended DynamoDB: one writer wins, anomalies page, erased is erased."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from rapport.calls.model import LocalisedText
from rapport.inference.anomaly import Kind
from rapport.profiles.model import AnomalyFound
from rapport.profiles.personal import BehaviourProfiles
from rapport.profiles.service import Profiles
from rapport.profiles.store import DynamoProfiles
from rapport.profiles.updater import StoredProfile, fold
from rapport.realtime.delivery import Delivered

from tests.builders.dynamodb import create_table
from tests.builders.profiles import habits, login, message, state_of
from tests.builders.realtime import NOW, delivery, event


@pytest.fixture
def store() -> Iterator[DynamoProfiles]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        create_table(client, "profiles")
        yield DynamoProfiles(client, "profiles")


def anomaly(number: int) -> AnomalyFound:
    why = LocalisedText(en="A device never seen", ja="初めての端末")
    return AnomalyFound(
        event_id=f"e{number}", at=NOW + number, kind=Kind.LOGIN, name="login.succeeded", score=0.7, rarity=0.001,
        reasons=[why],
    )  # fmt: skip


def profile(version: int = 1) -> StoredProfile:
    return StoredProfile(state_of(habits()).to_bytes(), version)


def test_what_is_saved_is_loaded(store: DynamoProfiles) -> None:
    assert store.save({"C1": profile(), "C2": profile()}) == []

    assert store.load(["C1", "C2", "C3"]) == {"C1": profile(), "C2": profile()}


def test_who_wrote_second_on_the_same_version_is_told(store: DynamoProfiles) -> None:
    store.save({"C1": profile(1)})
    store.save({"C1": profile(2)})

    assert store.save({"C1": profile(2), "C2": profile(1)}) == ["C1"]
    assert store.save({"C1": profile(1)}) == ["C1"]
    assert store.save({"C1": profile(3)}) == []


def test_anomalies_page_newest_first_and_are_kept_once(store: DynamoProfiles) -> None:
    for _ in range(2):
        store.add_anomalies("C1", [anomaly(number) for number in range(5)])

    first, cursor = store.anomalies("C1", limit=3, cursor=None)
    rest, end = store.anomalies("C1", limit=3, cursor=cursor)

    assert [each.event_id for each in (*first, *rest)] == ["e4", "e3", "e2", "e1", "e0"]
    assert end is None


def test_what_is_erased_is_gone_and_does_not_come_back(store: DynamoProfiles) -> None:
    store.save({"C1": profile()})
    store.add_anomalies("C1", [anomaly(number) for number in range(60)])

    store.erase("C1", NOW)

    assert Profiles(store, lambda: NOW).profile("C1") is None
    assert store.anomalies("C1", limit=1, cursor=None) == ([], None)
    # Who had read the profile before it was erased loses.
    assert store.save({"C1": profile(2)}) == ["C1"]
    again = fold("C1", store.get("C1"), [Delivered(login(at=NOW - 1), delivery(login(at=NOW - 1)))])
    assert again.change is None


def test_a_user_after_erasure_begins_anew(store: DynamoProfiles) -> None:
    store.save({"C1": profile()})
    store.erase("C1", NOW)
    late = event("new", at=NOW + 1)

    changed = fold("C1", store.get("C1"), [Delivered(late, delivery(late))]).change
    assert changed is not None
    assert store.save({"C1": changed}) == []

    found = Profiles(store, lambda: NOW).profile("C1")
    assert found is not None
    assert found.events == 1


def test_an_export_holds_the_profiles_of_the_customers_that_a_user_is(store: DynamoProfiles) -> None:
    store.save({"C1": profile()})
    store.add_anomalies("C1", [anomaly(1)])
    holder = BehaviourProfiles(store, lambda _: ["C1", "C2"], lambda: NOW)

    [held] = holder.export("taro")

    assert held["profile"]["user_id"] == "C1"
    assert len(held["anomalies"]) == 1
    assert len(held["timeline"]) == 32
    assert sum(held["patterns"]["hours"]) == 50

    holder.erase("taro")
    assert holder.export("taro") == []


def test_the_profile_says_what_is_preferred() -> None:
    texts = [message(f"s{i}", at=NOW + i) for i in range(20)] + [
        message(f"a{i}", at=NOW + i, answered=True) for i in range(15)
    ]
    mails = [message(f"m{i}", at=NOW + i, channel="email") for i in range(20)]
    reader = Reader(StoredProfile(state_of([*habits(), *texts, *mails]).to_bytes(), 1))

    found = Profiles(reader, lambda: NOW).profile("C1")

    assert found is not None
    assert found.preferred_channel == "sms"
    assert found.channels["sms"].answer_rate == 0.75
    assert found.channels["sms"].low < 0.75 < found.channels["sms"].high
    # Nine is when the user logs in, fourteen when the messages were answered; ours do not count.
    assert {each.hour_of_week % 24 for each in found.preferred_hours} == {9, 14}
    assert found.typical_gap_h.p50 == pytest.approx(24, rel=0.1)
    assert found.allow_list.strategy == "normal"


def test_failed_logins_and_anomalies_make_the_allow_list_strict() -> None:
    failures = [login(f"f{i}", at=NOW - i * 1000, failed=True) for i in range(8)]
    reader = Reader(StoredProfile(state_of([*habits(), *failures]).to_bytes(), 1), [anomaly(-i) for i in range(3)])

    found = Profiles(reader, lambda: NOW).profile("C1")

    assert found is not None
    assert found.allow_list.strategy == "strict"
    assert {reason.code for reason in found.risk.reasons} == {"failed_logins", "anomalies"}
    assert found.risk.value == pytest.approx(1 - 0.4 * (1 - 0.45), abs=0.01)


def test_trust_comes_with_time() -> None:
    reader = Reader(StoredProfile(state_of(habits(days=120)).to_bytes(), 1))

    found = Profiles(reader, lambda: NOW).profile("C1")

    assert found is not None
    assert found.allow_list.strategy == "trusted"


class Reader:
    """One profile."""

    def __init__(self, stored: StoredProfile, anomalies: list[AnomalyFound] | None = None) -> None:
        self.stored = stored
        self.found = anomalies or []

    def get(self, user_id: str) -> StoredProfile:
        return self.stored

    def anomalies(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[AnomalyFound], str | None]:
        return self.found[:limit], None
