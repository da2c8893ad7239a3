"""Events through the front door: into the stream, folded into profiles, judged, measured, erased."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def login(
    event_id: str, user_id: str, at: int, *, failed: bool = False, device: str = "phone", country: str = "JP"
) -> Any:
    return {
        "event_id": event_id,
        "kind": "security",
        "name": "login.failed" if failed else "login.succeeded",
        "at": at,
        "user_id": user_id,
        "attributes": {"device": device, "address_country": country},
    }


def put(person: Person, events: list[Any]) -> Any:
    answer = person.post("/api/realtime/events", {"events": events}, headers=key())
    assert answer.status_code == 202, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def habitual(liam: Person) -> str:
    """A user who has logged in at the same hour for four weeks."""
    user_id, now = f"HABIT-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    days = [login(f"{user_id}-{day}", user_id, now - day * DAY_MS) for day in range(28, 0, -1)]
    found = put(liam, [*days, days[0], {"event_id": "bad"}])
    assert (found["accepted"], found["duplicates"], found["refused"]) == (28, 1, 1)
    eventually(lambda: liam.get(f"/api/profiles/{user_id}").status_code == 200, bool)
    return user_id


def profile(person: Person, user_id: str) -> Any:
    answer = person.get(f"/api/profiles/{user_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_single_event_that_is_wrong_is_a_problem_that_names_the_field(liam: Person) -> None:
    answer = liam.post("/api/realtime/events", {**login("x-1", "C1", 0), "kind": "security"}, headers=key())

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "at"


def test_agents_put_no_events_and_customers_see_no_profiles(hana: Person) -> None:
    assert hana.post("/api/realtime/events", {"events": [{}]}, headers=key()).status_code == 403


def test_a_profile_says_what_is_normal(liam: Person, hana: Person, habitual: str) -> None:
    found = profile(hana, habitual)

    assert found["events"] == 28
    assert found["distinct_devices"] == 1
    assert found["typical_gap_h"]["p50"] == pytest.approx(24, rel=0.06)
    assert sum(hana.get(f"/api/profiles/{habitual}/patterns").json()["hours"]) == 28
    assert len(hana.get(f"/api/profiles/{habitual}/timeline").json()["items"]) == 28
    assert liam.get("/api/profiles/nobody-knows").status_code == 404


def test_an_event_sent_again_changes_nothing(liam: Person, habitual: str) -> None:
    now = int(time.time() * 1000)
    put(liam, [login(f"{habitual}-today", habitual, now - HOUR_MS)])
    eventually(lambda: profile(liam, habitual)["events"] == 29, bool)

    put(liam, [login(f"{habitual}-today", habitual, now - HOUR_MS), login(f"{habitual}-now", habitual, now)])

    eventually(lambda: profile(liam, habitual)["events"] == 30, bool)


def test_an_account_taken_over_is_noticed_with_reasons(liam: Person, habitual: str) -> None:
    at = int(time.time() * 1000) - 12 * HOUR_MS
    attempts = [
        login(f"{habitual}-try-{i}", habitual, at - (9 - i) * 60_000, failed=True, device="stolen", country="XX")
        for i in range(8)
    ]

    put(liam, [*attempts, login(f"{habitual}-in", habitual, at, device="stolen", country="XX")])

    def noticed() -> Any:
        return liam.get(f"/api/profiles/{habitual}/anomalies").json()["items"]

    anomaly = eventually(noticed, bool)[0]
    assert anomaly["event_id"] == f"{habitual}-in"
    assert anomaly["reasons"][0]["ja"]
    assert profile(liam, habitual)["allow_list"]["strategy"] == "strict"


def test_a_phone_number_goes_in_and_a_token_is_kept(liam: Person) -> None:
    user_id, now = f"PHONE-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    event = {
        "event_id": user_id,
        "kind": "call",
        "name": "call.ended",
        "at": now,
        "user_id": user_id,
        "phone": "+81312345678",
        "attributes": {"direction": "inbound", "duration_s": 60},
    }

    assert liam.post("/api/realtime/events", event, headers=key()).status_code == 202

    eventually(lambda: liam.get(f"/api/profiles/{user_id}").status_code == 200, bool)
    assert profile(liam, user_id)["distinct_numbers"] == 1


def test_an_agent_tells_of_an_interaction_once(hana: Person) -> None:
    user_id, sent = f"TALK-{uuid.uuid4().hex[:8]}", key()
    body = {"user_id": user_id, "name": "message.answered", "attributes": {"channel": "sms"}}

    first = hana.post("/api/profiles/interactions", body, headers=sent)
    again = hana.post("/api/profiles/interactions", body, headers=sent)

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    eventually(lambda: hana.get(f"/api/profiles/{user_id}").status_code == 200, bool)
    assert profile(hana, user_id)["channels"]["sms"]["answered"] == 1


def test_an_interaction_that_is_refused_frees_its_key(hana: Person) -> None:
    sent = key()
    body = {"user_id": f"TALK-{uuid.uuid4().hex[:8]}", "name": "message.answered"}
    ahead = {**body, "at": int(time.time() * 1000) + 3_600_000}

    refused = hana.post("/api/profiles/interactions", ahead, headers=sent)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "at")
    assert hana.post("/api/profiles/interactions", body, headers=sent).status_code == 202


def test_a_record_that_cannot_be_read_holds_up_nobody(stack: LocalStack, liam: Person) -> None:
    user_id = f"AFTER-{uuid.uuid4().hex[:8]}"
    kinesis = stack.client("kinesis")

    kinesis.put_record(
        StreamName=stack.outputs["IntelligenceStreamName"], Data=b"{ this is no event", PartitionKey="poison"
    )
    put(liam, [login(user_id, user_id, int(time.time() * 1000))])

    eventually(lambda: liam.get(f"/api/profiles/{user_id}").status_code == 200, bool)
    eventually(lambda: figures(liam, "profiles_updater")["poison"] >= 1, bool)
    eventually(lambda: figures(liam, "profiles_anomalies")["poison"] >= 1, bool)


def figures(person: Person, name: str) -> Any:
    items = person.get("/api/realtime/processors").json()["items"]
    return next(item for item in items if item["name"] == name)


def test_processors_and_the_stream_tell_what_they_measured(liam: Person, habitual: str) -> None:
    found = figures(liam, "profiles_updater")
    metrics = liam.get("/api/realtime/metrics").json()

    assert found["records"] >= 28
    assert found["condition"] == "running"
    assert found["lag_p95_ms"] is not None
    assert found["own_us_per_record"] > 0
    assert metrics["accepted"] >= 28
    assert metrics["duplicates"] >= 1
    assert habitual
