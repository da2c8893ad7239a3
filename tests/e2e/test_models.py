"""Models in service through the front door: score, explain, upload, challenge, promote, roll back, watch."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import rapport_inference

from models.upload import upload
from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually, invoke

pytestmark = pytest.mark.e2e

SHIPPED = rapport_inference.ROOT / "models"
UPLOADED = "9.0.0"


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


@pytest.fixture(scope="module")
def uploaded(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The shipped churn model under another number, in the bucket."""
    shipped = SHIPPED / "churn" / (SHIPPED / "churn" / "CURRENT").read_text().strip()
    folder: Path = tmp_path_factory.mktemp("models") / UPLOADED
    shutil.copytree(shipped, folder)
    said = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**said, "version": UPLOADED}))
    outputs = stack.described.outputs
    upload(
        folder,
        s3=stack.client("s3"),
        dynamodb=stack.client("dynamodb"),
        bucket=outputs["FilesBucketName"],
        table=outputs["ModelsTableName"],
    )
    return UPLOADED


def done(person: Person, path: str, body: Any, **headers: str) -> Any:
    answer = person.post(path, body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def payment(**fields: Any) -> dict[str, Any]:
    return {
        "transaction_id": f"P-{uuid.uuid4().hex[:12]}",
        "customer_id": "C00001",
        "at": int(time.time() * 1000),
        "amount": 40.0,
        "currency": "USD",
        "category": "groceries",
        "channel": "card_present",
        "merchant": "Corner Shop",
        "country": "US",
        **fields,
    }


def test_a_customer_is_scored_with_reasons_and_what_would_change_them(hana: Person) -> None:
    score = done(hana, "/api/inference/churn-score", {"customer_id": "C00001"}, **key())
    assert score["synthetic"] is True
    assert 0 < score["probability"] < 1
    assert 1 <= len(score["reasons"]) <= 4
    told = hana.get("/api/inference/explain", params={"customer_id": "C00001"}).json()
    assert told["score"]["value"] == score["value"]
    assert all(change["probability"] < score["probability"] for change in told["changes"])


def test_the_same_question_under_one_key_is_recorded_once(hana: Person) -> None:
    headers = key()
    answers = [done(hana, "/api/inference/churn-score", {"customer_id": "C00002"}, **headers) for _ in range(2)]
    assert answers[0] == answers[1]


def test_a_strange_payment_is_more_suspicious_than_a_usual_one(hana: Person) -> None:
    usual = done(hana, "/api/inference/fraud-detection", payment())
    strange = payment(amount=4_800.0, category="electronics", channel="online", merchant="Never Seen", country="BR")
    suspicious = done(hana, "/api/inference/fraud-detection", strange)
    assert suspicious["score"]["probability"] > usual["score"]["probability"]
    assert suspicious["decision"] in {"ALLOW", "REVIEW"}


def test_credit_is_scored_by_the_form_and_more_debt_never_helps(hana: Person) -> None:
    form = {"requested_amount": 10_000, "term_months": 36, "stated_income": 3_000, "missed_payments_12m": 0}
    scores = [
        done(hana, "/api/inference/credit-score", {"application_id": "A1", **form, "debt_to_income": debt})
        for debt in (0.1, 0.5, 2.0)
    ]
    probabilities = [score["probability"] for score in scores]
    assert probabilities == sorted(probabilities)


@pytest.mark.parametrize("question", ["segment", "lifetime-value", "spend-forecast", "next-best-action"])
def test_every_other_question_about_a_customer_has_an_answer(hana: Person, question: str) -> None:
    answer = done(hana, f"/api/inference/{question}", {"customer_id": "C00003"})
    assert answer["customer_id"] == "C00003"
    assert answer["synthetic"] is True


def test_a_customer_nobody_knows_and_a_batch_with_one_of_them(hana: Person, yuki: Person) -> None:
    missing = hana.post("/api/inference/churn-score", {"customer_id": "nobody"}, headers=key())
    assert (missing.status_code, missing.json()["type"].rpartition("/")[2]) == (404, "not-found")
    batch = done(yuki, "/api/inference/churn-batch", {"customer_ids": ["C00001", "nobody", "C00002"]})
    assert [item["error"] is None for item in batch["items"]] == [True, False, True]
    assert hana.post("/api/inference/churn-batch", {"customer_ids": ["C00001"]}).status_code == 403


def test_a_batch_of_rows_reports_each_row_that_fails(liam: Person, hana: Person) -> None:
    good = {"requested_amount": 5_000, "term_months": 24, "stated_income": 2_500}
    rows = [{"subject": f"B{n}", "row": {**good, **({"open_loans": "many"} if n == 3 else {})}} for n in range(60)]
    batch = done(liam, "/api/inference/batch-process", {"model": "credit", "rows": rows}, **key())
    assert (len(batch["items"]), batch["failed"]) == (60, 1)
    assert batch["items"][3]["field"] == "open_loans"
    assert [item["subject"] for item in batch["items"]] == [row["subject"] for row in rows]
    assert hana.post("/api/inference/batch-process", {"model": "credit", "rows": rows}).status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("churn-score", {"customer_id": "'; DROP TABLE customers; --"}, "customer_id"),
        ("credit-score", {"application_id": "A", "requested_amount": -5, "term_months": 3, "stated_income": 1},
         "requested_amount"),
        ("fraud-detection", payment(country="Brazil"), "country"),
        ("spend-forecast", {"customer_id": "C00001", "months": 900}, "months"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field(hana: Person, path: str, body: dict[str, Any], field: str) -> None:
    answer = hana.post(f"/api/inference/{path}", body)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_an_uploaded_version_challenges_is_promoted_and_rolled_back(liam: Person, hana: Person, uploaded: str) -> None:
    why = {"reason": "trained on newer data"}
    challenged = done(liam, "/api/models/churn/challenge", {"version": uploaded, "share": 1.0, **why})
    assert challenged["challenger"] == uploaded
    answer = done(hana, "/api/models/churn/predict", {"subject": "C00001", "row": {"spend_30d": 10.0}}, **key())
    assert (answer["version"], answer["arm"]) == (uploaded, "challenger")
    promoted = done(liam, "/api/models/churn/promote", {"version": uploaded, **why})
    assert (promoted["champion"], promoted["challenger"]) == (uploaded, None)
    back = done(liam, "/api/models/churn/rollback", why)
    assert back["champion"] != uploaded
    history = liam.get("/api/models/churn/history").json()["items"]
    assert [change["changed_by"] for change in history[:3]] == ["liam.hughes"] * 3


def test_what_an_uploaded_version_said_is_labelled_and_watched(
    stack: LocalStack, liam: Person, hana: Person, uploaded: str
) -> None:
    done(liam, "/api/models/churn/challenge", {"version": uploaded, "share": 1.0, "reason": "watch it for a day"})
    # Another function reads the roll-out again after half a minute, and asks the bucket for the version.
    deadline = time.monotonic() + 60
    while done(hana, "/api/inference/churn-score", {"customer_id": "C00005"})["version"] != uploaded:
        assert time.monotonic() < deadline
        time.sleep(2)

    # The daily look at the customers asks the version that answers, too.
    def looked_by() -> str:
        assert invoke(stack, "ScoringSnapshots", {"customer_ids": ["C00005"]}) == {"taken": 1}
        return str(hana.get("/api/analytics/C00005/summary").json()["scores"]["versions"]["churn"])

    eventually(looked_by, lambda version: version == uploaded, every_s=2)
    labels = {"labels": [{"subject": "C00005", "outcome": True}]}
    assert done(liam, "/api/models/churn/labels", labels, **key())["labelled"] >= 1
    live = liam.get("/api/models/churn/performance").json()["live"]
    assert any(arm["version"] == uploaded and arm["labelled"] for arm in live)
    reports = done(liam, "/api/models/churn/drift", {"days": 7})["items"]
    assert uploaded in {report["version"] for report in reports}
    # What the daily schedule does.
    assert invoke(stack, "ModelsMonitor", {})["reports"] >= 1
    assert liam.get("/api/models/churn/drift").json()["items"][0]["at"] >= max(report["at"] for report in reports)
    done(liam, "/api/models/churn/challenge", {"version": None, "reason": "seen enough"})


def test_a_label_for_a_model_nobody_has_leaves_its_key_free(liam: Person) -> None:
    headers, body = key(), {"labels": [{"subject": "C00001", "outcome": True}]}
    assert liam.post("/api/models/nothing/labels", body, headers=headers).status_code == 404
    assert liam.post("/api/models/churn/labels", body, headers=headers).status_code == 201


def test_an_agent_does_not_change_models(hana: Person, uploaded: str) -> None:
    for action in ("promote", "challenge", "shadow"):
        body = {"version": uploaded, "reason": "why not", **({} if action == "promote" else {"share": 0.5})}
        assert hana.post(f"/api/models/churn/{action}", body).status_code == 403
    assert hana.get("/api/models").status_code == 403


ROWS: dict[str, dict[str, Any]] = {
    "anomaly_call": {"duration_ratio": 40, "transfers": 4},
    "anomaly_login": {"failed_before": 6, "new_device": True},
    "anomaly_transaction": {"amount_ratio": 30, "new_country": True},
    "behaviour_category": {"history": "groceries, fuel"},
    "behaviour_channel": {"history": "online online atm"},
    "churn": {"active_days_90d": 2},
    "credit": {"debt_to_income": 0.5},
    "fraud": {"tx_amount": 900},
    "intent": {"text": "カードをなくしました"},
    "lifetime_value": {"repeats": 5, "recency_weeks": 20, "age_weeks": 30, "mean_value": 50},
    "next_best_action": {"payment_risk": 0.6, "balance_due": 100, "days_past_due": 12},
    "payment_risk": {"days_past_due": 40},
    "segmentation": {"recency_days": 10, "frequency": 5, "monetary_mean": 40},
    "spam_caller": {"calls_1h": 8, "calls_24h": 50, "calls_7d": 200},
    "spend_forecast": {"months": "420, 380, 510"},
}


def test_every_published_model_says_its_fields_and_answers_a_row_with_reasons(liam: Person, hana: Person) -> None:
    names = [model["name"] for model in liam.get("/api/models").json()["items"]]
    assert set(names) == {*ROWS, "forecast"}
    for name in names:
        fields = liam.get(f"/api/models/{name}/fields").json()["items"]
        assert all(field["label"]["en"] and field["label"]["ja"] for field in fields), name
        row = ROWS.get(name) or {field["name"]: field["typical"] for field in fields}
        wanted = {k: v for k, v in row.items() if k in {field["name"] for field in fields}}
        wanted = wanted or {fields[0]["name"]: fields[0]["typical"]}
        said = done(hana, f"/api/models/{name}/predict", {"subject": "C00001", "row": wanted}, **key())
        assert said["probability"] is not None or said["answer"] or said["outputs"], name
        assert said["reasons"], name
        assert all(reason["en"] and reason["ja"] for reason in said["reasons"]), name
        assert said["synthetic"] is True or name == "intent", name


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("anomaly_transaction", {"amount_ratio": "huge"}, "row.amount_ratio"),
        ("anomaly_login", {"falied_before": 3}, "row.falied_before"),
        ("behaviour_channel", {"history": "smoke signals"}, "row.history"),
        ("intent", {}, "row.text"),
        ("segmentation", {"recency_days": 1}, "row.frequency"),
        ("lifetime_value", {"repeats": -1, "recency_weeks": 0, "age_weeks": 1, "mean_value": 1}, "row.repeats"),
        ("spam_caller", {"calls_7d": -5}, "row.calls_7d"),
        ("churn", {"active_days_90d": "many"}, "row.active_days_90d"),
    ],
)
def test_a_garbage_row_is_refused_by_its_field(hana: Person, name: str, row: dict[str, Any], field: str) -> None:
    answer = hana.post(f"/api/models/{name}/predict", {"subject": "C00001", "row": row})
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_anomaly_models_answers_are_watched_for_drift(liam: Person) -> None:
    event = {"subject": "T1", "row": ROWS["anomaly_transaction"]}
    done(liam, "/api/models/anomaly_transaction/predict", event, **key())
    report = done(liam, "/api/models/anomaly_transaction/drift", {"days": 1})["items"][0]
    assert (report["verdict"], report["rows"] + report["rows_missing"]) == ("unknown", 200)
    status = {s["name"]: s for s in liam.get("/api/models/status").json()["items"]}["anomaly_transaction"]
    assert (status["drift"], status["rows_missing"]) == ("unknown", report["rows_missing"])
    refused = liam.post("/api/models/intent/drift", {"days": 1})
    assert (refused.status_code, "no reference" in refused.json()["detail"]) == (409, True)


def test_models_are_listed_with_their_evidence(yuki: Person) -> None:
    models = {model["name"]: model for model in yuki.get("/api/models").json()["items"]}
    assert {"payment_risk", "churn", "fraud", "credit", "segmentation", "next_best_action"} <= models.keys()
    split = models["churn"]["champion"]["evaluation"][0]
    assert {"churn", "prevalence for everybody", "logistic regression, one-hot"} <= split["figures"].keys()
    statuses = {status["name"] for status in yuki.get("/api/models/status").json()["items"]}
    assert statuses == set(models)
