"""A file of rows scored by a distributed map on the deployed stack, path by path."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
CREDIT = (ROOT / "layers/inference/python/rapport_inference/models/credit/CURRENT").read_text().strip()
OVER = {"completed", "completed_with_failures", "failed", "cancelled"}


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def made(person: Person, model: str, **more: str) -> dict[str, Any]:
    answer = person.post(
        "/api/inference/batches", {"model": model, **more}, headers={"idempotency-key": uuid.uuid4().hex}
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def upload(started: dict[str, Any], content: str | bytes) -> str:
    put = httpx.put(started["upload_url"], content=content, timeout=60)
    assert put.status_code == 200, put.text
    return str(started["batch"]["batch_id"])


def state(person: Person, batch_id: str) -> dict[str, Any]:
    answer = person.get(f"/api/inference/batches/{batch_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ended(person: Person, model: str, content: str | bytes, **more: str) -> dict[str, Any]:
    """A batch of a file when it is over."""
    batch_id = upload(made(person, model, **more), content)
    return eventually(lambda: state(person, batch_id), lambda batch: batch["state"] in OVER, within_s=120, every_s=0.5)


def sheet(person: Person, batch: dict[str, Any], which: str) -> list[dict[str, str]]:
    answer = person.get(f"/api/inference/batches/{batch['batch_id']}/{which}")
    assert answer.status_code == 200, answer.text
    file = httpx.get(answer.json()["url"], timeout=60)
    assert file.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def template(liam: Person) -> list[tuple[str, str]]:
    """The columns of an application with what is usual in them."""
    found = liam.get("/api/inference/batch-columns", params={"model": "credit"}).json()
    assert found["version"] == CREDIT
    return [(column["name"], column["example"]) for column in found["columns"]]


def applications(template: list[tuple[str, str]], ids: list[str], **changed: str) -> str:
    rows = [",".join(name for name, _ in template)]
    rows += [",".join({"id": each, **changed}.get(name, example) for name, example in template) for each in ids]
    return "\n".join(rows) + "\n"


def test_a_file_is_scored_in_chunks_and_comes_back_in_order(liam: Person, template: list[tuple[str, str]]) -> None:
    ids = [f"A{number}" for number in range(1_203)]
    batch = ended(liam, "credit", applications(template, ids), language="ja")
    assert (batch["state"], batch["rows"], batch["chunks"], batch["version"]) == ("completed", 1_203, 3, CREDIT)
    assert (batch["rows_scored"], batch["rows_failed"], batch["progress"]) == (1_203, 0, 1.0)
    lines = sheet(liam, batch, "results")
    assert [line["id"] for line in lines] == ids
    assert [line["row"] for line in lines] == [str(number) for number in range(2, 1_205)]
    assert {line["band"] for line in lines} <= {"HIGH", "MEDIUM", "LOW"}
    assert 0 < float(lines[0]["probability"]) < 1
    assert any(ord(character) > 0x3000 for character in lines[0]["reason_1"])
    assert sheet(liam, batch, "failures") == []
    single = liam.post("/api/inference/batch-process", {"model": "credit", "rows": [{"subject": "A0", "row": {
        name: float(example) for name, example in template if name != "id" and example}}]})  # fmt: skip
    assert single.status_code == 200


def test_a_batch_says_what_a_single_score_says(liam: Person) -> None:
    batch = ended(liam, "churn", "id\nC00001\n", mode="customers")
    single = liam.post("/api/inference/churn-score", {"customer_id": "C00001"}).json()
    assert float(sheet(liam, batch, "results")[0]["probability"]) == pytest.approx(single["probability"], abs=0.01)


def test_bad_rows_are_reported_and_the_others_stand(liam: Person, template: list[tuple[str, str]]) -> None:
    good = applications(template, ["A1", "A2"])
    bad = applications(template, ["A3"], requested_amount="much").splitlines()[1]
    batch = ended(liam, "credit", f"{good}{bad}\nA1,1\n{good.splitlines()[1]}\n")
    assert (batch["state"], batch["rows_scored"], batch["rows_failed"]) == ("completed_with_failures", 2, 3)
    assert [(error["row"], error["column"]) for error in batch["errors"]] == [
        (4, "requested_amount"),
        (5, "row"),
        (6, "id"),
    ]
    assert [line["line"] for line in sheet(liam, batch, "failures")] == [bad, "A1,1", good.splitlines()[1]]


def test_a_file_of_bad_rows_only_is_over_with_nothing_scored(liam: Person) -> None:
    for model in ("segment", "lifetime-value"):
        batch = ended(liam, model, '{"id": "nobody-1"}\n{"id": "nobody-2"}\nnothing\n', format="jsonl")
        assert (batch["state"], batch["rows_scored"], batch["rows_failed"]) == ("completed_with_failures", 0, 3)


def test_customers_are_put_into_segments_and_valued(liam: Person) -> None:
    segment = sheet(liam, ended(liam, "segment", "id\nC00001\n"), "results")[0]
    assert segment["band"]
    assert segment["reason_1"]
    value = sheet(liam, ended(liam, "lifetime-value", "id\nC00001\n"), "results")[0]
    assert float(value["value_12m"]) > 0


@contextmanager
def broken(stack: LocalStack, function: str) -> Iterator[None]:
    """The function cannot start meanwhile: a setting is missing."""
    client = stack.client("lambda")
    found = [
        each
        for page in client.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each.get("Environment", {}).get("Variables", {}).get("POWERTOOLS_SERVICE_NAME") == function
    ]
    name, variables = found[0]["FunctionName"], found[0]["Environment"]["Variables"]
    without = {key: value for key, value in variables.items() if key != "MODELS_TABLE"}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": without})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_rows_of_a_chunk_whose_function_fails_are_reported_as_failed(stack: LocalStack, liam: Person) -> None:
    with broken(stack, "scoring_batch_chunk"):
        batch = ended(liam, "churn", "id\nC00001\nC00001\n", mode="customers")
    assert (batch["state"], batch["rows_failed"]) == ("completed_with_failures", 2)
    errors = [line["error"] for line in sheet(liam, batch, "results")]
    assert errors[0].startswith("was not scored: its part of the file")
    assert errors[1] == "was in row 2 already"


def test_a_run_that_fails_as_a_whole_says_so(stack: LocalStack, liam: Person) -> None:
    with broken(stack, "scoring_batch_plan"):
        batch = ended(liam, "churn", "id\nC00001\n", mode="customers")
    assert batch["state"] == "failed"
    assert batch["errors"][0]["message"].startswith("the batch failed: ")
    assert liam.get(f"/api/inference/batches/{batch['batch_id']}/results").status_code == 409


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param("id\n", "the file has no rows", id="no rows"),
        pytest.param("customer\nC00001\n", "unknown column", id="unknown column"),
        pytest.param("id\nC1\n".encode("utf-16"), "not UTF-8", id="UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_fails_as_a_whole(liam: Person, content: str | bytes, message: str) -> None:
    batch = ended(liam, "segment", content)
    assert batch["state"] == "failed"
    assert message in batch["errors"][0]["message"]


def test_a_cancelled_batch_stays_cancelled(liam: Person, template: list[tuple[str, str]]) -> None:
    waiting = made(liam, "credit")
    path = f"/api/inference/batches/{waiting['batch']['batch_id']}/cancel"
    assert liam.post(path).json()["state"] == "cancelled"
    batch_id = upload(made(liam, "credit"), applications(template, [f"A{number}" for number in range(6_000)]))
    eventually(lambda: state(liam, batch_id), lambda batch: batch["state"] == "running")
    assert liam.post(f"/api/inference/batches/{batch_id}/cancel").json()["state"] == "cancelled"
    # Again is no error; what still runs changes nothing.
    assert liam.post(f"/api/inference/batches/{batch_id}/cancel").status_code == 200
    upload(waiting, "id\n")
    assert state(liam, batch_id)["state"] == state(liam, waiting["batch"]["batch_id"])["state"] == "cancelled"
    assert liam.get(f"/api/inference/batches/{batch_id}/failures").status_code == 409


def test_batches_are_listed_newest_first_page_by_page(liam: Person) -> None:
    ids = [made(liam, "churn")["batch"]["batch_id"] for _ in range(3)]
    first = liam.get("/api/inference/batches", params={"limit": "2"}).json()
    second = liam.get("/api/inference/batches", params={"limit": "2", "cursor": first["next_cursor"]}).json()
    listed = [each["batch_id"] for page in (first, second) for each in page["items"]]
    assert listed[:3] == ids[::-1]
    assert listed == sorted(listed, reverse=True)


def test_the_same_request_makes_one_batch_and_what_is_wrong_is_said(liam: Person, hana: Person, yuki: Person) -> None:
    headers = {"idempotency-key": uuid.uuid4().hex}
    twice = [liam.post("/api/inference/batches", {"model": "credit"}, headers=headers).json() for _ in range(2)]
    assert twice[0]["batch"]["batch_id"] == twice[1]["batch"]["batch_id"]
    body = {"model": "credit", "mode": "customers"}
    wrong = liam.post("/api/inference/batches", body, headers={"idempotency-key": uuid.uuid4().hex})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "mode"
    done = ended(liam, "segment", "id\nC00001\n")
    again = liam.post(f"/api/inference/batches/{done['batch_id']}/cancel")
    assert (again.status_code, again.json()["detail"]) == (409, "the batch is completed already")
    assert liam.get("/api/inference/batches/no-such-batch").status_code == 404
    for person in (hana, yuki):
        assert person.post("/api/inference/batches", {"model": "credit"}).status_code == 403
        assert person.get("/api/inference/batches").status_code == 403
