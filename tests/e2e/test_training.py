"""Retraining through the front door: from an uploaded table to a challenger, and what refuses, fails and stops."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
import rapport_inference
from rapport.training.model import Run, RunStep, StepName
from rapport.training.store import DynamoRuns

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e
SHIPPED = rapport_inference.ROOT / "models"
OVER = {"SUCCEEDED", "REFUSED", "FAILED", "CANCELLED"}


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def applications(rows: int = 1_200, seed: int = 3) -> pd.DataFrame:
    """A made-up table with some of the credit model's fields; debt and missed payments decide."""
    rng = np.random.default_rng(seed)
    debt, missed = rng.gamma(2, 0.25, rows), rng.poisson(0.8, rows)
    probability = 1 / (1 + np.exp(3 - 2.5 * debt - 0.9 * missed))
    return pd.DataFrame(
        {
            "application": [f"A{number:05d}" for number in range(rows)],
            "customer": [f"c{number:04d}" for number in rng.integers(0, rows, rows)],
            "requested_amount": np.round(rng.lognormal(9, 0.6, rows), 2),
            "term_months": rng.choice([12, 24, 36, 48], rows),
            "stated_income": np.round(rng.lognormal(8, 0.4, rows), 2),
            "debt_to_income": np.round(debt, 3),
            "missed_payments_12m": missed,
            "defaulted": np.where(rng.random(rows) < probability, "yes", "no"),
        }
    )


def upload(person: Person, model: str, data: bytes) -> str:
    """Upload a table as the console does; returns its id."""
    made = person.post(f"/api/models/{model}/tables", {}, headers=key())
    assert made.status_code == 201, made.text
    assert httpx.put(made.json()["upload_url"], content=data, timeout=30).status_code == 200
    found: str = made.json()["table_id"]
    return found


def train(person: Person, model: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = person.post(f"/api/models/{model}/train", {"trials": 1, **body}, headers=key())
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def finished(person: Person, run: dict[str, Any], within_s: float = 240) -> dict[str, Any]:
    address = f"/api/models/{run['name']}/runs/{run['run_id']}"
    return eventually(lambda: person.get(address).json(), lambda r: r["state"] in OVER, within_s=within_s, every_s=1)


def table_of(table_id: str) -> dict[str, Any]:
    return {
        "table_id": table_id,
        "target": "defaulted",
        "group": "customer",
        "positive": "yes",
        "drop": ["application"],
    }


def test_an_uploaded_table_trains_a_version_that_challenges_is_promoted_and_rolled_back(
    stack: LocalStack, liam: Person, hana: Person
) -> None:
    table_id = upload(liam, "credit", applications().to_csv(index=False).encode())
    begun = train(liam, "credit", {"table": table_of(table_id), "synthetic": True, "note": "a new year's applications"})
    assert (begun["state"], begun["started_by"]) == ("RUNNING", "liam.hughes")
    second = liam.post("/api/models/credit/train", {}, headers=key())
    assert (second.status_code, second.json()["type"].rpartition("/")[2]) == (409, "conflict")

    run = finished(liam, begun)
    assert (run["state"], run["reason"]) == ("SUCCEEDED", None)
    assert (run["rows"], run["size"]) == (1_200, "small")
    assert [step["name"] for step in run["steps"]] == ["start", "prepare", "train", "register"]
    assert all(step["ended_at"] >= step["started_at"] for step in run["steps"])
    against = run["against"]
    assert against["rows"] == pytest.approx(240, abs=12)
    assert against["candidate_auc"]["low"] > 0.5
    assert against["champion"] == (SHIPPED / "credit" / "CURRENT").read_text().strip()

    version, why = run["version"], {"reason": "trained on the uploaded table"}
    rollout = next(m for m in liam.get("/api/models").json()["items"] if m["name"] == "credit")["rollout"]
    assert rollout["champion"] != version, "no version becomes champion by itself"
    versions = {v["version"]: v for v in liam.get("/api/models/credit/performance").json()["versions"]}
    assert versions[version]["synthetic"] is True
    assert f"credit {against['champion']}" in versions[version]["evaluation"][0]["figures"]
    assert liam.post("/api/models/credit/challenge", {"version": version, "share": 1.0, **why}).status_code == 200
    row = {"requested_amount": 9_000, "debt_to_income": 0.9, "missed_payments_12m": 2, "open_loans": 2}
    answer = hana.post("/api/models/credit/predict", {"subject": "A1", "row": row}, headers=key())
    assert answer.status_code == 200, answer.text
    assert (answer.json()["version"], answer.json()["arm"]) == (version, "challenger")
    if not run["objections"]:
        assert liam.post("/api/models/credit/promote", {"version": version, **why}).json()["champion"] == version
        assert liam.post("/api/models/credit/rollback", why).json()["champion"] == against["champion"]
    liam.post("/api/models/credit/challenge", {"version": None, **why})


def test_the_tenants_own_data_is_exported_and_refused_in_words_where_it_is_too_little(
    stack: LocalStack, liam: Person
) -> None:
    begun = train(liam, "churn", {})
    run = finished(liam, begun)
    assert run["state"] == "REFUSED", run
    assert "labelled rows, 200 needed" in run["reason"]
    assert [step["name"] for step in run["steps"]] == ["start", "export", "prepare"]
    s3, bucket = stack.client("s3"), stack.outputs["FilesBucketName"]
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=f"training/{run['run_id']}/manifest.json")["Body"].read())
    assert manifest["cut_off"] == begun["cut_off"]
    assert manifest["rows"]["customers"] >= 24
    assert {len(file["sha256"]) for file in manifest["files"]} == {64}


