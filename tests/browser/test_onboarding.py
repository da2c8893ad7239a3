"""Becoming a customer in the console, and the operators who help."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import OpenPage, SignIn, enter
from tests.browser.newcomers import (
    Newcomer,
    apply,
    choose,
    come_in,
    newcomer,
    paste_code,
    register,
    sign_all,
)
from tests.e2e.applicants import failing
from tests.e2e.client import eventually
from tests.e2e.newcomers import Newcomer as Registrant

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def nora(stack: LocalStack) -> Newcomer:
    return newcomer(stack)


def at_the_documents(page: Page, who: Newcomer) -> Page:
    """Signed in, applied, and the code entered."""
    apply(come_in(page, who), who)
    paste_code(page, who.code())
    expect(page.get_by_role("heading", name="Read and sign")).to_be_visible()
    return page


def no_wider_than_the_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def open_application(page: Page, stack: LocalStack, who: Newcomer, view: str) -> None:
    page.goto(f"{stack.url}/applications?view={view}")
    page.get_by_role("link", name=re.compile(who.username)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(who.username)


def test_a_newcomer_goes_from_choosing_a_product_to_signed_documents(open_page: OpenPage, nora: Newcomer) -> None:
    page = come_in(open_page(), nora)
    expect(page.get_by_role("heading", name="What would you like to open?")).to_be_visible()
    apply(page, nora)
    expect(page.get_by_label("Digit 1 / 6")).to_be_visible()
    right = nora.code()
    paste_code(page, "000000" if right != "000000" else "111111")
    expect(page.get_by_text("This is not the code")).to_be_visible()
    paste_code(page, right)
    assert sign_all(page, nora) == 1
    expect(page.get_by_role("heading", name="Welcome!")).to_be_visible()
    download = page.get_by_role("button", name="Download: Account agreement")
    with page.expect_response(re.compile("/api/documents/download/")) as answered:
        download.click()
    assert httpx.get(answered.value.json()["url"], timeout=30).content.startswith(b"%PDF")
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_role("row", name=re.compile("Account agreement.*Signed"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Welcome letter"))).to_be_visible()


def test_somebody_unknown_registers_applies_is_interrupted_and_is_welcomed(
    open_page: OpenPage, stack: LocalStack
) -> None:
    mei = Registrant.at(stack.url)
    page = open_page(viewport=PHONE)
    register(page, mei)
    enter(page, mei.username, mei.password)
    page.get_by_role("button", name="Choose: Current account").click()
    for field, known in (("E-mail", mei.form["email"]), ("Mobile number", f"0{mei.phone.removeprefix('+81')}")):
        expect(page.get_by_role("textbox", name=field)).to_have_value(known)
    page.get_by_label("Full name").fill("Mei Kato")
    page.get_by_label("Date of birth").fill("1988/11/05")
    sent = len(mei.codes())
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Enter the code we sent you")).to_be_visible()
    page.context.close()

    page = open_page()
    enter(page, mei.username, mei.password)
    paste_code(page, eventually(mei.codes, lambda codes: len(codes) > sent)[-1])
    who = Newcomer(stack, mei.username, mei.password, f"0{mei.phone.removeprefix('+81')}", "Mei Kato")
    sign_all(page, who)
    expect(page.get_by_role("heading", name="Welcome!")).to_be_visible()
    (welcome,) = eventually(lambda: who.received("messages", who.number), bool)
    assert "Mei Kato" in welcome["text"]
    (letter,) = eventually(lambda: who.received("emails", who.email), bool)
    assert "current account" in letter["subject"]


def test_each_field_says_what_is_wrong_with_it(open_page: OpenPage, nora: Newcomer) -> None:
    page = come_in(open_page(), nora)
    page.get_by_role("button", name="Choose: Savings account").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Enter your name, up to 100 characters.")).to_be_visible()
    expect(page.get_by_label("Full name")).to_be_focused()
    page.get_by_label("Full name").fill("Nora Field")
    page.get_by_label("Date of birth").fill("2020/01/01")
    page.get_by_label("E-mail").fill("nora")
    page.get_by_role("textbox", name="Mobile number").fill("12")
    expect(page.get_by_text("Enter your name, up to 100 characters.")).to_have_count(0)
    for sentence in ("You must be 18 or older", "This is not an e-mail address", "This is not a phone number"):
        expect(page.get_by_text(sentence)).to_be_visible()


def test_a_killed_browser_goes_on_where_it_was(open_page: OpenPage, nora: Newcomer) -> None:
    at_the_documents(open_page(), nora).context.close()
    page = come_in(open_page(), nora)
    sign_all(page, nora)
    expect(page.get_by_role("heading", name="Welcome!")).to_be_visible()


def test_a_link_goes_on_on_a_phone_without_signing_in_and_works_once(open_page: OpenPage, nora: Newcomer) -> None:
    desk = at_the_documents(open_page(), nora)
    desk.get_by_role("button", name="Go on on another device").click()
    desk.get_by_role("button", name="Send me a link").click()
    expect(desk.get_by_text("The link is on its way.")).to_be_visible()
    link = nora.link()

    phone = open_page(viewport=PHONE)
    phone.goto(link)
    expect(phone.get_by_role("heading", name="Read and sign")).to_be_visible()
    assert "#" not in phone.url
    assert "Sign out" not in phone.content()
    phone.reload()
    no_wider_than_the_phone(phone)
    sign_all(phone, nora)
    expect(phone.get_by_role("heading", name="Welcome!")).to_be_visible()
    expect(desk.get_by_role("heading", name="Welcome!")).to_be_visible()

    stranger = open_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def test_an_operator_holds_the_call_and_reviews_a_flagged_application(
    open_page: OpenPage, sign_in: SignIn, stack: LocalStack
) -> None:
    who = newcomer(stack, "R2 Unit")
    page = come_in(open_page(permissions=["camera", "microphone"]), who)
    apply(page, who)
    paste_code(page, who.code())
    expect(page.get_by_role("heading", name="A short video call")).to_be_visible()
    page.get_by_role("button", name="Test camera and microphone").click()
    expect(page.get_by_text("Camera and microphone work.")).to_be_visible()

    yuki = sign_in("yuki.tanaka")
    yuki.goto(f"{stack.url}/applications?view=waiting&state=video")
    yuki.get_by_role("link", name=re.compile(who.username)).click()
    expect(yuki.get_by_text("Digits in the name")).to_be_visible()
    expect(yuki.get_by_text(who.name, exact=True)).to_be_visible()
    yuki.get_by_role("button", name="The call took place").click()
    sign_all(page, who)
    looked_at = page.get_by_role("heading", name="One of our people looks at your application")
    expect(looked_at).to_be_visible()

    # Who decides finds both kinds of work from one inbox.
    yuki.goto(f"{stack.url}/cases")
    yuki.get_by_role("link", name=re.compile("for a review")).click()
    expect(yuki.get_by_role("heading", level=1, name="Applications")).to_be_visible()
    open_application(yuki, stack, who, "review")
    decide = yuki.get_by_role("button", name="Decide")
    yuki.get_by_label("Ask for the documents again").check()
    choose(yuki, "Reason", "Signature to be repeated")
    expect(decide).to_be_disabled()
    yuki.get_by_label("In words, for the file").fill("The signature is not hers.")
    decide.click()
    expect(yuki.locator(".said").get_by_text("The signature is not hers.")).to_be_visible()
    sign_all(page, who)
    expect(looked_at).to_be_visible()

    open_application(yuki, stack, who, "review")
    yuki.get_by_label("Approve").check()
    choose(yuki, "Reason", "The rule was mistaken")
    yuki.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Welcome!")).to_be_visible()
    expect(yuki.get_by_text("The record is whole")).to_be_visible()


def test_a_vendor_that_fails_is_helped_by_a_person(
    open_page: OpenPage, sign_in: SignIn, stack: LocalStack, nora: Newcomer
) -> None:
    page = come_in(open_page(), nora)
    apply(page, nora)
    with failing(stack, "foxit"):
        paste_code(page, nora.code())
        expect(page.get_by_role("heading", name="Something on our side")).to_be_visible(timeout=60_000)
    yuki = sign_in("yuki.tanaka")
    open_application(yuki, stack, nora, "outage")
    yuki.get_by_role("button", name="Try the step again").click()
    sign_all(page, nora)
    expect(page.get_by_role("heading", name="Welcome!")).to_be_visible()


def test_an_application_is_withdrawn_and_another_can_be_begun(open_page: OpenPage, nora: Newcomer) -> None:
    page = at_the_documents(open_page(), nora)
    page.get_by_role("button", name="Withdraw the application").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("heading", name="You took your application back")).to_be_visible()
    page.get_by_role("button", name="Start a new application").click()
    expect(page.get_by_role("heading", name="What would you like to open?")).to_be_visible()


def test_an_agent_is_not_offered_applications(sign_in: SignIn, stack: LocalStack) -> None:
    page = sign_in("hana.sato")
    expect(page.get_by_role("link", name="Applications")).to_have_count(0)
    page.goto(f"{stack.url}/applications")
    expect(page).to_have_url(re.compile("/calls$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_journey_is_accessible_on_a_phone(open_page: OpenPage, nora: Newcomer, axe: str, scheme: str) -> None:
    page = come_in(open_page(viewport=PHONE, color_scheme=scheme), nora)
    expect(page.get_by_role("heading", name="What would you like to open?")).to_be_visible()
    no_wider_than_the_phone(page)
    assert violations(page, axe) == []
    apply(page, nora)
    no_wider_than_the_phone(page)
    assert violations(page, axe) == []
    paste_code(page, nora.code())
    expect(page.get_by_role("heading", name="Read and sign")).to_be_visible()
    no_wider_than_the_phone(page)
    assert violations(page, axe) == []


def test_the_operators_pages_are_accessible(
    open_page: OpenPage, sign_in: SignIn, stack: LocalStack, nora: Newcomer, axe: str
) -> None:
    at_the_documents(open_page(), nora)
    page = sign_in("liam.hughes")
    page.goto(f"{stack.url}/applications?view=waiting&state=documents")
    link = page.get_by_role("link", name=re.compile(nora.username))
    expect(link).to_be_visible()
    assert violations(page, axe) == []
    link.click()
    expect(page.get_by_text("The record is whole")).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_role("link", name=re.compile("^Documents")).click()
    expect(page.get_by_role("row", name=re.compile("Account agreement"))).to_be_visible()
    assert violations(page, axe) == []


def test_the_journey_speaks_japanese(open_page: OpenPage, nora: Newcomer) -> None:
    page = come_in(open_page(locale="ja-JP", viewport=PHONE), nora)
    expect(page.get_by_role("heading", name="何をお申し込みになりますか")).to_be_visible()
    page.get_by_role("button", name="選ぶ: クレジットカード").click()
    page.get_by_label("氏名").fill("野原 のら")
    page.get_by_label("生年月日").fill("1990/04/01")
    page.get_by_role("textbox", name="携帯電話番号").fill(nora.national)
    page.get_by_label("メールアドレス").fill(nora.email)
    page.get_by_role("button", name="申し込みを始める").click()
    expect(page.get_by_role("heading", name="お送りしたコードを入力してください")).to_be_visible()
    page.get_by_label("桁 1 / 6").fill(nora.code())
    expect(page.get_by_role("heading", name="短いビデオ通話")).to_be_visible()
    no_wider_than_the_phone(page)
