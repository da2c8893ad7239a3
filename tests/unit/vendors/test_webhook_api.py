"""The function itself: what was signed is the bytes that came, however they are packed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sandbox.vendors.callbacks import signature
from tests.builders.dynamodb import create_table
from tests.builders.http import CONTEXT, load_handler
from tests.builders.vendors import credentials

# Nobody who reads this and writes it again would write the same bytes.
BODY = b'{ "status":"delivered",\n "text" : "\\u5c71\\u7530", "text" : "\xe5\xb1\xb1", "n": 1.50 }'


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        create_table(boto3.client("dynamodb", region_name="us-east-1"), "vendors")
        manager = boto3.client("secretsmanager", region_name="us-east-1")
        arn = manager.create_secret(Name="vendors", SecretString=credentials().text)["ARN"]
        environment = {"VENDOR_SECRETS": arn, "VENDORS_TABLE": "vendors", "EVENT_BUS": "default"}
        yield load_handler("vendors_webhooks", monkeypatch, environment)


def event(path: str, body: bytes, headers: dict[str, str], *, encoded: bool = False) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": "POST", "path": path}, "requestId": "r", "stage": "$default"},
        "isBase64Encoded": encoded,
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
    }


def signed(body: bytes) -> dict[str, str]:
    known = credentials().of("vonage")
    token = signature(
        body, secret=known["signature_secret"], application_id=known["application_id"], api_key=known["api_key"]
    )
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("encoded", [False, True])
def test_the_bytes_are_checked_and_not_what_they_mean(function: ModuleType, encoded: bool) -> None:
    answer = function.handler(event("/api/webhooks/vonage/status", BODY, signed(BODY), encoded=encoded), CONTEXT)
    assert answer["statusCode"] == 200, answer["body"]
    same_meaning = json.dumps(json.loads(BODY)).encode()
    forged = function.handler(event("/api/webhooks/vonage/status", same_meaning, signed(BODY)), CONTEXT)
    assert forged["statusCode"] == 401


def test_a_kind_that_does_not_exist_is_named_as_wrong(function: ModuleType) -> None:
    answer = function.handler(event("/api/webhooks/vonage/voice", BODY, signed(BODY)), CONTEXT)
    assert answer["statusCode"] == 422
    assert json.loads(answer["body"])["errors"][0]["field"] == "kind"


def test_what_is_too_large_is_not_read(function: ModuleType) -> None:
    body = json.dumps({"text": "x" * 140_000}).encode()
    assert function.handler(event("/api/webhooks/vonage/status", body, signed(body)), CONTEXT)["statusCode"] == 413


def test_the_secret_in_kintones_address_is_in_no_answer(function: ModuleType) -> None:
    body = json.dumps({"id": "x"}).encode()
    answer = function.handler(event("/api/webhooks/kintone/guess-4711", body, {}), CONTEXT)
    assert answer["statusCode"] == 404
    assert "4711" not in json.dumps(answer)
