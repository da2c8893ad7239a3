"""Batch scoring in the console: choose a model, take its template, upload, watch, fetch what came out."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn, go_to
from tests.e2e.client import Person

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
# The first batch of all starts four functions.
COLD_MS = 90_000


def open_batches(page: Page, stack: LocalStack) -> None:
    page.goto(f"{stack.url}/batches")
    expect(page.get_by_role("heading", name="Batch scoring", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Download a template")).to_be_visible()


def choose_model(page: Page, name: str) -> None:
    page.locator("#main").get_by_role("button", name=re.compile("^Model")).click()
    page.get_by_role("option", name=name).click()


def upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload and score").click()
    expect(page).to_have_url(re.compile(r"/batches/\d{13}-"))


def test_the_template_of_a_model_is_a_file_that_can_be_scored(
    stack: LocalStack, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("liam.hughes")
    open_batches(page, stack)
    choose_model(page, "Credit")
    page.get_by_role("button", name="Expected columns (14)").click()
    columns = page.get_by_role("table", name="Expected columns")
    expect(columns.get_by_role("row", name=re.compile("stated_income"))).to_contain_text("Stated income a month")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a template").click()
    template = tmp_path / download.value.suggested_filename
    download.value.save_as(template)
    upload(page, template)
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=COLD_MS)
    expect(page.get_by_text("1 scored")).to_be_visible()
    with page.expect_download() as results:
        page.get_by_role("button", name="Results").click()
    lines = list(csv.DictReader(Path(results.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [line["id"] for line in lines] == ["C00001"]
    assert 0 < float(lines[0]["probability"]) < 1


def test_rows_that_failed_are_shown_with_their_reason_and_can_be_fetched(
    stack: LocalStack, sign_in: SignIn, tmp_path: Path
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("id\nC00001\nnobody\nC00001\n")
    page = sign_in("liam.hughes")
    open_batches(page, stack)
    page.get_by_role("button", name="Ids of known customers").click()
    expect(page.get_by_role("button", name="Expected columns (1)")).to_be_visible()
    upload(page, path)
    expect(page.get_by_text("Completed with failures").first).to_be_visible(timeout=COLD_MS)
    failures = page.get_by_role("table", name="Rows that failed")
    expect(failures.get_by_role("row", name=re.compile("^3 "))).to_contain_text("there is no such customer")
    expect(failures.get_by_role("row", name=re.compile("^4 "))).to_contain_text("was in row 2 already")
    with page.expect_download() as download:
        page.get_by_role("button", name="Rows that failed").click()
    assert "nobody" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    go_to(page, "Models", "Batch scoring")
    newest = page.get_by_role("table", name="Batch scoring").locator("tbody").get_by_role("row").first
    expect(newest).to_contain_text("1 scored · 2 failed")


def test_a_file_with_the_wrong_columns_says_what_is_wrong(stack: LocalStack, sign_in: SignIn, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("customer\nC00001\n")
    page = sign_in("liam.hughes")
    open_batches(page, stack)
    choose_model(page, "Segment")
    upload(page, path)
    expect(page.get_by_role("alert")).to_contain_text("Row 1, customer: unknown column; known are id")
    expect(page.get_by_role("button", name="Results")).to_have_count(0)


def test_a_batch_is_watched_while_it_runs_and_can_be_cancelled(
    stack: LocalStack, sign_in: SignIn, tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    row = '"requested_amount": 9000, "term_months": 24, "stated_income": 3000'
    path.write_text("\n".join(f'{{"id": "A{number}", {row}}}' for number in range(12_000)))
    page = sign_in("liam.hughes")
    open_batches(page, stack)
    choose_model(page, "Credit")
    upload(page, path)
    expect(page.get_by_role("progressbar", name="Rows done")).to_be_visible(timeout=COLD_MS)
    page.get_by_role("button", name="Cancel the batch").click()
    expect(page.get_by_text("Cancelled")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the batch")).to_have_count(0)


def test_a_supervisor_is_not_offered_batches(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    expect(page.get_by_text("Batch scoring")).to_have_count(0)
    page.goto(f"{stack.url}/batches")
    expect(page).to_have_url(f"{stack.url}/team")


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "locale": "ja-JP", "color_scheme": "dark"}])
def test_the_pages_are_accessible_on_a_desk_and_on_a_phone_in_japanese(
    stack: LocalStack, sign_in: SignIn, axe: str, options: dict[str, object]
) -> None:
    liam = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    assert liam.post("/api/inference/batches", {"model": "churn"}).status_code == 201
    page = sign_in("liam.hughes", **options)
    page.goto(f"{stack.url}/batches")
    expect(page.locator("tbody").get_by_role("row").last).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_attached()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("tbody").get_by_role("link").first.click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
