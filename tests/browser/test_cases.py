"""Cases in the console: the inbox, a decision against the model, and the second person."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import Person
from tests.e2e.thefts import case_of_theft

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WHY = "The customer was called and made this payment."


@pytest.fixture
def case(stack: LocalStack) -> dict[str, Any]:
    """A case that nobody has touched."""
    return case_of_theft(Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"]))


def opened(page: Page, stack: LocalStack, case: dict[str, Any]) -> Page:
    page.goto(f"{stack.url}/cases/{case['case_id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(case["merchant"])
    return page


def decided_against_the_model(page: Page) -> None:
    """An override, from the form."""
    page.get_by_label("Legitimate").check()
    expect(page.get_by_text("A second person must confirm this")).to_be_visible()
    page.get_by_role("button", name="Reason").click()
    page.get_by_role("option", name="The customer made the payment").click()
    decide = page.get_by_role("button", name="Decide and ask a second person")
    page.get_by_label("Explanation").fill("too short")
    expect(decide).to_be_disabled()
    page.get_by_label("Explanation").fill(WHY)
    decide.click()
    expect(page.get_by_text("You decided this: somebody else must confirm it")).to_be_visible()


def test_an_analyst_finds_a_case_in_the_inbox_and_opens_it_by_keyboard(sign_in: SignIn, case: dict[str, Any]) -> None:
    page = sign_in("liam.hughes")
    page.get_by_role("link", name="Cases").click()
    expect(page.get_by_role("heading", name="Cases", level=1)).to_be_visible()
    link = page.get_by_role("link", name=case["merchant"], exact=True)
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{case['case_id']}$"))
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_text("raises the risk").first).to_be_visible()
    expect(page.get_by_text("The record is as it was written")).to_be_visible()


def test_an_override_takes_two_people(sign_in: SignIn, stack: LocalStack, case: dict[str, Any]) -> None:
    liam = opened(sign_in("liam.hughes"), stack, case)
    liam.get_by_role("button", name="Assign to me").click()
    expect(liam.get_by_text("gave the case to liam.hughes")).to_be_visible()
    liam.get_by_label("Comment").fill("お客様に電話しました")
    liam.get_by_role("button", name="Add comment").click()
    expect(liam.locator("li").get_by_text("お客様に電話しました")).to_be_visible()
    decided_against_the_model(liam)

    mia = opened(sign_in("mia.novak"), stack, case)
    expect(mia.locator(".said").get_by_text(WHY).first).to_be_visible()
    mia.get_by_role("button", name="Confirm and close").click()
    expect(mia.get_by_text("Closed as Legitimate")).to_be_visible()
    expect(mia.get_by_text("confirmed by mia.novak")).to_be_visible()
    mia.get_by_role("button", name="Reopen").click()
    mia.get_by_label("Why it should be looked at again").fill("the customer complained")
    mia.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    expect(mia.get_by_text("reopened the case")).to_be_visible()


def test_a_second_person_sends_a_decision_back(sign_in: SignIn, stack: LocalStack, case: dict[str, Any]) -> None:
    decided_against_the_model(opened(sign_in("liam.hughes"), stack, case))
    mia = opened(sign_in("mia.novak"), stack, case)
    back = mia.get_by_role("button", name="Send back")
    expect(back).to_be_disabled()
    mia.get_by_label("Why it goes back").fill("call the shop first")
    back.click()
    expect(mia.get_by_text("The case is with somebody else.")).to_be_visible()
    expect(mia.get_by_text("sent it back")).to_be_visible()


def test_who_was_first_is_told_and_nothing_is_lost(sign_in: SignIn, stack: LocalStack, case: dict[str, Any]) -> None:
    page = opened(sign_in("liam.hughes"), stack, case)
    mia = Person.signed_in(stack.url, "mia.novak", stack.credentials["mia.novak"])
    assert mia.post(f"/api/cases/{case['case_id']}/comment", {"text": "looking"}).status_code == 200
    page.get_by_label("Explanation").fill(WHY)
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("mia.novak has changed this case meanwhile")).to_be_visible()
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("li").get_by_text("looking")).to_be_visible()
    expect(page.get_by_label("Explanation")).to_have_value(WHY)
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("gave the case to liam.hughes")).to_be_visible()


def test_a_case_is_opened_by_hand_from_the_customers_page_and_found_again(
    sign_in: SignIn, stack: LocalStack, case: dict[str, Any]
) -> None:
    page = sign_in("liam.hughes")
    page.goto(f"{stack.url}/customers/{case['subject']['customer_id']}")
    page.get_by_role("button", name=f"Open a case: {case['merchant']}", exact=True).click()
    expect(page).to_have_url(re.compile(f"/cases/{case['case_id']}$"))
    page.go_back()
    page.get_by_role("button", name=f"Open a case: First {case['merchant']}").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("$18.00")
    expect(page.get_by_text("liam.hughes opened the case")).to_be_visible()


def test_an_agent_is_not_offered_cases(sign_in: SignIn, stack: LocalStack) -> None:
    page = sign_in("hana.sato")
    expect(page.get_by_role("link", name="Cases")).to_have_count(0)
    page.goto(f"{stack.url}/cases")
    expect(page).to_have_url(re.compile("/calls$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_cases_are_accessible(
    sign_in: SignIn, stack: LocalStack, axe: str, case: dict[str, Any], scheme: str
) -> None:
    page = sign_in("liam.hughes", color_scheme=scheme)
    page.goto(f"{stack.url}/cases")
    expect(page.get_by_role("link", name=case["merchant"], exact=True)).to_be_visible()
    assert violations(page, axe) == []
    opened(page, stack, case)
    page.get_by_label("Legitimate").check()
    expect(page.get_by_text("A second person must confirm this")).to_be_visible()
    assert violations(page, axe) == []


def test_cases_are_in_japanese_on_a_phone(sign_in: SignIn, stack: LocalStack, axe: str, case: dict[str, Any]) -> None:
    page = sign_in("liam.hughes", locale="ja-JP", viewport=PHONE)
    page.goto(f"{stack.url}/cases")
    expect(page.get_by_role("heading", name="案件", level=1)).to_be_visible()
    page.get_by_role("link", name=case["merchant"], exact=True).click()
    expect(page.get_by_role("heading", name="発生した取引")).to_be_visible()
    assert violations(page, axe) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing sticks out"
