"""Administration in the console."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.newcomers import Newcomer

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
READY = {
    "overview": "Failed sign-ins|サインイン失敗",
    "users": "hana.sato",
    "audit": "The trail of this day is whole|改ざんされていません",
    "logs": "audit head",
    "operation": "identity_api",
}


def test_only_administrators_find_the_way(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    expect(page.get_by_role("link", name=re.compile("Administration|管理"))).to_have_count(0)
    page.goto(f"{stack.url}/admin")
    expect(page).to_have_url(re.compile("/team$"))


def test_an_administrator_gives_a_role_and_finds_it_in_the_trail(stack: LocalStack, sign_in: SignIn) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    page = sign_in("admin")
    page.goto(f"{stack.url}/admin?tab=users")
    page.get_by_label("User name begins with").fill(mei.username)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=mei.username).click()
    page.get_by_role("button", name="Change roles").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Agent").check()
    dialog.get_by_label("Reason").fill("joins the branch")
    dialog.get_by_role("button", name="Change roles").click()
    expect(page.get_by_text("Customer, Agent").or_(page.get_by_text("Agent, Customer"))).to_be_visible()
    page.goto(f"{stack.url}/admin?tab=audit")
    row = page.locator("tbody tr").filter(has_text="Roles changed").first
    expect(row).to_contain_text(mei.username)
    expect(row).to_contain_text("+agent")
    expect(row).to_contain_text("joins the branch")
    expect(page.get_by_text("The trail of this day is whole")).to_be_visible()


def test_an_account_is_shut_and_opened(stack: LocalStack, sign_in: SignIn) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    page = sign_in("admin")
    page.goto(f"{stack.url}/admin/users/{mei.username}")
    for button, state in (("Shut account", "shut"), ("Open account", "open")):
        page.get_by_role("button", name=button).click()
        page.get_by_role("dialog").get_by_label("Reason").fill("asked for by phone")
        page.get_by_role("dialog").get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_text(state, exact=True)).to_be_visible()


@pytest.mark.parametrize("tab", READY)
def test_every_tab_passes_the_accessibility_rules_in_the_dark(
    stack: LocalStack, sign_in: SignIn, axe: str, tab: str
) -> None:
    page = sign_in("admin", color_scheme="dark")
    page.goto(f"{stack.url}/admin?tab={tab}")
    expect(page.get_by_text(re.compile(READY[tab])).first).to_be_visible()
    assert violations(page, axe) == []


@pytest.mark.parametrize("tab", READY)
def test_every_tab_fits_a_phone_in_japanese(stack: LocalStack, sign_in: SignIn, axe: str, tab: str) -> None:
    page = sign_in("admin", locale="ja-JP", viewport=PHONE)
    page.goto(f"{stack.url}/admin?tab={tab}")
    expect(page.get_by_text(re.compile(READY[tab])).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
