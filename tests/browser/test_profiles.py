"""A customer's profile in the console: what is normal, what was unusual, what to do, and what became of it."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
DAY_MS, MINUTE_MS = 86_400_000, 60_000
ADVICE, IDENTITY = "Refer to financial advice", "Verify the customer's identity before changing anything"


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def event(user_id: str, number: int, at: int, name: str, kind: str, **attributes: Any) -> dict[str, Any]:
    told = {"event_id": f"{user_id}-{number}", "kind": kind, "name": name, "at": at, "user_id": user_id}
    return {**told, "attributes": attributes}


@pytest.fixture(scope="module")
def debtor(liam: Person) -> str:
    """A customer long past due who answers text messages, and whose password somebody guesses at."""
    user_id, now = f"PAGE-{uuid.uuid4().hex[:10]}", int(time.time() * 1000)
    body = {"customer_id": user_id, "name": "Dana Page", "phone": "+12025550197", "days_past_due": 70}
    assert liam.post("/api/customers", {**body, "balance_due": 900.0}, headers=key()).status_code == 201
    days = [now - day * DAY_MS for day in range(12, 0, -1)]
    events = [event(user_id, day, at, "message.sent", "interaction", channel="sms") for day, at in enumerate(days)]
    events += [
        event(user_id, 100 + day, at + MINUTE_MS, "message.answered", "interaction", channel="sms")
        for day, at in enumerate(days)
    ]
    events += [
        event(user_id, 200 + n, now - (20 - n) * 1000, "login.failed", "security", device=f"d{n}") for n in range(12)
    ]
    sent = liam.post("/api/realtime/events", {"events": sorted(events, key=lambda each: each["at"])}, headers=key())
    assert (sent.status_code, sent.json()["accepted"]) == (202, len(events)), sent.text

    def folded() -> bool:
        answer = liam.get(f"/api/profiles/{user_id}")
        return answer.status_code == 200 and answer.json()["events"] == len(events)

    eventually(folded, bool, every_s=0.5)
    return user_id


def opened(page: Page, stack: LocalStack, user_id: str) -> Page:
    page.goto(f"{stack.url}/profiles/{user_id}")
    expect(page.get_by_role("button", name=f"Done: {ADVICE}")).to_be_visible(timeout=60_000)
    return page


def test_an_agent_reads_what_is_normal_and_answers_what_is_recommended(
    stack: LocalStack, sign_in: SignIn, axe: str, debtor: str
) -> None:
    page = opened(sign_in("hana.sato"), stack, debtor)
    expect(page.get_by_role("heading", name="Profile of Dana Page", level=1)).to_be_visible()
    expect(page.get_by_text("SMS: 12 / 12")).to_be_visible()
    expect(page.get_by_role("region", name="Caution needed")).to_contain_text("12 failed logins lately")
    page.get_by_role("button", name=f"What is known: {ADVICE}").click()
    expect(page.get_by_text("70 days past due").first).to_be_visible()
    assert violations(page, axe) == []

    page.get_by_role("button", name=f"Dismiss: {IDENTITY}").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("button", name="Dismiss")).to_be_disabled()
    asked.get_by_role("radio", name="It was done already").check()
    asked.get_by_role("textbox").fill("asked on the phone")
    asked.get_by_role("button", name="Dismiss").click()
    timeline = page.get_by_role("list").filter(has=page.get_by_text("Dismissed: ", exact=False))
    expect(timeline.get_by_text(f"Dismissed: {IDENTITY}")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=f"Done: {ADVICE}").click()
    expect(timeline.get_by_text(f"Done: {ADVICE}")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Earlier recommendations").click()
    expect(page.get_by_text("asked on the phone")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=f"Was this useful? Yes: {ADVICE}", exact=True).click()
    useful = page.get_by_role("button", name=f"Was this useful? Yes: {ADVICE} ✓", exact=True)
    expect(useful).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("The customer answered (SMS)").first).to_be_visible()

    page.goto(f"{stack.url}/profiles/nobody-{debtor}")
    expect(page.get_by_text("There is no customer with this number")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Nothing was heard of this customer yet").first).to_be_visible()


def test_a_supervisor_reads_what_became_of_recommendations_and_that_nothing_is_claimed_too_early(
    stack: LocalStack, sign_in: SignIn, axe: str, debtor: str
) -> None:
    page = opened_statistics(sign_in("yuki.tanaka"), stack)
    effect = page.get_by_role("table", name="Effect against the comparison group")
    expect(effect.get_by_role("row").filter(has_text="Owes less than before")).to_contain_text("Too few customers yet")
    made = page.get_by_role("table", name="Recommendations", exact=True)
    expect(made.locator("tbody tr").first).to_be_visible()
    assert violations(page, axe) == []


def opened_statistics(page: Page, stack: LocalStack) -> Page:
    page.goto(f"{stack.url}/recommendations")
    expect(page.get_by_role("table", name="Effect against the comparison group")).to_be_visible(timeout=60_000)
    return page


def test_profiles_fit_a_phone_in_japanese_and_in_the_dark(
    stack: LocalStack, sign_in: SignIn, axe: str, debtor: str
) -> None:
    page = sign_in("yuki.tanaka", locale="ja-JP", color_scheme="dark", viewport=PHONE)
    for path, shown in (
        (f"/profiles/{debtor}", page.get_by_text("SMS: 12 / 12")),
        ("/recommendations", page.get_by_role("table", name="比較グループとの差")),
    ):
        page.goto(f"{stack.url}{path}")
        expect(shown).to_be_visible(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert violations(page, axe) == [], path
