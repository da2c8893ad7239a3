"""Customers in the console: found, read, and reached from a call."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person

pytestmark = pytest.mark.browser
DAY_MS = 86_400_000
PHONE = {"width": 390, "height": 844}
BOUGHT = 23
SEGMENT = f"browsers-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def ada(stack: LocalStack) -> str:
    """A customer of a segment of her own, with more transactions than a page holds, one of them a refund."""
    liam = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    customer_id = f"BROWSER-{uuid.uuid4().hex[:8]}"
    now = int(time.time() * 1000)
    customer = {
        "customer_id": customer_id,
        "name": f"Ada {customer_id}",
        "phone": "+12025550188",
        "email": "ada@example.com",
        "segment": SEGMENT,
        "joined_at": now - 200 * DAY_MS,
        "days_past_due": 0,
    }
    assert liam.post("/api/customers", customer, headers={"idempotency-key": uuid.uuid4().hex}).status_code == 201
    transactions = [
        {
            "transaction_id": f"{customer_id}-{number}",
            "at": now - (number + 1) * 7 * DAY_MS,
            "amount": -4.5 if number == 0 else 10.0,
            "currency": "EUR",
            "category": "groceries" if number % 2 else "fuel",
            "channel": "online",
            "merchant": f"Shop {number}",
            "country": "DE",
        }
        for number in range(BOUGHT)
    ]
    booked = liam.post(
        f"/api/customers/{customer_id}/transactions",
        {"transactions": transactions},
        headers={"idempotency-key": uuid.uuid4().hex},
    )
    assert booked.status_code == 201, booked.text
    return customer_id


def test_an_agent_finds_a_customer_by_the_beginning_of_a_name_and_reads_her(
    stack: LocalStack, sign_in: SignIn, ada: str
) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers")
    page.get_by_label("Find a customer").fill(f"ada {ada}".lower())
    found = page.get_by_role("table", name="Customers").locator("tbody").get_by_role("row")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(SEGMENT)
    found.get_by_role("link", name=f"Ada {ada}").click()
    expect(page).to_have_url(f"{stack.url}/customers/{ada}")
    expect(page.get_by_role("heading", name=f"Ada {ada}")).to_be_visible()
    expect(page.get_by_text("€220.00 · Purchases 22")).to_be_visible()
    expect(page.get_by_text("€4.50 · Refunds 1")).to_be_visible()
    expect(page.get_by_role("list", name="By category").get_by_role("listitem").first).to_contain_text("Groceries")


def test_going_back_finds_the_search_again(stack: LocalStack, sign_in: SignIn, ada: str) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers")
    page.get_by_label("Segment").fill(SEGMENT)
    link = page.get_by_role("link", name=f"Ada {ada}")
    expect(page.get_by_role("table", name="Customers").locator("tbody").get_by_role("row")).to_have_count(1)
    link.click()
    expect(page.get_by_role("heading", name="Record")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Segment")).to_have_value(SEGMENT)
    expect(link).to_be_visible()


def test_transactions_are_read_page_by_page(stack: LocalStack, sign_in: SignIn, ada: str) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers/{ada}")
    table = page.get_by_role("table", name="Transactions")
    rows = table.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(10)
    expect(rows.first).to_contain_text("-€4.50 (refund)")
    more = page.get_by_role("button", name="Show more")
    more.click()
    expect(rows).to_have_count(20)
    more.click()
    expect(rows).to_have_count(BOUGHT)
    expect(more).to_have_count(0)


def test_filters_keep_only_who_matches(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers")
    rows = page.get_by_role("table", name="Customers").locator("tbody").get_by_role("row")
    expect(rows.first).to_contain_text(re.compile(r"\+\d{8,}"))
    page.get_by_role("button", name=re.compile("Arrears")).click()
    page.get_by_role("option", name="High").click()
    expect(page).to_have_url(re.compile("risk=HIGH"))
    expect(rows.filter(has_text="Low")).to_have_count(0)
    expect(rows.filter(has_text="High").first).to_be_visible()


def test_nobody_found_is_said(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers?q=zzzzzz")
    expect(page.get_by_text("Nobody was found.")).to_be_visible()


def test_a_call_leads_to_its_customer_and_back(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/calls/history-000")
    page.get_by_role("link", name="Alex Morgan").click()
    expect(page).to_have_url(f"{stack.url}/customers/C00001")
    expect(page.get_by_role("heading", name="Alex Morgan")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"\d{4}, \d")).first.click()
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible()


def test_a_customer_who_does_not_exist_is_said_plainly(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/customers/nobody")
    expect(page.get_by_role("alert")).to_contain_text("This does not exist, or you may not see it.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_customers_pass_the_accessibility_rules(
    stack: LocalStack, sign_in: SignIn, axe: str, ada: str, scheme: str
) -> None:
    page = sign_in("hana.sato", color_scheme=scheme)
    page.goto(f"{stack.url}/customers")
    expect(page.get_by_role("link", name="Alex Morgan")).to_be_visible()
    assert violations(page, axe) == []
    page.goto(f"{stack.url}/customers/{ada}")
    expect(page.get_by_role("table", name="Transactions")).to_contain_text("Shop 1")
    assert violations(page, axe) == []


def test_customers_fit_a_phone_in_japanese(stack: LocalStack, sign_in: SignIn, ada: str) -> None:
    page = sign_in("hana.sato", locale="ja-JP", viewport=PHONE)
    for path, heading in (("/customers", "お客様"), (f"/customers/{ada}", "利用状況")):
        page.goto(f"{stack.url}{path}")
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
