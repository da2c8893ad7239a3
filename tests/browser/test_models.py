"""Models in the console: their evidence, drift, roll-out and what they would say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import rapport_inference
from playwright.sync_api import Page, Route, expect

from models.upload import upload
from sandbox.stack import LocalStack
from tests.browser.accessibility import violations
from tests.browser.conftest import SignIn, go_to
from tests.e2e.client import Person

pytestmark = pytest.mark.browser
SHIPPED = rapport_inference.ROOT / "models"
AS_GOOD, WORSE = "8.0.0", "7.0.0"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def shipped(name: str) -> Path:
    return SHIPPED / name / (SHIPPED / name / "CURRENT").read_text().strip()


def worsened(evaluation: dict[str, Any]) -> dict[str, Any]:
    """The same evaluation with less AUC than the gate tolerates."""
    auc = evaluation["splits"][0]["figures"]["credit"]["AUC"]
    auc[:] = [value - 0.02 for value in auc]
    return evaluation


@pytest.fixture(scope="module", autouse=True)
def uploaded(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The shipped credit model under two other numbers, one of them with worse evidence."""
    for version, change in ((AS_GOOD, dict), (WORSE, worsened)):
        folder = tmp_path_factory.mktemp("models") / version
        shutil.copytree(shipped("credit"), folder)
        said, evaluation = folder / "model.json", folder / "evaluation.json"
        said.write_text(json.dumps({**json.loads(said.read_text()), "version": version}))
        evaluation.write_text(json.dumps(change(json.loads(evaluation.read_text()))))
        outputs = stack.described.outputs
        upload(
            folder,
            s3=stack.client("s3"),
            dynamodb=stack.client("dynamodb"),
            bucket=outputs["FilesBucketName"],
            table=outputs["ModelsTableName"],
        )


def open_model(page: Page, stack: LocalStack, name: str, tab: str) -> None:
    page.goto(f"{stack.url}/models/{name}?tab={tab}")
    expect(page.get_by_role("tab", selected=True)).to_be_visible()


def ask_for(page: Page, version: str, what: str, reason: str) -> None:
    """Choose a change of a version and give the reason."""
    page.get_by_role("button", name=f"Change {version}").click()
    page.get_by_role("menuitem", name=what).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=what)).to_be_disabled()
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=what).click()


def test_every_model_shows_its_question_its_figure_with_interval_and_that_it_is_synthetic(
    stack: LocalStack, sign_in: SignIn
) -> None:
    page = sign_in("yuki.tanaka")
    go_to(page, "Models", "Models")
    row = page.get_by_role("row", name=re.compile("^churn"))
    expect(row).to_contain_text("Will this customer do nothing in the next 90 days?")
    expect(row).to_contain_text("SYNTHETIC")
    expect(row).to_contain_text(re.compile(r"AUC 0\.\d{3} \(0\.\d{3}–0\.\d{3}\)"))
    expect(row).to_contain_text(re.compile(r"\d+\.\d %"))
    row.get_by_role("link", name="churn").click()
    expect(page).to_have_url(f"{stack.url}/models/churn")
    expect(page.get_by_role("heading", name="churn", exact=True)).to_be_visible()


