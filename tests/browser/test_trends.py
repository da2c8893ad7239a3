"""Trends in the console: what is usual, what is coming, and a monitor that tells."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn
from tests.e2e.client import invoke

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_a_forecast_shows_its_band_its_clock_and_the_same_as_a_table(
    stack: LocalStack, sign_in: SignIn, axe: str
) -> None:
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/trends")
    expect(page.get_by_role("img", name=re.compile("^The next 48 hours"))).to_be_visible(timeout=60_000)
    assert page.locator("figure.forecast polygon.band").get_attribute("points")
    expect(page.get_by_text("Days begin by the bank's clock, UTC+9").first).to_be_visible()
    page.get_by_role("button", name="As a table").click()
    hours = page.get_by_role("table", name="The next 48 hours").locator("tbody tr")
    expect(hours).to_have_count(48)
    expect(page.get_by_text(re.compile("^The level changed: "))).to_be_visible()
    expect(page.get_by_role("table", name="Unusual hours").locator("tbody")).to_contain_text("are usual")
    assert violations(page, axe) == []

    field = page.get_by_role("combobox", name="Series")
    field.fill("nobody-knows-me")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"series=nobody-knows-me$"))
    expect(page.get_by_text("Nothing has been counted in this series yet.")).to_be_visible(timeout=60_000)


def test_a_monitor_is_made_alerts_while_the_page_is_open_and_is_removed(stack: LocalStack, sign_in: SignIn) -> None:
    name = f"Busy line {uuid.uuid4().hex[:6]}"
    page = sign_in("yuki.tanaka")
    page.goto(f"{stack.url}/trends?series=team:collections")
    page.get_by_role("button", name="New monitor").click()
    asked = page.get_by_role("dialog")
    make = asked.get_by_role("button", name="New monitor")
    asked.get_by_label("Name").fill(name)
    asked.get_by_label("Threshold").fill("-5")
    expect(asked.get_by_text("A number from 0 on")).to_be_visible()
    expect(make).to_be_disabled()
    asked.get_by_label("Threshold").fill("2")
    asked.get_by_label("Window in hours").fill("168")
    asked.get_by_label("Looks in a row").fill("1")
    asked.get_by_label("Send an e-mail to my address").uncheck()
    make.click()
    monitor = page.get_by_role("table", name="Monitors").get_by_role("row").filter(has_text=name)
    expect(monitor).to_contain_text("Quiet", timeout=60_000)
    expect(monitor).to_contain_text("yuki.tanaka")

    invoke(stack, "TrendsForecast", {})
    alert = page.get_by_role("table", name="Alerts").get_by_role("row").filter(has_text=name)
    expect(alert).to_contain_text("Open", timeout=60_000)
    expect(monitor).to_contain_text("Alerting", timeout=60_000)

    monitor.get_by_role("button", name=f"Remove: {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(monitor).to_have_count(0, timeout=60_000)


def test_trends_fit_a_phone_in_japanese_and_in_the_dark(stack: LocalStack, sign_in: SignIn, axe: str) -> None:
    page = sign_in("yuki.tanaka", locale="ja-JP", color_scheme="dark", viewport=PHONE)
    page.goto(f"{stack.url}/trends")
    expect(page.get_by_role("img", name=re.compile("^今後48時間"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("table", name="モニター")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page, axe) == []
