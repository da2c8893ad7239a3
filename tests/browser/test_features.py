"""Features in the console, as they are declared and of one customer; and what the models say of a customer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def open_tab(page: Page, stack: LocalStack, tab: str, heading: str) -> None:
    page.goto(f"{stack.url}/customers/C00001?tab={tab}")
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()


def test_all_features_are_listed_and_found_by_word_and_group(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    page.goto(f"{stack.url}/features")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(75)
    page.get_by_label("Find a feature").fill("refunds 90")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="refunds_90d").first).to_contain_text("sum(amount of refunds, 90 d)")
    page.get_by_label("Find a feature").fill("no such feature")
    expect(page.get_by_text("No feature is called so.")).to_be_visible()
    page.get_by_label("Find a feature").fill("")
    page.get_by_role("button", name="Group").click()
    page.get_by_role("option", name="Recency").click()
    expect(rows).to_have_count(3)


def test_a_customers_features_stand_beside_everybodys(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    open_tab(page, stack, "features", "Features")
    expect(page.locator("tbody tr")).to_have_count(65)
    row = page.locator("tbody tr").filter(has_text="transactions_365d")
    expect(row).to_contain_text(re.compile("Higher than [0-9]+ % of customers"))


def test_every_model_says_what_it_has_to_say_of_a_customer(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    open_tab(page, stack, "scores", "Will this customer leave?")
    reasons = page.get_by_role("region", name="Why").get_by_role("listitem")
    expect(reasons.first).to_contain_text(re.compile("(raises|lowers) the probability"))
    assert 1 <= reasons.count() <= 4
    expect(page.get_by_text("Value, 12 months")).to_be_visible()
    expect(page.get_by_text("Chosen with probability")).to_be_visible()
    expect(page.get_by_text("This is asked of an application")).to_be_visible()
    expect(page.get_by_text("Next nearest")).to_be_visible()


def test_a_model_that_does_not_apply_says_so_plainly(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    page.route("**/api/inference/segment", lambda route: route.fulfill(
        status=422,
        content_type="application/problem+json",
        body='{"type": "https://rapport.example/problems/invalid-input", "title": "", "status": 422, "detail": ""}',
    ))  # fmt: skip
    page.route("**/api/inference/lifetime-value", lambda route: route.fulfill(
        status=503,
        content_type="application/problem+json",
        body='{"type": "https://rapport.example/problems/dependency-unavailable", "title": "", "status": 503}',
    ))  # fmt: skip
    open_tab(page, stack, "scores", "Will this customer leave?")
    expect(page.get_by_text("A customer without a purchase is in no segment.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(1)
    expect(page.get_by_text("Chosen with probability")).to_be_visible()


def test_what_changed_lately_is_told_in_words(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    page.goto(f"{stack.url}/customers/C00001")
    expect(page.get_by_role("heading", name="In the last 30 days")).to_be_visible()
    expect(page.get_by_text(re.compile("[0-9]+ calls? in the last 30 days"))).to_be_visible()


@pytest.mark.parametrize("tab", ["overview", "scores", "features"])
def test_a_customer_passes_the_accessibility_rules_in_the_dark(
    stack: LocalStack, sign_in: SignIn, axe: str, tab: str
) -> None:
    page = sign_in("liam.hughes", color_scheme="dark")
    page.goto(f"{stack.url}/customers/C00001?tab={tab}")
    ready = {"overview": "calls? in the last 30 days", "scores": "Chosen with probability", "features": "Higher than"}
    expect(page.get_by_text(re.compile(ready[tab])).first).to_be_visible()
    assert violations(page, axe) == []


@pytest.mark.parametrize(
    ("path", "ready"),
    [
        ("/features", "sum(amount of purchases, 7 d)"),
        ("/customers/C00001?tab=scores", "選択確率"),
        ("/customers/C00001?tab=features", "より高い"),
        ("/customers/C00001", "直近30日の通話"),
    ],
)
def test_pages_fit_a_phone_in_japanese(stack: LocalStack, sign_in: SignIn, axe: str, path: str, ready: str) -> None:
    page = sign_in("liam.hughes", locale="ja-JP", viewport=PHONE)
    page.goto(f"{stack.url}{path}")
    expect(page.get_by_text(ready).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
