"""AI help in the console: the chatbot of a customer, usage and cost, requests for a person."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import OpenPage, SignIn, enter

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def at_help(page: Page, stack: LocalStack) -> Page:
    enter(page, "mia.lopez", stack.credentials["mia.lopez"])
    expect(page).to_have_url(re.compile("/onboarding$"))
    page.goto(f"{stack.url}/help")
    return page


def chatting(open_page: OpenPage, stack: LocalStack, language: str = "en-US", **options: object) -> Page:
    """A customer at the chatbot, in a new conversation."""
    page = at_help(open_page(locale=language, **options), stack)
    new = "新しい会話" if language.startswith("ja") else "New conversation"
    page.get_by_role("button", name=new).click()
    expect(page.locator("[role=log] li")).to_have_count(0)
    return page


def say(page: Page, text: str, turns: int) -> None:
    page.locator("textarea").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("[role=log] li.turn")).to_have_count(turns)


def test_a_customer_asks_by_keyboard_reads_the_source_and_keeps_the_focus(
    stack: LocalStack, open_page: OpenPage, axe: str
) -> None:
    page = chatting(open_page, stack)
    say(page, "How long does it take?", 2)
    answer = page.locator("[role=log] li").last
    expect(answer).to_contain_text("10 to 25 minutes")
    expect(answer).to_contain_text("Taken from: How long does onboarding take?")
    expect(answer).to_contain_text("Rules")
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator("textarea")).to_have_value("")
    say(page, "What does it cost?", 4)
    answer.get_by_role("button", name="This helped").click()
    expect(answer).to_contain_text("Thank you")
    assert violations(page, axe) == []


def test_the_conversation_goes_on_on_another_device_without_what_is_personal(
    stack: LocalStack, open_page: OpenPage
) -> None:
    page = chatting(open_page, stack)
    word = uuid.uuid4().hex[:6]
    say(page, f"How do I sign? {word}, my number is +1 202 555 0143", 2)
    page.context.clear_cookies()
    elsewhere = at_help(open_page(viewport=PHONE), stack)
    first = elsewhere.locator("[role=log] li").first
    expect(first).to_contain_text(word)
    expect(first).to_contain_text("[number]")


def test_on_a_phone_in_japanese_a_person_is_asked_for_and_a_supervisor_takes_it(
    stack: LocalStack, open_page: OpenPage, sign_in: SignIn, axe: str
) -> None:
    page = chatting(open_page, stack, "ja-JP", viewport=PHONE)
    say(page, "コードが届きません", 2)
    page.get_by_role("button", name="担当者と話す").click()
    expect(page.get_by_role("status").get_by_text("担当者からご連絡するよう依頼しました。")).to_be_visible()
    expect(page.get_by_role("button", name="担当者と話す")).to_be_disabled()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    lead = sign_in("yuki.tanaka")
    lead.goto(f"{stack.url}/ai")
    lead.get_by_role("button", name="Take mia.lopez").first.click()
    expect(lead.get_by_role("table", name="Waiting for a person").get_by_text("yuki.tanaka").first).to_be_visible()


def test_a_supervisor_sees_usage_cost_reasons_and_the_budget(stack: LocalStack, sign_in: SignIn, axe: str) -> None:
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/ai")
    features = page.get_by_role("table", name="By feature")
    expect(features.get_by_role("row", name=re.compile("Chatbot"))).to_contain_text("left $2.00")
    expect(page.get_by_role("table", name="Why rules answered")).to_contain_text("No key is set")
    expect(page.get_by_role("table", name="Last answers")).to_contain_text("mia.lopez")
    page.get_by_role("button", name="7 days").click()
    expect(features).to_contain_text("Onboarding plan")
    assert violations(page, axe) == []


def test_usage_fits_a_phone_in_japanese_and_analysts_are_not_shown_it(
    stack: LocalStack, sign_in: SignIn, axe: str
) -> None:
    page = sign_in("yuki.tanaka", locale="ja-JP", viewport=PHONE)
    page.goto(f"{stack.url}/ai")
    expect(page.get_by_role("heading", name="AIの利用状況")).to_be_visible()
    expect(page.get_by_role("table", name="機能別")).to_contain_text("チャットボット")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
    analyst = sign_in("liam.hughes")
    analyst.goto(f"{stack.url}/ai")
    expect(analyst).to_have_url(re.compile("/team$"))
