"""A browser for the console of the deployed local stack."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sandbox.stack import ROOT, LocalStack

# Chromium's background services would look up hosts that a closed network refuses.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A camera and a microphone that are not there.
    "--use-fake-device-for-media-stream",
]
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
SignIn = Callable[..., Page]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    # A busy machine is slow, not wrong: only a failure waits so long.
    expect.set_options(timeout=45_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, stack: LocalStack) -> Iterator[OpenPage]:
    """Opens the console in a browser context of its own; a script error on the page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(**options: Any) -> Page:
        options = {"locale": "en-US", "viewport": {"width": 1380, "height": 1000}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(stack.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def enter(page: Page, username: str, password: str) -> None:
    """Fill in the sign-in form and send it."""
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")


def go_to(page: Page, group: str, place: str) -> None:
    """Follow a place in a menu of the bar at the top."""
    page.locator("#top").get_by_role("button", name=group, exact=True).click()
    page.get_by_role("menuitem", name=place, exact=True).click()


@pytest.fixture
def sign_in(open_page: OpenPage, stack: LocalStack) -> SignIn:
    """Signs a user in, in a browser context of its own."""

    def signed_in(username: str, **options: Any) -> Page:
        page = open_page(**options)
        enter(page, username, stack.credentials[username])
        # What follows live is followed from here on, so that a replay cannot start too early.
        live = page.get_by_role("status").get_by_text("Live").or_(page.get_by_text("接続中")).first
        # The first connection of a new stack starts its functions.
        expect(live).to_be_visible(timeout=60_000)
        expect(page.locator("tbody").get_by_text("Loading")).to_have_count(0)
        return page

    return signed_in


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, the accessibility checker among the console's development packages."""
    if not AXE.is_file():
        pytest.skip("the console's packages are not installed: make install-dev")
    return AXE.read_text(encoding="utf-8")
