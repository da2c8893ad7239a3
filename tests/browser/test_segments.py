"""Segments in the console: size, profile, value, and the customers of each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module", autouse=True)
def looked_at(stack: LocalStack) -> None:
    """The first round through the customers, which seeding starts, is over."""
    liam = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    eventually(lambda: liam.get("/api/analytics/segments").json()["customers"], lambda found: found >= 24, within_s=90)


def open_segments(page: Page, stack: LocalStack, segment: str = "") -> None:
    page.goto(f"{stack.url}/segments{segment}")
    expect(page.locator("tbody a").first).to_be_visible()


def test_segments_show_size_profile_and_value(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    open_segments(page, stack)
    expect(page.get_by_role("list", name="Customers", exact=True)).to_contain_text("Loyal customers")
    expect(page.get_by_role("list", name=re.compile("Value expected in 12 months"))).to_contain_text("$")
    profile = page.get_by_role("region", name="Profile against all customers: Loyal customers")
    expect(profile).to_contain_text("Purchases in 400 days")
    expect(profile).to_contain_text("all customers")


def test_the_customers_of_a_segment_lead_to_their_scores(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    open_segments(page, stack)
    page.get_by_role("button", name="Show customers: Lost after a large purchase").click()
    expect(page).to_have_url(re.compile("segment=lost-big"))
    expect(page.get_by_role("heading", name="Customers: Lost after a large purchase")).to_be_visible()
    page.locator("tbody a").first.click()
    expect(page).to_have_url(re.compile("/customers/C[0-9]+.tab=scores"))
    expect(page.get_by_role("heading", name="Will this customer leave?")).to_be_visible()


def test_a_long_segment_is_read_page_by_page(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    open_segments(page, stack, "?segment=loyal")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(10)
    page.get_by_role("button", name="Show more").click()
    expect(rows.nth(10)).to_be_visible()


def test_an_agent_has_no_segments(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/segments")
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_segments_pass_the_accessibility_rules(stack: LocalStack, sign_in: SignIn, axe: str, scheme: str) -> None:
    page = sign_in("liam.hughes", color_scheme=scheme)
    open_segments(page, stack)
    assert violations(page, axe) == []


def test_segments_fit_a_phone_in_japanese(stack: LocalStack, sign_in: SignIn, axe: str) -> None:
    page = sign_in("liam.hughes", locale="ja-JP", viewport=PHONE)
    open_segments(page, stack)
    expect(page.get_by_role("list", name="お客様数")).to_contain_text("常連顧客")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
