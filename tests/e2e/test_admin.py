"""Administration: rights, the audit trail, logs, health and performance."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.stack import LocalStack
from tests.e2e.applicants import failing
from tests.e2e.client import Person, eventually
from tests.e2e.newcomers import Newcomer
from tests.e2e.test_bad_input import assert_problem

pytestmark = pytest.mark.e2e
WHY = {"reason": "asked by the branch"}


@pytest.fixture(scope="module")
def admin(stack: LocalStack) -> Person:
    return Person.signed_in(stack.url, "admin", stack.credentials["admin"])


@pytest.fixture(scope="module")
def mei(stack: LocalStack) -> Newcomer:
    newcomer = Newcomer.at(stack.url)
    newcomer.join()
    return newcomer


@pytest.mark.parametrize(
    "path",
    [
        "dashboard",
        "users",
        "users/admin/details",
        "monitoring/health",
        "monitoring/performance",
        "monitoring/vendors",
        "audit",
    ],
)
def test_only_administrators_come_in(yuki: Person, path: str) -> None:
    assert_problem(yuki.get(f"/api/admin/{path}"), 403)
    assert Person(yuki.url).get(f"/api/admin/{path}").status_code == 401


def test_the_dashboard_counts_users_and_sign_ins(admin: Person) -> None:
    told = admin.get("/api/admin/dashboard").json()
    assert told["users"]["admin"] >= 1
    assert told["users"]["agent"] >= 3
    assert told["sign_ins"] >= 1
    assert told["dead_letters"] >= 0


def test_users_are_listed_by_page_role_and_beginning(admin: Person) -> None:
    first = admin.get("/api/admin/users?limit=2").json()
    assert len(first["items"]) == 2
    second = admin.get(f"/api/admin/users?limit=2&cursor={first['next_cursor']}").json()
    assert {user["username"] for user in first["items"]}.isdisjoint(user["username"] for user in second["items"])
    agents = admin.get("/api/admin/users?role=agent").json()["items"]
    assert "hana.sato" in {user["username"] for user in agents}
    assert [user["username"] for user in admin.get("/api/admin/users?prefix=yuki").json()["items"]] == ["yuki.tanaka"]
    assert_problem(admin.get("/api/admin/users?role=agent&prefix=h"), 422)
    assert_problem(admin.get("/api/admin/users/nobody-at-all/details"), 404)


def test_rights_change_at_once_and_are_recorded(admin: Person, mei: Newcomer) -> None:
    session = mei.sign_in().json()
    path = f"/api/admin/users/{mei.username}"
    given = admin.post(f"{path}/roles", {"roles": ["customer", "agent"], "teams": ["cards"], **WHY})
    assert given.status_code == 200, given.text
    assert (given.json()["roles"], given.json()["teams"]) == (["agent", "customer"], ["cards"])
    assert_problem(Person(admin.url).post("/api/auth/refresh", {"refresh_token": session["refresh_token"]}), 401)
    assert Person.signed_in(admin.url, mei.username, mei.password).get("/api/calls").status_code == 200
    taken = admin.post(f"{path}/roles", {"roles": ["customer"], "teams": [], **WHY})
    assert taken.json()["roles"] == ["customer"]
    assert_problem(admin.post(f"{path}/roles", {"roles": ["customer"], "teams": ["no such team"], **WHY}), 422)
    assert_problem(admin.post(f"{path}/roles", {"roles": ["customer"], "teams": ["nowhere"], **WHY}), 422)
    entries = admin.get(f"/api/admin/audit?action=roles_changed&person={mei.username}").json()["items"]
    assert [item["entry"]["data"]["change"] for item in entries] == ["-agent -team:cards", "+agent +team:cards"]
    assert {(item["actor"], item["person"]) for item in entries} == {("admin", mei.username)}


def test_a_shut_account_does_not_open_until_an_administrator_says_so(admin: Person, mei: Newcomer) -> None:
    path = f"/api/admin/users/{mei.username}"
    assert admin.post(f"{path}/disable", WHY).json()["enabled"] is False
    assert_problem(mei.sign_in(), 401)
    assert admin.post(f"{path}/enable", WHY).json()["enabled"] is True
    assert mei.sign_in().status_code == 200
    assert_problem(admin.post("/api/admin/users/admin/disable", WHY), 403)


def test_the_trail_is_whole_and_shows_when_it_is_not(stack: LocalStack, admin: Person) -> None:
    page = admin.get("/api/admin/audit").json()
    assert page["integrity"]["intact"] is True
    assert page["integrity"]["events"] > 3
    shown = {item["entry"]["address"] for item in page["items"]}
    assert shown <= {"127.0.0.0/24", None}
    dynamodb, table = stack.client("dynamodb"), stack.outputs["IdentityTableName"]
    key = {"pk": {"S": f"AUDIT#{page['day']}"}, "sk": {"S": "ENTRY#00000002"}}
    item = dynamodb.get_item(TableName=table, Key=key)["Item"]
    altered = {**item, "json": {"S": item["json"]["S"].replace("127.0.0.0", "10.0.0.0")}}
    dynamodb.put_item(TableName=table, Item=altered)
    try:
        broken = admin.get("/api/admin/audit").json()["integrity"]
    finally:
        dynamodb.put_item(TableName=table, Item=item)
    assert (broken["intact"], broken["broken_at"]) == (False, 2)


def test_who_was_erased_stays_in_the_trail_as_a_pseudonym(stack: LocalStack, admin: Person) -> None:
    gone = Newcomer.at(stack.url)
    person = gone.join()
    before = admin.get(f"/api/admin/audit?person={gone.username}").json()["items"]
    assert {"registered", "signed_in"} <= {item["entry"]["action"] for item in before}
    person.request("DELETE", "/api/users/me", json={"password": gone.password})
    assert admin.get(f"/api/admin/audit?person={gone.username}").json()["items"] == []
    erased = admin.get("/api/admin/audit?action=erased").json()["items"][0]
    assert erased["actor"].startswith("p-")
    assert admin.get("/api/admin/audit").json()["integrity"]["intact"] is True


def test_health_and_performance_tell_what_was_measured(admin: Person) -> None:
    health = admin.get("/api/admin/monitoring/health").json()
    assert health["healthy"] is True, health
    assert all(one["latency_ms"] > 0 for one in health["dependencies"])
    items = eventually(
        lambda: admin.get("/api/admin/monitoring/performance").json()["items"],
        lambda items: any(one["function"] == "identity_api" and one["invocations"] for one in items),
    )
    measured = next(one for one in items if one["function"] == "identity_api")
    assert 0 < measured["p50_ms"] <= measured["p95_ms"] <= measured["p99_ms"]
    idle = [one for one in items if not one["invocations"]]
    assert all(one["p95_ms"] is None for one in idle)


def test_an_administrator_sees_that_a_vendor_does_not_answer_and_that_it_does_again(
    stack: LocalStack, admin: Person
) -> None:
    def codes() -> dict[str, Any]:
        found = admin.get("/api/admin/monitoring/vendors").json()["items"]
        return next((one for one in found if (one["vendor"], one["operation"]) == ("vonage", "start_verification")), {})

    with failing(stack, "vonage"):
        assert Newcomer.at(stack.url).register().status_code == 503
        broken = eventually(codes, lambda one: one.get("last_outcome") == "unavailable")
    assert broken["failures"] >= 1
    assert Newcomer.at(stack.url).register().status_code == 201
    mended = eventually(codes, lambda one: one["last_outcome"] == "completed")
    assert mended["calls"] > broken["calls"]
    assert 0 < mended["p50_ms"] <= mended["p95_ms"]


def test_logs_are_read_by_function_level_and_request_and_hold_no_secrets(stack: LocalStack, admin: Person) -> None:
    mei = Newcomer.at(stack.url)
    answer = mei.register()
    code = mei.code()
    mei.verify(code)
    correlation = answer.headers["x-correlation-id"]
    found = eventually(
        lambda: admin.get(f"/api/admin/logs?function=identity_api&correlation_id={correlation}").json()["items"], bool
    )
    assert {line["correlation_id"] for line in found} == {correlation}
    page = admin.get("/api/admin/logs?function=identity_api&level=INFO&limit=200").json()
    assert {line["level"] for line in page["items"]} == {"INFO"}
    group = stack.client("logs").filter_log_events(logGroupName="/rapport/identity_api")["events"]
    text = " ".join(event["message"] for event in group)
    for secret in (code, mei.phone, mei.phone[3:], mei.password, mei.form["email"], mei.username):
        assert secret not in text
    assert_problem(admin.get("/api/admin/logs?function=nothing"), 422)
    bad = admin.get("/api/admin/logs?function=identity_api&correlation_id=%22%7D%7B%22aaaaaa")
    assert_problem(bad, 422)
