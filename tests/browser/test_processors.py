"""The event stream and its processors, live."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
EVENTS = 40


def post(person: Person) -> None:
    """Sign-ins of a user of this test's own."""
    user_id, now = f"LIVE-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    events = [
        {"event_id": f"{user_id}-{n}", "kind": "security", "name": "login.succeeded", "at": now - n, "user_id": user_id}
        for n in range(EVENTS)
    ]
    answer = person.post("/api/realtime/events", {"events": events}, headers={"idempotency-key": user_id})
    assert answer.status_code == 202, answer.text


def test_figures_of_the_stream_move_by_themselves_when_events_are_posted(
    stack: LocalStack, sign_in: SignIn, axe: str, liam: Person
) -> None:
    post(liam)
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/processors")
    table = page.get_by_role("table", name="Processors")
    rows = {
        name: table.get_by_role("row").filter(has_text=name)
        for name in ("profiles_updater", "profiles_anomalies", "callers_campaigns", "trends_counter")
    }
    for row in rows.values():
        # On a slow machine one may be behind.
        expect(row).to_contain_text(re.compile("Running|Behind"), timeout=60_000)
    records = rows["callers_campaigns"].get_by_role("cell").nth(2)
    expect(records).to_have_text(re.compile(r"^[\d,]+$"))
    accepted = page.locator(".figure").first
    before, before_accepted = records.inner_text(), accepted.inner_text()
    post(liam)
    expect(accepted).not_to_have_text(before_accepted, timeout=60_000)
    expect(records).not_to_have_text(before, timeout=60_000)

    chosen = page.get_by_role("region", name="Callers and campaigns")
    expect(chosen).to_have_count(0)
    rows["callers_campaigns"].get_by_role("radio").check()
    expect(chosen.get_by_text("Mean lag by the minute (ms)").first).to_be_visible()
    assert violations(page, axe) == []


def test_processors_fit_a_phone_in_japanese_and_in_the_dark(
    stack: LocalStack, sign_in: SignIn, axe: str, liam: Person
) -> None:
    post(liam)
    page = sign_in("yuki.tanaka", locale="ja-JP", color_scheme="dark", viewport=PHONE)
    page.goto(f"{stack.url}/processors")
    table = page.get_by_role("table", name="イベント処理")
    expect(table.get_by_role("row").filter(has_text=re.compile("稼働中|遅延中")).first).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
