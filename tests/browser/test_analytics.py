"""Analytics in the console: figures of the month, spending, who stays, and reports."""

from __future__ import annotations

import re
import time
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module", autouse=True)
def business(stack: LocalStack) -> None:
    """Somebody who joined and bought this month, in a currency of her own."""
    liam = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    customer_id, now = f"ANALYTICS-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    customer = {
        "customer_id": customer_id,
        "name": "Grace Analytics",
        "phone": "+12025550177",
        "joined_at": now,
        "segment": "measured",
    }
    bought = {
        "transaction_id": f"{customer_id}-1",
        "at": now,
        "amount": 77.25,
        "currency": "CHF",
        "category": "travel",
        "channel": "online",
        "merchant": "Railway",
        "country": "CH",
    }
    for path, body in (("/api/customers", customer), (f"/api/customers/{customer_id}/transactions", bought)):
        answer = liam.post(path, body, headers={"idempotency-key": uuid.uuid4().hex})
        assert answer.status_code == 201, answer.text


def open_analytics(page: Page, stack: LocalStack) -> None:
    page.goto(f"{stack.url}/analytics")
    expect(page.get_by_role("region").get_by_role("table")).to_be_visible()


def test_the_month_its_spending_and_who_stays_are_on_one_page(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    open_analytics(page, stack)
    expect(page.get_by_text("CHF 77.25").first).to_be_visible()
    currency = page.get_by_role("toolbar", name="Currency", exact=True)
    currency.get_by_role("button", name="CHF", exact=True).click()
    categories = page.get_by_role("list", name="By category").get_by_role("listitem")
    expect(categories).to_have_count(1)
    expect(categories).to_contain_text("Travel")
    expect(page.get_by_role("list", name="By segment")).to_contain_text("measured")
    yuki = Person.signed_in(stack.url, "yuki.tanaka", stack.credentials["yuki.tanaka"])
    newest = yuki.get("/api/analytics/cohorts").json()["cohorts"][-1]
    share = round(100 * newest["ages"][0]["active"] / newest["customers"])
    assert share > 0
    this_month = page.get_by_role("region", name="Cohorts").get_by_role("row").last
    expect(this_month).to_contain_text(f"{newest['customers']}{share} %")


def test_revenue_value_churn_and_calls_have_a_panel_each(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    open_analytics(page, stack)
    expect(page.get_by_text("Trend of whole months:")).to_be_visible()
    tenths = page.get_by_role("list", name="Value of customers (USD)").get_by_role("listitem")
    expect(tenths).to_have_count(10)
    expect(tenths.first).to_contain_text("Tenth 1")
    expect(page.get_by_role("list", name="By risk of leaving")).to_contain_text("High")
    # The past calls of the supervisor's own team; those of the others are not counted in.
    teams = page.get_by_role("list", name="By team").get_by_role("listitem")
    expect(teams.filter(has_text="collections")).to_have_count(1)
    expect(teams.filter(has_text="cards")).to_have_count(0)


def test_days_take_the_place_of_months(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    open_analytics(page, stack)
    with page.expect_response(re.compile("transactions.by=day")) as answer:
        page.get_by_role("button", name="By day").click()
    assert answer.value.ok
    expect(page.get_by_role("button", name="By day")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("form", "beginning"), [("CSV", b"\xef\xbb\xbf"), ("Excel", b"PK"), ("HTML", b"<!doctype html>")]
)
def test_a_report_is_made_and_downloaded(stack: LocalStack, sign_in: SignIn, form: str, beginning: bytes) -> None:
    page = sign_in("liam.hughes")
    open_analytics(page, stack)
    page.get_by_role("button", name="Cohorts").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=form, exact=True).click()
    path: Path = download.value.path()
    assert path.read_bytes()[: len(beginning)].lower() == beginning.lower()
    assert download.value.suggested_filename.startswith("cohorts-")
    expect(page.get_by_text("Made: Cohorts")).to_be_visible()
    expect(page).to_have_url(f"{stack.url}/analytics")


def test_an_agent_has_no_analytics(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/analytics")
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_analytics_pass_the_accessibility_rules(stack: LocalStack, sign_in: SignIn, axe: str, scheme: str) -> None:
    page = sign_in("liam.hughes", color_scheme=scheme)
    open_analytics(page, stack)
    expect(page.get_by_role("list", name="By segment")).to_be_visible()
    expect(page.get_by_role("list", name="By channel")).to_be_visible()
    assert violations(page, axe) == []


def test_analytics_fit_a_phone_in_japanese_with_every_page_in_the_menu(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes", locale="ja-JP", viewport=PHONE)
    open_analytics(page, stack)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#top").get_by_role("button", name="さらに詳しく").click()
    menu = page.locator("#top").get_by_role("list")
    expect(menu.get_by_role("link", name="お客様")).to_be_visible()
    for group, place in (("モデル", "モデル"), ("分析", "分析")):
        menu.get_by_role("button", name=group).click()
        expect(menu.get_by_role("link", name=place, exact=True)).to_be_visible()
        page.locator("#top").get_by_role("button", name="戻る").click()
