"""A customer's account in the console: the code by SMS, the profile, the sessions, the data, the end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import OpenPage, enter
from tests.e2e.newcomers import Newcomer

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def come_in(page: Page, who: Newcomer) -> None:
    enter(page, who.username, who.password)
    expect(page.get_by_role("button", name=re.compile(who.username))).to_be_visible()


def account_of(page: Page, stack: LocalStack, who: Newcomer) -> None:
    come_in(page, who)
    page.goto(f"{stack.url}/account")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("127.0.0.0/24")


def test_a_customer_registers_with_the_code_from_the_phone(stack: LocalStack, open_page: OpenPage, axe: str) -> None:
    mei = Newcomer.at(stack.url)
    page = open_page(viewport=PHONE)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("User name", exact=True).fill(mei.username)
    page.get_by_label("E-mail").fill(mei.form["email"])
    page.get_by_label("Phone number").fill(mei.phone)
    page.get_by_label("Password").fill(mei.password)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("We sent a code by SMS to")).to_contain_text(mei.phone[-2:])
    assert violations(page, axe) == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_text("A new code is on its way.")).to_be_visible()
    page.get_by_label("Code").fill(mei.code())
    page.get_by_role("button", name="Confirm").click()
    come_in(page, mei)


def test_the_profile_is_saved_and_a_session_elsewhere_ended(stack: LocalStack, open_page: OpenPage) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    page = open_page()
    account_of(page, stack, mei)
    page.get_by_label("E-mail").fill("mei@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").get_by_text("Saved")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^End: ")).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("this device")


def test_data_is_downloaded_and_the_account_deleted(stack: LocalStack, open_page: OpenPage, tmp_path: Path) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    page = open_page()
    account_of(page, stack, mei)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download my data").click()
    started.value.save_as(tmp_path / "data.json")
    assert json.loads((tmp_path / "data.json").read_text())["profile"]["username"] == mei.username
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password once more").fill("Wrong-password-1")
    dialog.get_by_role("button", name="Delete my account").click()
    expect(dialog).to_contain_text("The user name or the password is wrong")
    dialog.get_by_label("Your password once more").fill(mei.password)
    dialog.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is kept.")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme"), [("ja-JP", "light"), ("en-US", "dark")])
def test_the_account_fits_a_phone(stack: LocalStack, open_page: OpenPage, axe: str, locale: str, scheme: str) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    page = open_page(locale=locale, viewport=PHONE, color_scheme=scheme)
    account_of(page, stack, mei)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