def test_the_model_stands_beside_its_baselines_on_every_split(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    open_model(page, stack, "churn", "performance")
    splits = json.loads((shipped("churn") / "evaluation.json").read_text())["splits"]
    assert len(splits) > 1
    for split in splits:
        table = page.get_by_role("table", name=split["split"], exact=True)
        rows = table.locator("tbody").get_by_role("row")
        expect(rows).to_have_count(len(split["figures"]))
        expect(rows.first).to_contain_text("churn")
        value, low, high = split["figures"]["churn"]["AUC"]
        expect(rows.first).to_contain_text(f"{value:.3f} ({low:.3f}–{high:.3f})")


def test_the_gate_says_why_it_refuses_and_lets_an_equal_version_in_and_out_again(
    stack: LocalStack, sign_in: SignIn
) -> None:
    page = sign_in("liam.hughes")
    open_model(page, stack, "credit", "versions")
    ask_for(page, WORSE, "Promote", "It is newer")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("is below the champion's")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

    champion = page.get_by_role("row").filter(has_text="Champion").filter(has_text="shipped")
    expect(champion).to_be_visible()
    ask_for(page, AS_GOOD, "Make challenger", "Try it on a tenth")
    expect(page.get_by_text(f"{AS_GOOD} · 10 % of customers")).to_be_visible()
    page.get_by_role("button", name="End the challenge").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("Seen enough")
    page.get_by_role("dialog").get_by_role("button", name="End the challenge").click()
    expect(page.get_by_text(f"{AS_GOOD} · 10 % of customers")).to_have_count(0)

    ask_for(page, AS_GOOD, "Promote", "As good, and trained later")
    expect(page.get_by_text(f"Changed. Champion {AS_GOOD}")).to_be_visible()
    changes = page.get_by_role("table", name="Changes")
    newest = changes.locator("tbody").get_by_role("row").first
    expect(newest).to_contain_text("As good, and trained later")
    expect(newest).to_contain_text("liam.hughes")
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("Only a rehearsal")
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(newest).to_contain_text("Only a rehearsal")
    expect(champion).to_be_visible()


def test_a_supervisor_reads_the_roll_out_and_changes_nothing(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    open_model(page, stack, "credit", "versions")
    expect(page.get_by_role("table", name="Versions")).to_contain_text(AS_GOOD)
    expect(page.get_by_role("button", name=re.compile("Change|Roll back"))).to_have_count(0)


def test_drift_is_looked_for_on_request_and_few_predictions_decide_nothing(
    stack: LocalStack, sign_in: SignIn, liam: Person
) -> None:
    body = {"subject": "one-payment", "row": {"tx_amount": 40.0}}
    assert liam.post("/api/models/fraud/predict", body).status_code == 200
    page = sign_in("liam.hughes")
    open_model(page, stack, "fraud", "drift")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("heading", name="Latest report")).to_be_visible()
    expect(page.get_by_text("Fewer than two hundred predictions decide nothing")).to_be_visible()


def test_what_moved_is_shown_field_by_field(stack: LocalStack, sign_in: SignIn, liam: Person) -> None:
    for number in range(201):
        body = {"subject": f"drifting-{number}", "row": {"requested_amount": 10_000_000 + number}}
        assert liam.post("/api/models/credit/predict", body).status_code == 200
    page = sign_in("liam.hughes")
    open_model(page, stack, "credit", "drift")
    page.get_by_role("button", name="Look now").click()
    fields = page.get_by_role("table", name="Fields by drift")
    moved = fields.get_by_role("row", name=re.compile("requested_amount"))
    expect(moved).to_contain_text(re.compile(r"\d\.\d{3} / \d\.\d{3}"))
    expect(moved).to_contain_text("drifted")
    expect(fields.get_by_role("row", name=re.compile("stated_income"))).to_contain_text(
        re.compile(r"\d+\.\d % \(in training 0\.0 %\) changed")
    )


def test_changing_a_field_moves_the_probability_and_keeps_the_variants(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("yuki.tanaka")
    open_model(page, stack, "credit", "what-if")
    expect(page.get_by_text("Give at least one field")).to_be_visible()
    page.get_by_label("Debt to income", exact=True).fill("0.05")
    probability = page.get_by_test_id("probability")
    expect(probability).to_have_text(re.compile(r"^\d+\.\d %$"))
    reason = page.get_by_role("region", name="Why").get_by_role("listitem").first
    expect(reason).to_contain_text(re.compile("(raises|lowers) the probability"))
    page.get_by_label("Debt to income", exact=True).fill("0.9")
    page.get_by_label("Missed payments, 12 months", exact=True).fill("6")
    expect(page.get_by_text(re.compile(r"^\+\d+\.\d points from the first answer"))).to_be_visible()
    newest = page.get_by_role("table", name="Variants").locator("tbody").get_by_role("row").first
    expect(newest).to_contain_text("debt_to_income = 0.9, missed_payments_12m = 6")
    page.get_by_label("Credit in use", exact=True).fill("much")
    expect(page.get_by_text("This is not a number.")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("Give at least one field")).to_be_visible()
    expect(page.get_by_label("Debt to income", exact=True)).to_have_value("")


def test_every_kind_of_field_is_sent_as_what_it_is_and_a_refused_one_is_said_beside_it(
    stack: LocalStack, sign_in: SignIn
) -> None:
    asked: list[Any] = []
    fields = [
        {"name": name, "kind": kind, "levels": levels, "label": {"en": name, "ja": name}, "required": False}
        for name, kind, levels in (
            ("income", "number", []),
            ("purpose", "category", ["car", "home"]),
            ("married", "boolean", ["false", "true"]),
            ("since", "date", []),
        )
    ]

    def refuse(route: Route) -> None:
        asked.append(route.request.post_data_json)
        errors = [{"field": "row.since", "message": "since must be a date such as 2024-01-31"}]
        problem = {"type": "https://rapport.dev/problems/invalid-input", "detail": "no", "errors": errors}
        route.fulfill(status=422, content_type="application/problem+json", json=problem)

    page = sign_in("liam.hughes")
    page.route("**/api/models/credit/fields", lambda route: route.fulfill(json={"items": fields}))
    page.route("**/api/models/credit/predict", refuse)
    open_model(page, stack, "credit", "what-if")
    page.get_by_label("income").fill("1250.5")
    for field, option in (("purpose", "home"), ("married", "no")):
        page.get_by_role("button", name=re.compile(field)).click()
        page.get_by_role("option", name=option, exact=True).click()
    page.get_by_label("since").fill("31.1.2024")
    expect(page.get_by_text("since must be a date such as 2024-01-31")).to_be_visible()
    expect(page.get_by_label("since")).to_have_attribute("aria-invalid", "true")
    page.wait_for_timeout(700)  # a question still on its way
    row = {"income": 1250.5, "purpose": "home", "married": False, "since": "31.1.2024"}
    assert asked[-1] == {"subject": "what-if", "row": row, "record": False}


def test_a_model_of_classes_says_the_likeliest_and_why(stack: LocalStack, sign_in: SignIn, axe: str) -> None:
    page = sign_in("liam.hughes")
    open_model(page, stack, "behaviour_channel", "what-if")
    page.get_by_role("button", name="Usual values").click()
    expect(page.get_by_test_id("answer")).to_have_text(re.compile("Online|Card in a shop|Cash machine|Transfer|Direct"))
    expect(page.get_by_test_id("probability")).to_have_text(re.compile(r"^\d+\.\d %$"))
    expect(page.get_by_role("region", name="Likeliest").get_by_role("listitem")).to_have_count(5)
    expect(page.get_by_role("region", name="Why").get_by_role("listitem").first).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_label("Actions so far, the latest last").fill("online, carrier pigeon")
    expect(page.get_by_text("is none of card_present")).to_be_visible()


def test_a_slider_moves_the_figure_beside_it_and_required_fields_are_asked_for(
    stack: LocalStack, sign_in: SignIn
) -> None:
    page = sign_in("liam.hughes")
    open_model(page, stack, "segmentation", "what-if")
    expect(page.get_by_text("Still needed: Since the last purchase, Purchases, Mean purchase")).to_be_visible()
    for label, value in (("Since the last purchase", "12"), ("Purchases", "8"), ("Mean purchase", "40")):
        page.get_by_label(label, exact=True).fill(value)
    expect(page.get_by_test_id("answer")).to_have_text("Loyal customers")
    open_model(page, stack, "anomaly_transaction", "what-if")
    slider = page.get_by_label("Slider: Earlier purchases of this category")
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_label("Earlier purchases of this category", exact=True)).to_have_value("1")
    expect(page.get_by_test_id("answer")).to_be_visible()
    expect(page.get_by_text(re.compile("8 of 9 fields are not given"))).to_be_visible()


def test_tabs_are_changed_with_the_keyboard_and_kept_in_the_address(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    open_model(page, stack, "churn", "performance")
    page.get_by_role("tab", name="Performance").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=drift"))
    page.reload()
    expect(page.get_by_role("tab", name="Drift")).to_have_attribute("aria-selected", "true")


def test_an_agent_has_no_models(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("hana.sato")
    page.goto(f"{stack.url}/models")
    expect(page.get_by_role("heading", name="My calls")).to_be_visible()
    expect(page.locator("#top").get_by_text("Models")).to_have_count(0)


def test_a_model_that_does_not_exist_is_said_plainly(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes")
    page.goto(f"{stack.url}/models/nothing")
    expect(page.get_by_role("alert")).to_contain_text("This does not exist, or you may not see it.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_models_pass_the_accessibility_rules(
    stack: LocalStack, sign_in: SignIn, axe: str, scheme: str
) -> None:
    page = sign_in("liam.hughes", color_scheme=scheme)
    page.goto(f"{stack.url}/models")
    expect(page.get_by_role("link", name="churn")).to_be_visible()
    assert violations(page, axe) == []
    for tab, shown in (
        ("performance", page.get_by_role("table").first),
        ("drift", page.get_by_role("button", name="Look now")),
        ("versions", page.get_by_role("table", name="Versions")),
        ("what-if", page.get_by_label("Debt to income", exact=True)),
    ):
        open_model(page, stack, "credit", tab)
        expect(shown).to_be_visible()
        assert violations(page, axe) == [], tab


def test_models_fit_a_phone_in_japanese(stack: LocalStack, sign_in: SignIn) -> None:
    page = sign_in("liam.hughes", locale="ja-JP", viewport=PHONE)
    for path, heading in (
        ("/models", "モデル"),
        ("/models/churn", "churn"),
        ("/models/credit?tab=versions", "変更履歴"),
        ("/models/credit?tab=what-if", "モデルの予測"),
    ):
        page.goto(f"{stack.url}{path}")
        expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
