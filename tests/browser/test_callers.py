"""Callers in the console: a number is looked up and blocked, a campaign explained and judged."""

from __future__ import annotations

import re
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
# One of the burst that every stack begins with.
OF_CAMPAIGN = "+442079460111"


@pytest.fixture(scope="module")
def campaign(yuki: Person) -> str:
    """The campaign that the demonstration's burst of calls was found to be."""

    def read() -> dict[str, Any] | None:
        answer = yuki.get(f"/api/profiles/caller/{OF_CAMPAIGN.replace('+', '%2B')}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] | None = answer.json()["campaign"]
        return found

    return str((eventually(read, bool) or {})["campaign_id"])


def look_up(page: Page, number: str) -> None:
    page.get_by_role("searchbox", name="Phone number").fill(number)
    page.keyboard.press("Enter")


def test_a_supervisor_looks_a_number_up_blocks_it_for_a_while_and_takes_it_off(
    stack: LocalStack, sign_in: SignIn, axe: str
) -> None:
    number, why = f"+8150{uuid.uuid4().int % 90_000_000 + 10_000_000}", f"sells coins {uuid.uuid4().hex[:6]}"
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/callers")
    look_up(page, "call me")
    expect(page.get_by_text("This is no phone number")).to_be_visible()
    look_up(page, number)
    expect(page.get_by_role("heading", level=1)).to_have_text(number, timeout=60_000)
    expect(page.get_by_text("internet telephony", exact=True)).to_be_visible()
    expect(page.get_by_text("Japan", exact=True)).to_be_visible()
    assert violations(page, axe) == []

    page.get_by_role("button", name="Block", exact=True).click()
    asked = page.get_by_role("dialog")
    days = asked.get_by_label("For how many days")
    days.fill("0")
    expect(asked.get_by_text("A whole number from 1 to 365")).to_be_visible()
    expect(asked.get_by_role("button", name="Save")).to_be_disabled()
    days.fill("30")
    asked.get_by_label("Reason").fill(why)
    asked.get_by_role("button", name="Save").click()
    expect(page.get_by_text("On the block list until")).to_be_visible(timeout=60_000)

    page.goto(f"{stack.url}/callers?tab=block")
    row = page.get_by_role("table", name="Block list").get_by_role("row").filter(has_text=why)
    expect(row).to_contain_text("yuki.tanaka")
    row.get_by_role("button", name=re.compile("^Take off")).click()
    expect(row).to_have_count(0)


def test_a_campaign_is_explained_in_words_as_a_picture_and_as_a_table_and_judged(
    stack: LocalStack, sign_in: SignIn, axe: str, campaign: str
) -> None:
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/callers")
    link = page.get_by_role("table", name="Campaigns").locator(f'a[href="/callers/campaigns/{campaign}"]')
    expect(link).to_be_visible(timeout=60_000)
    assert violations(page, axe) == []
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Campaign"), level=1)).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("numbers read nearly the same words"))).to_be_visible()
    picture = page.locator("figure.network")
    expect(picture.get_by_role("img", name=re.compile("^Network"))).to_be_visible()
    expect(picture.get_by_text("same hundred of numbers")).to_be_visible()
    members = page.get_by_role("table", name="Numbers of the campaign").locator("tbody tr")
    assert members.count() == picture.locator("circle").count() >= 8
    assert violations(page, axe) == []

    page.get_by_role("button", name="It is spam").click()
    expect(page.get_by_role("status").filter(has_text="Spam (by: yuki.tanaka)")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="It is spam")).to_be_disabled()
    members.first.get_by_role("link").click()
    expect(page.get_by_text(re.compile("^Acts together with"))).to_be_visible(timeout=60_000)
    page.get_by_role("link", name=re.compile("^Campaign: ")).click()
    expect(page).to_have_url(re.compile(f"/callers/campaigns/{campaign}$"))

    page.goto(f"{stack.url}/callers/campaigns/none-such")
    expect(page.get_by_role("alert")).to_contain_text("This does not exist, or you may not see it.")


def test_callers_fit_a_phone_in_japanese_and_in_the_dark(
    stack: LocalStack, sign_in: SignIn, axe: str, campaign: str
) -> None:
    page = sign_in("yuki.tanaka", locale="ja-JP", color_scheme="dark", viewport=PHONE)
    for path, shown in (
        ("/callers", page.get_by_role("table", name="キャンペーン").get_by_role("link").first),
        (f"/callers/campaigns/{campaign}", page.get_by_role("heading", name="キャンペーンの番号")),
        (f"/callers/{OF_CAMPAIGN.replace('+', '%2B')}", page.get_by_text("固定電話")),
    ):
        page.goto(f"{stack.url}{path}")
        expect(shown).to_be_visible(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert violations(page, axe) == [], path
