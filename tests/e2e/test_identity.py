"""Signing up, in, on and out."""

from __future__ import annotations

import uuid

import pytest

from tests.e2e.client import Person
from tests.e2e.test_bad_input import assert_problem

pytestmark = pytest.mark.e2e


def test_sign_in_tells_who_one_is(stack: object, hana: Person) -> None:
    del stack
    answer = hana.get("/api/calls")
    assert answer.status_code == 200


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(hana: Person) -> None:
    answers = [
        Person(hana.url).post("/api/auth/login", {"username": name, "password": "Wrong-password-1"})
        for name in ("hana.sato", f"nobody-{uuid.uuid4().hex}")
    ]
    for answer in answers:
        assert_problem(answer, 401)
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_a_session_is_renewed_with_the_refresh_token_and_ends_with_logout(stack: object, hana: Person) -> None:
    password = stack.credentials["ken.mori"]  # type: ignore[attr-defined]
    session = Person(hana.url).post("/api/auth/login", {"username": "ken.mori", "password": password}).json()
    renewed = Person(hana.url).post("/api/auth/refresh", {"refresh_token": session["refresh_token"]})
    assert renewed.status_code == 200, renewed.text
    ken = Person(hana.url, renewed.json()["access_token"])
    assert ken.get("/api/calls").status_code == 200
    assert ken.post("/api/auth/logout").status_code == 204
    again = Person(hana.url).post("/api/auth/refresh", {"refresh_token": session["refresh_token"]})
    assert_problem(again, 401)


def test_health_is_open_and_true(hana: Person) -> None:
    for path in ("/api/health", "/api/ready", "/api/live"):
        assert Person(hana.url).get(path).status_code == 200
    metrics = Person(hana.url).get("/api/metrics")
    assert metrics.status_code == 200
    assert "# TYPE" in metrics.text
