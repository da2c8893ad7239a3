"""The console as its users use it: an agent on a call, a supervisor beside, a phone, a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import OpenPage, SignIn

pytestmark = pytest.mark.browser
HARDSHIP, FRIENDLY = "+12025550102", "+12025550104"


def open_call(page: Page, stack: LocalStack, contact_id: str) -> None:
    page.goto(f"{stack.url}/calls/{contact_id}")
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible()


def on_call(page: Page, contact_id: str) -> None:
    """The page opened the call by itself."""
    expect(page).to_have_url(re.compile(contact_id))
    expect(page.get_by_role("log")).to_be_visible()


def test_an_agent_watches_the_score_change_and_a_supervisor_sees_the_note(stack: LocalStack, sign_in: SignIn) -> None:
    agent = sign_in("hana.sato")
    contact_id = stack.start_replay("en-hardship", speed=6, phone=HARDSHIP)
    on_call(agent, contact_id)
    score = agent.get_by_test_id("score")
    expect(score).to_have_text(re.compile(r"^\d+$"))
    first = score.inner_text()
    expect(agent.get_by_role("log")).to_contain_text("i lost my job in march")
    expect(score).not_to_have_text(first)
    expect(agent.get_by_text("Model trained on synthetic data")).to_be_visible()
    expect(agent.get_by_role("region", name="Why").get_by_text("raises the risk").first).to_be_visible()
    expect(agent).to_have_title(re.compile(r"^\d+ · Jamie Reed"))

    supervisor = sign_in("yuki.tanaka")
    open_call(supervisor, stack, contact_id)
    agent.get_by_label("Quick note").fill("Wants an instalment plan <b>now</b> 分割")
    agent.get_by_role("button", name="Add note").click()
    expect(supervisor.get_by_text("Wants an instalment plan <b>now</b> 分割")).to_be_visible()
    expect(supervisor.get_by_role("log")).to_contain_text("bye")
    expect(supervisor.get_by_text(re.compile("^Ended"))).to_be_visible()


def test_an_escalation_reaches_the_supervisor_who_looks_on_and_writes_a_note(
    stack: LocalStack, sign_in: SignIn
) -> None:
    supervisor, agent = sign_in("yuki.tanaka"), sign_in("hana.sato")
    contact_id = stack.start_replay("en-friendly", speed=1, phone=FRIENDLY)
    on_call(agent, contact_id)
    row = supervisor.get_by_role("row", name=re.compile("Taylor Brooks"))
    expect(row).to_contain_text("hana.sato")
    agent.get_by_role("button", name="Escalate").click()
    expect(agent.get_by_role("button", name="Send")).to_be_disabled()
    agent.get_by_label("What do you need?").fill("Please join")
    agent.get_by_role("button", name="Send").click()
    expect(agent.get_by_role("button", name="Escalated")).to_be_disabled()
    alert = supervisor.get_by_role("region", name="Notifications").get_by_role("listitem")
    alert = alert.filter(has_text="Taylor Brooks")
    expect(alert).to_contain_text("asks for a supervisor")
    expect(row).to_contain_text("Escalated")

    alert.get_by_role("button", name="Open", exact=True).click()
    expect(supervisor.get_by_text("You are looking on")).to_be_visible()
    expect(supervisor.get_by_text("Escalated: Please join")).to_be_visible()
    expect(supervisor.get_by_role("button", name="End call")).to_have_count(0)
    supervisor.get_by_label("Quick note").fill("I am here")
    supervisor.get_by_role("button", name="Add note").click()
    expect(agent.get_by_text("I am here")).to_be_visible()


def test_a_recommendation_is_answered_and_the_call_ended_with_its_outcome(stack: LocalStack, sign_in: SignIn) -> None:
    agent = sign_in("hana.sato")
    contact_id = stack.start_replay("en-hardship", speed=4, phone=HARDSHIP)
    on_call(agent, contact_id)
    agent.get_by_role("button", name=re.compile("^Done: ")).first.click()
    expect(agent.get_by_role("region", name="Decided").get_by_text(re.compile(": Done"))).to_be_visible()
    agent.get_by_role("button", name="End call").click()
    agent.get_by_role("radio", name="Promised").check()
    agent.get_by_role("dialog").get_by_role("button", name="End call").click()
    expect(agent.get_by_text(re.compile("^Ended · Promised"))).to_be_visible()
    agent.get_by_role("link", name="Calls").first.click()
    past = agent.get_by_role("table", name="Past calls").get_by_role("row", name=re.compile("Jamie Reed"))
    expect(past.filter(has_text="Promised").first).to_be_visible()


def test_a_call_that_comes_while_another_page_is_read_is_announced_and_not_opened(
    stack: LocalStack, sign_in: SignIn
) -> None:
    agent = sign_in("hana.sato")
    open_call(agent, stack, "history-000")
    expect(agent.get_by_role("link", name="Calls").first).to_be_visible()
    agent.wait_for_timeout(1500)  # the agent's room is joined beside the page
    contact_id = stack.start_replay("en-friendly", speed=6, phone=FRIENDLY)
    expect(agent.get_by_text("Incoming call")).to_be_visible()
    expect(agent).to_have_url(re.compile("history-000"))
    agent.get_by_role("button", name="Open", exact=True).click()
    on_call(agent, contact_id)
    expect(agent.get_by_text("Incoming call")).to_have_count(0)


def test_a_lost_connection_leaves_no_gap_in_the_transcript(stack: LocalStack, open_page: OpenPage) -> None:
    page = open_page()
    routes: list[WebSocketRoute] = []

    def relay(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    page.route_web_socket(re.compile("/live"), relay)
    page.reload()
    page.get_by_label("User name or e-mail").fill("hana.sato")
    page.get_by_label("Password").fill(stack.credentials["hana.sato"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    contact_id = stack.start_replay("en-friendly", speed=5, phone=FRIENDLY)
    on_call(page, contact_id)
    log = page.get_by_role("log")
    expect(log.get_by_role("article").nth(3)).to_be_visible()
    routes[-1].close()
    expect(page.get_by_text(re.compile("^Ended"))).to_be_visible()
    assert len(routes) > 1
    shown = log.get_by_role("article").count()
    page.reload()
    expect(log.get_by_role("article")).to_have_count(shown)


def test_a_wrong_password_is_said_plainly(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("User name or e-mail").fill("hana.sato")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is wrong")


def test_a_weak_password_is_refused_beside_its_field(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Create an account").click()
    # The page is loaded when it is asked for; until then the sign-in form's "User name or e-mail" is the one shown.
    page.get_by_label("User name", exact=True).fill("new.customer")
    page.get_by_label("E-mail").fill("new.customer@example.com")
    page.get_by_label("Phone number").fill("+819012345678")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert").first).to_contain_text("Could not create the account")
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("E-mail")).not_to_have_attribute("aria-invalid", "true")


def test_signing_in_and_opening_a_call_need_the_keyboard_only(stack: LocalStack, open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    page.keyboard.type("hana.sato")
    page.keyboard.press("Tab")
    page.keyboard.type(stack.credentials["hana.sato"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()
    link = page.get_by_role("table", name="Past calls").get_by_role("link").first
    expect(link).to_be_visible()
    page.reload()
    expect(link).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Payment risk")).to_be_visible()
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_pass_the_accessibility_rules(stack: LocalStack, open_page: OpenPage, axe: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    expect(page.get_by_label("Password")).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_label("User name or e-mail").fill("hana.sato")
    page.get_by_label("Password").fill(stack.credentials["hana.sato"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Past calls").get_by_role("link").first).to_be_visible()
    assert violations(page, axe) == []
    contact_id = stack.start_replay("en-hardship", speed=20, phone=HARDSHIP)
    on_call(page, contact_id)
    expect(page.get_by_role("log")).to_contain_text("payment plan")
    assert violations(page, axe) == []


def test_the_console_speaks_japanese_and_is_dark_on_a_phone_without_scrolling_sideways(
    stack: LocalStack, sign_in: SignIn
) -> None:
    page = sign_in("hana.sato", locale="ja-JP", color_scheme="dark", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("heading", name="自分の通話")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert page.evaluate("document.body.classList.contains('awsui-dark-mode')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    contact_id = stack.start_replay("ja-hardship", speed=10, phone="+819000010001")
    on_call(page, contact_id)
    expect(page.get_by_role("heading", name="支払リスク")).to_be_visible()
    expect(page.get_by_test_id("score")).to_have_text(re.compile(r"^\d+$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_language_and_appearance_are_chosen_and_kept(sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.locator("#top").get_by_role("button", name="日本語", exact=True).click()
    expect(page.get_by_role("heading", name="自分の通話")).to_be_visible()
    page.locator("#top").get_by_role("button", name="表示", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="ダーク").click()
    page.reload()
    expect(page.get_by_role("heading", name="自分の通話")).to_be_visible()
    assert page.evaluate("document.body.classList.contains('awsui-dark-mode')")


def test_a_reload_keeps_the_session_and_signing_out_ends_it(sign_in: SignIn) -> None:
    page = sign_in("emma.clark")
    page.reload()
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()
    stored = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "access" not in stored
    page.get_by_role("button", name=re.compile("emma.clark")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('rapport.refresh')") is None


def test_somebody_elses_call_does_not_exist(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("emma.clark")
    page.goto(f"{stack.url}/calls/history-000")
    expect(page.get_by_role("alert")).to_contain_text("This does not exist, or you may not see it.")


def test_an_analyst_names_the_team_to_look_at(sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    page.get_by_label("Name of the team").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Team nobody")).to_be_visible()
    expect(page.get_by_text("Nobody of this team is on a call.")).to_be_visible()


def test_the_api_readers_work(open_page: OpenPage, stack: LocalStack) -> None:
    page = open_page()
    page.goto(f"{stack.url}/api/docs")
    page.get_by_role("link", name="calls", exact=True).click()
    expect(page.get_by_text("/api/score_customer").first).to_be_visible()
    page.goto(f"{stack.url}/api/redoc")
    expect(page.get_by_role("heading", name=re.compile("Add finished turns")).first).to_be_visible()
