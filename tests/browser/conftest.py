"""A browser for the console of the deployed local stack."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sandbox.stack import LocalStack

# Chromium's background services would look up hosts that a closed network refuses.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=QUIET)


@pytest.fixture
def sign_in(browser: Browser, stack: LocalStack) -> Iterator[SignIn]:
    """Signs a user in, in a browser context of its own; a script error on the page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(username: str, **options: object) -> Page:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1380, "height": 1000}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(stack.url)
        page.locator("input[autocomplete=username]").fill(username)
        page.locator("input[type=password]").fill(stack.credentials[username])
        page.keyboard.press("Enter")
        expect(page.locator("table")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
