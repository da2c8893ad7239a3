"""A report says the same in every form, runs nothing in anybody's spreadsheet or browser, and is for managers."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.reports.model import Chart, Column, Language, Report, Table, Unit
from rapport.reports.page import render_html
from rapport.reports.sheet import FORMULA, render_csv
from rapport.reports.texts import TEXTS
from rapport.reports.workbook import render_xlsx

from tests.builders.customers import TABLE, at, customer, customers_table, transaction
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.http import Answer, Caller, load_handler

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def report(text: str = "groceries", title: str = "USD by month") -> Report:
    """Two tables with a chart each, one line, one of bars."""
    columns = (Column(text, Unit.TEXT), Column("Spent", Unit.MONEY), Column("Share", Unit.SHARE))
    rows = ((text, Decimal("-12.50"), 0.25), ("other", Decimal(3), None))
    charts = [Chart(text, line, Unit.MONEY, (text, "other"), (12.5, 3.0)) for line in (True, False)]
    tables = tuple(Table(title, rows, chart) for chart in charts)
    return Report(text, text, Language.JA, "Table", columns, tables)


class Tags(HTMLParser):
    """Every tag and attribute, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def worksheets(content: bytes) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        return [ElementTree.fromstring(book.read(name)) for name in names]


@settings(max_examples=100, deadline=None)
@given(start=st.sampled_from([*FORMULA, ""]), text=st.text(max_size=30))
def test_no_text_of_a_csv_file_is_a_formula(start: str, text: str) -> None:
    rows = list(csv.reader(io.StringIO(render_csv(report(start + text)).decode("utf-8-sig"), newline="")))
    texts = [rows[0][1], *(row[column] for row in rows[1:] for column in (0, 1))]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert rows[1][2:] == ["-12.50", "0.25"]


def test_a_csv_file_opens_in_excel_as_utf_8() -> None:
    assert render_csv(report("山田")).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", ['=HYPERLINK("http://example.com")', "http://example.com", "@SUM(1)", "山田 <b>"])
def test_a_workbook_has_real_charts_and_no_formula_or_link(text: str) -> None:
    content = render_xlsx(report(text, title="USD/月: [別]"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        charts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
    assert sorted("lineChart" in chart for chart in charts) == [False, True]
    sheets = worksheets(content)
    assert len(sheets) == 2
    assert not [sheet for sheet in sheets if sheet.findall(f".//{MAIN}f") or sheet.findall(f".//{MAIN}hyperlink")]
    values = [cell.findtext(f"{MAIN}v") for cell in sheets[0].findall(f".//{MAIN}c") if cell.get("t") != "s"]
    assert {"-12.5", "0.25"} <= set(values)


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.just('"><script>alert(1)</script>')
)
def test_a_page_holds_texts_as_texts_and_loads_nothing(text: str) -> None:
    page = render_html(report(text)).decode()
    plain, seen = Tags(render_html(report("x")).decode()), Tags(page)
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes
    assert not seen.attributes & {"src", "href", "onload", "onclick"}
    assert "".join(seen.text).count(text) >= 1
    assert page.count("<svg") == 2


def test_every_word_of_the_vocabulary_has_both_languages() -> None:
    assert {*CATEGORIES, *CHANNELS} <= TEXTS.keys()
    assert not [key for key, text in TEXTS.items() if not text.en or not text.ja]


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        create_table(made, "identity")
        aws_client("s3").create_bucket(Bucket="files")
        CustomerStore(made, TABLE).put(customer(segment="gold", joined_at=at("2025-04-02")))
        Ledger(made, TABLE).book("C1", [transaction(), transaction("T2", category="travel", amount=40)])
        yield made


@pytest.fixture
def calling(client: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Caller]:
    environment = {"CUSTOMERS_TABLE": TABLE, "IDENTITY_TABLE": "identity", "FILES_BUCKET": "files"}
    module = load_handler("reports_api", monkeypatch, environment)
    return lambda *groups: Caller(module, groups)


def fetched(answer: Answer) -> bytes:
    """The file of a report that was made."""
    key = f"reports/{answer.body['report_id']}.{answer.body['format']}"
    content: bytes = aws_client("s3").get_object(Bucket="files", Key=key)["Body"].read()
    assert len(content) == answer.body["bytes"]
    assert key in answer.body["url"]
    return content


@pytest.mark.parametrize(("kind", "rows"), [("customers", 5), ("transactions", 4), ("cohorts", 1)])
@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_is_made_in_every_form_and_language(
    calling: Callable[..., Caller], kind: str, rows: int, form: str, language: str
) -> None:
    body = {"kind": kind, "format": form, "language": language, "from": "2025-04", "to": "2025-05"}
    answer = calling("supervisor").post("/api/reports", body)
    assert (answer.status, answer.body["rows"]) == (201, rows)
    content = fetched(answer)
    if form == "csv":
        assert len(content.decode().splitlines()) == rows + 1
    elif form == "html":
        assert re.search(rf'<html lang="{language}">', content.decode())
        assert "<svg" in content.decode()
    else:
        assert worksheets(content)


def test_a_report_of_nothing_is_a_report(calling: Callable[..., Caller]) -> None:
    for form in ("csv", "xlsx", "html"):
        answer = calling("admin").post("/api/reports", {"kind": "transactions", "format": form, "to": "2020-01"})
        assert (answer.status, answer.body["rows"]) == (201, 0)
        assert fetched(answer)


def test_one_idempotency_key_makes_one_report(calling: Callable[..., Caller]) -> None:
    body = {"kind": "customers", "format": "csv"}
    once = calling("analyst").post("/api/reports", body, idempotency_key="key-00000001")
    again = calling("analyst").post("/api/reports", body, idempotency_key="key-00000001")
    assert once.body["report_id"] == again.body["report_id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "cats"}, "kind"),
        ({"format": "pdf"}, "format"),
        ({"language": "fr"}, "language"),
        ({"from": "2025-13"}, "from"),
        ({"from": "soon"}, "from"),
        ({"from": "2025-05", "to": "2025-04"}, "from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named(calling: Callable[..., Caller], change: dict[str, Any], field: str) -> None:
    answer = calling("analyst").post("/api/reports", {"kind": "customers", **change})
    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize("role", ["agent", "customer"])
def test_only_managers_make_reports(calling: Callable[..., Caller], role: str) -> None:
    assert calling(role).post("/api/reports", {"kind": "customers"}).kind == "forbidden"
