"""Third parties through the local stack: signed callbacks reach the bus, everything else is refused, faults pass."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from rapport.vendors.email import SesEmail
from rapport.vendors.errors import VendorError, VendorRefused, VendorUnavailable
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.kintone import Kintone, kintone_http
from rapport.vendors.secrets import SecretStore
from rapport.vendors.settings import Email
from rapport.vendors.vonage import VerificationOutcome, Vonage, vonage_http

from sandbox.stack import LocalStack
from sandbox.vendors.callbacks import signature
from tests.builders.vendors import foxit_settings, kintone_settings, template, vonage_settings
from tests.e2e.client import eventually

pytestmark = pytest.mark.e2e
STATUS = {"message_uuid": "11111111-2222", "status": "delivered", "channel": "sms"}


@dataclass
class Vendors:
    """The gateways at the sandbox of a running stack, and a queue that hears the bus."""

    stack: LocalStack
    secrets: SecretStore
    queue: str
    vonage: Vonage
    foxit: Foxit
    kintone: Kintone

    def signed(self, body: bytes, **other: Any) -> dict[str, str]:
        known = self.secrets.get("vonage")
        expected = {
            "secret": known["signature_secret"],
            "application_id": known["application_id"],
            "api_key": known["api_key"],
        }
        return {"authorization": f"Bearer {signature(body, **{**expected, **other})}"}

    def call(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        given = {"content-type": "application/json", **(headers or {})}
        return httpx.post(f"{self.stack.url}/api/webhooks/{path}", content=body, headers=given, timeout=60)

    def heard(self) -> list[dict[str, Any]]:
        """Events of the bus since the last question: detail-type and detail."""
        answer = self.stack.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        found = []
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            found.append({"type": event["detail-type"], **event["detail"]})
            self.stack.client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def messages_told(self) -> list[str]:
        """Messages that the bus has told of since the last question."""
        return [event["body"].get("message_uuid", "") for event in self.heard()]

    def wait_for(self, **wanted: Any) -> dict[str, Any]:
        """An event whose body has these values."""
        seen: list[dict[str, Any]] = []

        def read() -> list[dict[str, Any]]:
            seen.extend(self.heard())
            return [event for event in seen if wanted.items() <= event["body"].items()]

        return eventually(read, bool, within_s=90)[0]

    def fault(self, vendor: str, mode: str, **more: float) -> None:
        answer = httpx.post(f"{self.stack.url}/sandbox/{vendor}/_faults", json={"mode": mode, **more}, timeout=30)
        assert answer.status_code == 200, answer.text

    def inbox(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = httpx.get(
            f"{self.stack.url}/sandbox/inbox/messages.json", timeout=10
        ).json()
        return found


@pytest.fixture(scope="module")
def vendors(stack: LocalStack) -> Iterator[Vendors]:
    sqs, events = stack.client("sqs"), stack.client("events")
    queue = sqs.create_queue(QueueName="vendor-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="vendor-events", EventPattern=json.dumps({"source": ["rapport.vendors"]}))
    events.put_targets(Rule="vendor-events", Targets=[{"Id": "queue", "Arn": arn}])
    secrets = SecretStore(stack.client("secretsmanager"), stack.outputs["VendorSecretsArn"])
    sandbox, client = f"{stack.url}/sandbox", httpx.Client()
    yield Vendors(
        stack=stack,
        secrets=secrets,
        queue=queue,
        vonage=Vonage(vonage_settings(f"{sandbox}/vonage"), secrets, vonage_http(client, secrets)),
        foxit=Foxit(foxit_settings(f"{sandbox}/foxit"), secrets, foxit_http(client, secrets)),
        kintone=Kintone(kintone_settings(f"{sandbox}/kintone"), secrets, kintone_http(client, secrets)),
    )
    client.close()


def test_a_signed_callback_is_taken_once_and_put_on_the_bus(vendors: Vendors) -> None:
    body = json.dumps(STATUS).encode()
    headers = vendors.signed(body)
    first = vendors.call("vonage/status", body, headers)
    assert (first.status_code, first.json()) == (200, {"received": True, "duplicate": False})
    event = vendors.wait_for(message_uuid="11111111-2222")
    assert event["type"] == "Vonage Message Status"
    assert event["body"] == STATUS
    again = vendors.call("vonage/status", body, headers)
    assert again.status_code == 409
    assert again.json()["type"].endswith("/webhook-replayed")
    signed_anew = vendors.call("vonage/status", body, vendors.signed(body))
    assert signed_anew.json() == {"received": True, "duplicate": True}
    assert "11111111-2222" not in vendors.messages_told()


def test_a_callback_that_is_not_vonages_is_refused_and_counted(vendors: Vendors) -> None:
    body = json.dumps({**STATUS, "message_uuid": "forged"}).encode()
    cases = {
        "unsigned": (503, {}),
        "signature": (401, vendors.signed(body, secret="x" * 40)),
        "account": (401, vendors.signed(body, api_key="somebody")),
        "age": (401, vendors.signed(body, now=time.time() - 3600)),
        "payload": (401, vendors.signed(body + b" ")),
    }
    for reason, (status, headers) in cases.items():
        answer = vendors.call("vonage/status", body, headers)
        assert answer.status_code == status, f"{reason}: {answer.text}"
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert reason in answer.json()["detail"]
    items = vendors.stack.client("dynamodb").scan(TableName=vendors.stack.outputs["VendorsTableName"])["Items"]
    counted = {item["sk"]["S"].split("#")[-1] for item in items if item["pk"]["S"].startswith("REFUSED#")}
    assert counted >= set(cases)
    assert "forged" not in vendors.messages_told()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff", b'{"a":' * 5000])
@pytest.mark.parametrize("path", ["vonage/status", "vonage/nothing", "kintone/wrong"])
def test_garbage_is_a_problem_and_never_a_failure(vendors: Vendors, path: str, body: bytes) -> None:
    answer = vendors.call(path, body)
    assert answer.status_code in {400, 404, 422, 503}, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"].rpartition("/")[2] != "internal-error"


def test_a_code_is_sent_checked_and_told_by_a_signed_callback(vendors: Vendors) -> None:
    number = "819011110001"
    made = vendors.vonage.start_verification(number, "Rapport", "ja-jp", "ref-1")
    with pytest.raises(VendorRefused) as running:
        vendors.vonage.start_verification(number, "Rapport", "ja-jp", "ref-2")
    assert running.value.reference == made.request_id
    code = next(found["code"] for found in vendors.inbox()["codes"] if found["to"] == number)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert vendors.vonage.check_verification(made.request_id, wrong).outcome is VerificationOutcome.WRONG_CODE
    assert vendors.vonage.check_verification(made.request_id, code).outcome is VerificationOutcome.COMPLETED
    event = vendors.wait_for(request_id=made.request_id, type="summary")
    assert (event["type"], event["body"]["status"]) == ("Vonage Verification", "completed")
    assert vendors.vonage.check_verification(made.request_id, code).outcome is VerificationOutcome.EXPIRED


def test_a_blocked_number_is_told_by_the_summary_only(vendors: Vendors) -> None:
    made = vendors.vonage.start_verification("819011119999", "Rapport", "ja-jp", "ref")
    assert vendors.wait_for(request_id=made.request_id)["body"]["status"] == "blocked"


def test_a_change_at_the_crm_is_a_hint_that_leads_to_the_record(vendors: Vendors) -> None:
    made = vendors.kintone.upsert("1", "application_id", "A-e2e", {"customer_name": "山田 花子"})
    edit = {"key": "A-e2e", "fields": {"state": "cancelled"}}
    assert httpx.post(f"{vendors.stack.url}/sandbox/kintone/_edit", json=edit, timeout=30).status_code == 200
    event = vendors.wait_for(record_id=made.id)
    assert event["type"] == "Kintone Record Changed"
    found = vendors.kintone.get("1", "application_id", "A-e2e")
    assert found is not None
    assert (found.fields["state"], found.revision) == ("cancelled", made.revision + 1)


def test_a_document_is_made_watermarked_and_forgotten_by_the_vendor(vendors: Vendors) -> None:
    made = vendors.foxit.generate(template("{{ title }}", "{{ name }}"), {"title": "契約書", "name": "山田 花子"})
    assert vendors.foxit.watermark(made, "COPY").startswith(b"%PDF-")
    assert httpx.get(f"{vendors.stack.url}/sandbox/foxit/_copies", timeout=30).json() == {"copies": 0}
    assert any(document["title"] == "契約書" for document in vendors.inbox()["documents"])


def test_an_email_lies_in_the_inbox_as_text(vendors: Vendors) -> None:
    outputs = vendors.stack.outputs
    settings = Email(email_sender=outputs["EmailSender"], email_configuration=outputs["EmailConfigurationName"])
    SesEmail(settings, vendors.stack.client("sesv2")).send("hana@example.com", "<script>hi", "text <b>", "<p>x</p>")
    page = httpx.get(f"{vendors.stack.url}/sandbox/inbox", timeout=30)
    assert "&lt;script&gt;hi" in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert ["hana@example.com"] in [email["to"] for email in vendors.inbox()["emails"]]


@pytest.mark.parametrize(
    ("mode", "error"),
    [("unavailable", VendorUnavailable), ("rate_limited", VendorUnavailable), ("refuse", VendorRefused)],
)
def test_a_vendor_that_fails_is_told_by_kind_and_recovers(
    vendors: Vendors, mode: str, error: type[VendorError]
) -> None:
    vendors.fault("vonage", mode, seconds=30)
    with pytest.raises(error):
        vendors.vonage.send_sms("819011110002", "text", "ref")
    vendors.fault("vonage", "none")
    assert vendors.vonage.send_sms("819011110002", "text", "ref").message_uuid


def test_an_answer_that_is_lost_does_not_send_an_sms_twice(vendors: Vendors) -> None:
    vendors.fault("vonage", "drop", seconds=30)
    with pytest.raises(VendorUnavailable) as lost:
        vendors.vonage.send_sms("819011110003", "once", "ref")
    vendors.fault("vonage", "none")
    assert lost.value.ambiguous
    assert [sms["to"] for sms in vendors.inbox()["messages"]].count("819011110003") == 1


def test_a_slow_vendor_is_given_up_in_time(vendors: Vendors) -> None:
    vendors.fault("vonage", "slow", seconds=60, delay_s=15)
    started = time.monotonic()
    with pytest.raises(VendorUnavailable):
        vendors.vonage.send_sms("819011110004", "text", "ref")
    vendors.fault("vonage", "none")
    assert time.monotonic() - started < 12


def test_no_log_line_of_the_function_holds_a_number_or_a_secret(vendors: Vendors) -> None:
    logs = vendors.stack.client("logs")
    lines = [event["message"] for event in logs.filter_log_events(logGroupName="/rapport/vendors_webhooks")["events"]]
    assert lines
    known = vendors.secrets.get("vonage")
    hidden = ["8190111", known["signature_secret"], known["private_key"], vendors.secrets.get("kintone")["api_token"]]
    assert [word for word in (*hidden, "山田", "eyJ") if any(word in line for line in lines)] == []
