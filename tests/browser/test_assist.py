"""The profile assistant: opened with a conversation, signed in at Genesys' sandbox, with a source that is down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from sandbox.vendors.genesys_conversations import BY_CUSTOMER, BY_FLOW
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PANELS = ("Insights", "Blocks", "Key figures", "Revenue", "Related businesses", "Transactions", "Complaints", "Journey")


def sandbox(stack: LocalStack, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(f"{stack.url}/sandbox/{path}", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def conversation(stack: LocalStack, customer: str) -> str:
    """One of a customer whom no other test asks for, so that nothing is known of before."""
    participants = [{"purpose": "customer", "attributes": {"pcin": customer}}]
    return str(sandbox(stack, "genesys/_conversations", {"participants": participants})["id"])


@pytest.fixture
def warehouse(stack: LocalStack) -> Iterator[None]:
    """The warehouse, whole again afterwards."""
    yield
    sandbox(stack, "bigquery/_faults", {"mode": "none"})
    sandbox(stack, "bigquery/_reasons", {"reason": "accessDenied", "times": 0})


def signed_in_at_genesys(page: Page, stack: LocalStack, contact: str, button: str) -> None:
    """From the page that asks to sign in, by way of Genesys, back to the conversation."""
    page.goto(f"{stack.url}/assist?conversation={contact}")
    page.get_by_role("button", name=button).click(timeout=60_000)
    expect(page).to_have_url(re.compile("/sandbox/genesys/.*code_challenge_method=S256"))
    page.get_by_text("Hana Sato").click()
    expect(page).to_have_url(re.compile(rf"/assist\?conversation={contact}$"), timeout=60_000)


def test_an_agent_signs_in_at_genesys_and_sees_the_customer_with_the_age_of_each_panel(
    stack: LocalStack, sign_in: SignIn, axe: str, warehouse: None
) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/assist?conversation=nonsense")
    expect(page.get_by_text("This is no id of a conversation")).to_be_visible()
    signed_in_at_genesys(page, stack, BY_FLOW, "Sign in to Genesys")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    for name in PANELS:
        panel = page.get_by_role("heading", name=re.compile(f"^{name}"), level=2)
        expect(panel).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("^As of "))).to_have_count(len(PANELS))
    page.get_by_role("button", name=re.compile(r"^Relations")).click()
    expect(page.get_by_text("owner: ").first).to_be_visible()
    assert violations(page, axe) == []

    page.goto(f"{stack.url}/assist?conversation={BY_CUSTOMER}")
    expect(page.get_by_text("The customer typed this number: it proves nothing")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Insights")).to_have_count(0)
    page.get_by_role("button", name="Confirmed: C00003").click()
    expect(page.get_by_role("heading", name="Insights")).to_be_visible(timeout=60_000)


def test_the_assistant_fits_a_phone_in_japanese_and_in_the_dark(stack: LocalStack, sign_in: SignIn, axe: str) -> None:
    page = sign_in("hana.sato", locale="ja-JP", color_scheme="dark", viewport=PHONE)
    signed_in_at_genesys(page, stack, BY_FLOW, "Genesys にサインイン")
    expect(page.get_by_role("heading", name="関連企業")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []


def test_a_source_that_is_down_leaves_the_other_panels_standing_and_all_of_them_the_customer(
    stack: LocalStack, sign_in: SignIn, warehouse: None
) -> None:
    page = sign_in("hana.sato")
    partly, nothing = conversation(stack, "C00014"), conversation(stack, "C00018")
    signed_in_at_genesys(page, stack, BY_FLOW, "Sign in to Genesys")
    expect(page.get_by_role("heading", name="Insights")).to_be_visible(timeout=60_000)

    sandbox(stack, "bigquery/_reasons", {"reason": "accessDenied", "times": 1})
    page.goto(f"{stack.url}/assist?conversation={partly}")
    expect(page.get_by_text(re.compile("^Without: "))).to_be_visible(timeout=60_000)
    assert page.get_by_text(re.compile("^As of ")).count() >= 2

    sandbox(stack, "bigquery/_faults", {"mode": "unavailable"})
    page.goto(f"{stack.url}/assist?conversation={nothing}")
    expect(page.get_by_role("heading", name="Revenue", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", level=1).get_by_role("link")).to_be_visible()
    expect(page.get_by_text(re.compile("^As of "))).to_have_count(0)
    expect(page.get_by_text("The source does not answer.")).to_have_count(len(PANELS) - 1)