def test_what_the_table_lacks_is_said_in_words(liam: Person) -> None:
    table_id = upload(liam, "fraud", b"a,b\n1,2\n3,4\n")
    run = finished(liam, train(liam, "fraud", {"table": {"table_id": table_id, "target": "fraud"}}))
    assert run["state"] == "REFUSED"
    assert "fraud" in run["reason"]
    never = {"table_id": str(uuid.uuid4()), "target": "fraud"}
    run = finished(liam, train(liam, "fraud", {"table": never}))
    assert (run["state"], "has not been uploaded" in run["reason"]) == ("REFUSED", True)


def test_a_run_is_cancelled_and_another_may_begin(liam: Person) -> None:
    begun = train(liam, "fraud", {})
    cancelled = liam.post(f"/api/models/fraud/runs/{begun['run_id']}/cancel")
    assert cancelled.status_code == 200, cancelled.text
    assert (cancelled.json()["state"], cancelled.json()["reason"]) == ("CANCELLED", "cancelled by liam.hughes")
    assert liam.post(f"/api/models/fraud/runs/{begun['run_id']}/cancel").status_code == 409
    again = train(liam, "fraud", {})
    page = liam.get("/api/models/fraud/runs", params={"limit": 1}).json()
    assert [run["run_id"] for run in page["items"]] == [again["run_id"]]
    older = liam.get("/api/models/fraud/runs", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert [run["run_id"] for run in older["items"]] == [begun["run_id"]]
    liam.post(f"/api/models/fraud/runs/{again['run_id']}/cancel")


def test_a_step_that_breaks_is_recorded_with_its_reason(stack: LocalStack, liam: Person) -> None:
    """The files of a run are gone when the workflow fails: what a broken step leaves is told by the last step."""
    client = stack.client("lambda")
    names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
    (name,) = [name for name in names if "ModelsTraining" in name and "Api" not in name and "Workflow" not in name]
    now = int(time.time() * 1000)
    running = Run(
        run_id=f"{now:013d}-0badbeef",
        name="fraud",
        started_by="liam",
        created_at=now,
        cut_off=now,
        trials=0,
        steps=(RunStep(name=StepName.TRAIN, started_at=now),),
    )
    DynamoRuns(stack.client("dynamodb"), stack.outputs["ModelsTableName"]).begin(running, now)
    broken = {
        "step": "fail",
        "name": "fraud",
        "run_id": running.run_id,
        "error": {"Error": "MemoryError", "Cause": json.dumps({"errorMessage": "not enough memory"})},
    }
    client.invoke(FunctionName=name, Payload=json.dumps(broken).encode())
    run = liam.get(f"/api/models/fraud/runs/{running.run_id}").json()
    assert run["state"] == "FAILED"
    assert run["reason"].endswith("failed: not enough memory")


def test_the_schedule_trains_what_has_enough_new_outcomes(stack: LocalStack, liam: Person) -> None:
    frame = applications(220, seed=5)
    columns = ["requested_amount", "term_months", "stated_income", "debt_to_income", "missed_payments_12m"]
    rows = [
        {"subject": f"S{number}", "row": json.loads(record.to_json())}
        for number, (_, record) in enumerate(frame[columns].iterrows())
    ]
    for start in range(0, len(rows), 100):
        body = {"model": "credit", "rows": rows[start : start + 100]}
        assert liam.post("/api/inference/batch-process", body, headers=key()).status_code in {200, 201}
    labels = [
        {"subject": f"S{number}", "outcome": outcome == "yes"} for number, outcome in enumerate(frame["defaulted"])
    ]
    for start in range(0, len(labels), 20):
        answer = liam.post("/api/models/credit/labels", {"labels": labels[start : start + 20]}, headers=key())
        assert answer.json()["labelled"] >= 20, answer.text
    states = stack.client("stepfunctions")
    machines = states.list_state_machines()["stateMachines"]
    (machine,) = [m["stateMachineArn"] for m in machines if m["name"] == "rapport-models-training"]
    before = time.time() * 1000
    states.start_execution(stateMachineArn=machine, input='{"scheduled": true}')
    runs = eventually(
        lambda: liam.get("/api/models/credit/runs").json()["items"],
        lambda items: bool(items) and items[0]["created_at"] >= before,
    )
    assert runs[0]["started_by"] == "the weekly schedule"
    run = finished(liam, runs[0])
    assert (run["state"], run["rows"]) == ("SUCCEEDED", 220), run["reason"]
    assert "too-few-rows" in [objection["code"] for objection in run["objections"]]


def test_only_analysts_train_and_bad_input_names_the_field(liam: Person, hana: Person, yuki: Person) -> None:
    assert hana.post("/api/models/churn/train", {}).status_code == 403
    assert hana.get("/api/models/churn/runs").status_code == 403
    assert yuki.post("/api/models/churn/train", {}).status_code == 403
    assert yuki.get("/api/models/churn/runs").status_code == 200
    assert liam.post("/api/models/nothing/train", {}).status_code == 404
    assert liam.post("/api/models/segmentation/train", {}).status_code == 409
    wrong = liam.post("/api/models/churn/train", {"trials": 900})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "trials")
    future = liam.post("/api/models/churn/train", {"cut_off": 9_999_999_999_999})
    assert future.status_code == 422
    assert liam.get("/api/models/churn/runs/0000000000000-00000000").status_code == 404
