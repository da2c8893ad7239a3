"""The console as its users use it: an agent on a call, a supervisor beside, a phone, a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.stack import LocalStack
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser


def open_call(page: Page, stack: LocalStack, contact_id: str) -> None:
    page.goto(f"{stack.url}/calls/{contact_id}")
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible()


def test_an_agent_watches_the_score_change_and_a_supervisor_sees_the_note(stack: LocalStack, sign_in: SignIn) -> None:
    agent = sign_in("hana.sato")
    contact_id = stack.start_replay("en-hardship", speed=6, phone="+12025550102")
    agent.get_by_role("link", name="Jamie Reed").first.click()
    expect(agent).to_have_url(re.compile(contact_id))
    score = agent.get_by_test_id("score")
    expect(score).to_have_text(re.compile(r"^\d+$"))
    first = score.inner_text()
    expect(agent.get_by_role("log")).to_contain_text("i lost my job in march")
    expect(score).not_to_have_text(first)
    expect(agent.get_by_text("Model trained on synthetic data")).to_be_visible()
    expect(agent.get_by_text(re.compile("Mentioned trouble paying"))).to_be_visible()

    supervisor = sign_in("yuki.tanaka")
    open_call(supervisor, stack, contact_id)
    agent.get_by_label("Quick note").fill("Wants an instalment plan <b>now</b> 分割")
    agent.get_by_role("button", name="Add note").click()
    expect(supervisor.get_by_text("Wants an instalment plan <b>now</b> 分割")).to_be_visible()
    expect(supervisor.get_by_role("log")).to_contain_text("bye")
    expect(supervisor.get_by_text(re.compile("Ended")).first).to_be_visible()


def test_an_escalation_alerts_the_supervisors_team_page(stack: LocalStack, sign_in: SignIn) -> None:
    supervisor = sign_in("yuki.tanaka")
    agent = sign_in("hana.sato")
    contact_id = stack.start_replay("en-friendly", speed=3, phone="+12025550104")
    agent.get_by_role("link", name="Taylor Brooks").first.click()
    expect(agent).to_have_url(re.compile(contact_id))
    expect(supervisor.get_by_role("link", name="Taylor Brooks")).to_be_visible()
    agent.get_by_role("button", name="Escalate").click()
    agent.get_by_label("What do you need?").fill("Please join")
    agent.get_by_role("button", name="Send").click()
    expect(supervisor.get_by_text("The agent asks for a supervisor.")).to_be_visible()
    expect(agent.get_by_role("button", name="Escalated")).to_be_disabled()


def test_a_wrong_password_is_said_plainly(browser: Browser, stack: LocalStack) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(stack.url)
    page.get_by_label("User name or e-mail").fill("hana.sato")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("the user name or the password is wrong")
    page.close()


def test_signing_in_needs_the_keyboard_only(browser: Browser, stack: LocalStack) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(stack.url)
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    page.keyboard.type("hana.sato")
    page.keyboard.press("Tab")
    page.keyboard.type(stack.credentials["hana.sato"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()
    page.keyboard.press("Home")
    page.close()


def test_the_console_speaks_japanese_and_is_dark_on_a_phone_without_scrolling_sideways(
    stack: LocalStack, sign_in: SignIn
) -> None:
    page = sign_in("hana.sato", locale="ja-JP", color_scheme="dark", viewport={"width": 390, "height": 844})
    expect(page.get_by_text("自分の通話")).to_be_visible()
    assert page.evaluate("document.body.classList.contains('awsui-dark-mode')")
    page.goto(f"{stack.url}/calls/history-000")
    expect(page.get_by_role("heading", name="支払リスク")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_reload_keeps_the_session_and_signing_out_ends_it(sign_in: SignIn) -> None:
    page = sign_in("emma.clark")
    page.reload()
    expect(page.locator("table")).to_be_visible()
    page.get_by_role("button", name=re.compile("emma.clark")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_api_readers_work(browser: Browser, stack: LocalStack) -> None:
    page = browser.new_page()
    page.goto(f"{stack.url}/api/docs")
    expect(page.get_by_text("/api/score_customer").first).to_be_visible()
    page.goto(f"{stack.url}/api/redoc")
    expect(page.get_by_role("heading", name=re.compile("Add finished turns")).first).to_be_visible()
    page.close()
