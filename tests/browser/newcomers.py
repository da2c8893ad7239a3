"""Somebody who becomes a customer in a browser, with the phone and the mailbox that the sandbox keeps for them."""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.conftest import enter
from tests.e2e.client import eventually
from tests.e2e.newcomers import Newcomer as Registrant

# A made-up range that the end-to-end tests do not use; the fraud screen counts numbers.
_NUMBERS = itertools.count(secrets.randbelow(8_000_000) + 1_000_000, 3)


# The address of a document, signed in or by a resume link.
DOWNLOAD = re.compile(r"/documents/(download/)?[0-9a-f-]{36}$")


@dataclass(frozen=True)
class Newcomer:
    """A customer's sign-in and what they enter; `national` is the number as they would write it."""

    stack: LocalStack
    username: str
    password: str
    national: str
    name: str = "Nora Field"

    @property
    def number(self) -> str:
        return f"81{self.national.removeprefix('0')}"

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    def received(self, kind: str, to: str) -> list[dict[str, str]]:
        url = f"{self.stack.url}/sandbox/inbox/messages.json"
        found: list[dict[str, str]] = httpx.get(url, params={"to": to}, timeout=30).json()[kind]
        return found

    def code(self) -> str:
        return eventually(lambda: self.received("codes", self.number), bool)[-1]["code"]

    def link(self) -> str:
        """The resume link, in whichever message it came."""

        def links() -> list[str]:
            texts = [sms["text"] for sms in self.received("messages", self.number)]
            texts += [letter["text"] for letter in self.received("emails", self.email)]
            return [found for text in texts for found in re.findall(r"https?://\S+/onboarding/resume#[\w-]+", text)]

        return eventually(links, bool)[-1]


def newcomer(stack: LocalStack, name: str = "Nora Field") -> Newcomer:
    """A user of the pool in the group of customers, who has not applied for anything."""
    username, password = f"n{secrets.token_hex(5)}", f"Rp-{secrets.token_hex(8)}-Z9"
    cognito, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    cognito.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName="customer")
    return Newcomer(stack, username, password, f"0801{next(_NUMBERS):07d}", name)


def register(page: Page, who: Registrant) -> None:
    """Create the account and prove the number, from the sign-in page back to it."""
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("User name", exact=True).fill(who.username)
    page.get_by_label("E-mail").fill(who.form["email"])
    page.get_by_label("Phone number").fill(who.phone)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("We sent a code by SMS to")).to_contain_text(who.phone[-2:])
    page.get_by_label("Code").fill(who.code())
    page.get_by_role("button", name="Confirm").click()


def come_in(page: Page, who: Newcomer) -> Page:
    enter(page, who.username, who.password)
    expect(page).to_have_url(re.compile("/onboarding$"))
    return page


def apply(page: Page, who: Newcomer, product: str = "Current account") -> None:
    """Choose a product and fill in the form."""
    page.get_by_role("button", name=f"Choose: {product}").click()
    page.get_by_label("Full name").fill(who.name)
    page.get_by_label("Date of birth").fill("1990/04/01")
    choose(page, "Country where you live", "Japan")
    page.get_by_role("textbox", name="Mobile number").fill(who.national)
    page.get_by_label("E-mail").fill(who.email)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Enter the code we sent you")).to_be_visible()


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("button", name=field).click()
    page.get_by_role("option", name=option, exact=True).click()


def paste_code(page: Page, code: str) -> None:
    """As a phone's keyboard offers it: the whole code into the first box."""
    page.get_by_label("Digit 1 / 6").fill(code)


def sign_all(page: Page, who: Newcomer) -> int:
    """Read and sign one document after the other; how many there were."""
    expect(page.get_by_role("heading", name="Read and sign")).to_be_visible()
    reads = page.get_by_role("button", name=re.compile("^Read: "))
    count = reads.count()
    for number in range(count):
        with page.expect_response(DOWNLOAD) as answered:
            reads.nth(number).click()
        assert httpx.get(answered.value.json()["url"], timeout=30).content.startswith(b"%PDF")
        field = page.get_by_label("Your full name, as in the application")
        expect(field).to_be_enabled()
        field.fill(who.name)
        page.get_by_role("button", name=re.compile("^Sign: ")).click()
        if number + 1 < count:
            expect(page.get_by_text("Signed", exact=True)).to_have_count(number + 1)
    return count
