"""What we send to Foxit, Kintone and SES, and what their answers mean."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from rapport.vendors.email import SesEmail
from rapport.vendors.errors import VendorError, VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.foxit import without_tokens
from rapport.vendors.settings import Email

from tests.builders.vendors import Wire, credentials

PDF = b"%PDF-1.7 made"


def encoded(content: bytes) -> httpx.Response:
    return httpx.Response(200, json={"base64FileString": base64.b64encode(content).decode()})


# --- Foxit


def test_a_document_is_made_with_the_pair_of_that_service() -> None:
    wire = Wire([encoded(PDF)])
    assert wire.foxit().generate(b"docx", {"name": "花子", "rows": [{"a": 1}]}) == PDF
    pair = credentials().of("foxit")["document_generation"]
    assert wire.requests[0].headers["client_id"] == pair["client_id"]
    assert wire.requests[0].headers["client_secret"] == pair["client_secret"]
    assert wire.body()["documentValues"] == {"name": "花子", "rows": [{"a": 1}]}
    assert wire.body()["outputFormat"] == "pdf"


def test_what_a_customer_typed_never_becomes_a_token() -> None:
    wire = Wire([encoded(PDF)])
    wire.foxit().generate(b"docx", {"name": "{{{{secret}}}}", "rows": [{"a": "{{TableStart:x}}"}], "n": 3})
    assert "{{" not in json.dumps(wire.body()["documentValues"])
    assert wire.body()["documentValues"]["n"] == 3
    assert without_tokens("a {b} c") == "a {b} c"


@pytest.mark.parametrize("body", [{"base64FileString": None}, {}, {"base64FileString": ""}])
def test_an_answer_of_200_without_a_document_is_a_refusal(body: dict[str, Any]) -> None:
    with pytest.raises(VendorRefused) as refused:
        Wire([httpx.Response(200, json=body)]).foxit().generate(b"docx", {})
    assert refused.value.code == "no-document"


@pytest.mark.parametrize("body", ["bm8gcGRm", "***"])
def test_what_is_no_pdf_is_not_taken_for_one(body: str) -> None:
    with pytest.raises(VendorUnavailable):
        Wire([httpx.Response(200, json={"base64FileString": body})]).foxit().generate(b"docx", {})


def test_tags_of_both_kinds_are_told_sorted() -> None:
    answer = {"singleTagsString": "name, food,name", "doubleTagsString": "cats"}
    assert Wire([httpx.Response(200, json=answer)]).foxit().analyze_tags(b"docx") == ("cats", "food", "name")
    nothing = {"singleTagsString": "", "doubleTagsString": None}
    assert Wire([httpx.Response(200, json=nothing)]).foxit().analyze_tags(b"docx") == ()


class Services:
    """Foxit's PDF services: a task is done after some questions."""

    def __init__(self, *, questions: int = 2, end: str = "COMPLETED") -> None:
        self.deleted: list[str] = []
        self.left = questions
        self.end = end

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "DELETE":
            self.deleted.append(path.rpartition("/")[2])
            return httpx.Response(204)
        if path.endswith("/upload"):
            assert b'name="file"' in request.content
            return httpx.Response(200, json={"documentId": "source"})
        if path.endswith("/pdf-watermark"):
            body = json.loads(request.content)
            assert body["config"]["content"] == body["config"]["text"] == "COPY"
            return httpx.Response(200, json={"taskId": "task"})
        if path.endswith("/download"):
            return httpx.Response(200, content=PDF)
        self.left -= 1
        if self.left >= 0:
            return httpx.Response(200, json={"taskId": "task", "status": "PENDING"})
        error = {"code": "BROKEN", "message": "not for eyes", "details": None}
        body = {"status": self.end, "resultDocumentId": "result", "error": error if self.end == "FAILED" else None}
        return httpx.Response(200, json=body)


def test_a_watermark_is_polled_for_and_both_copies_are_deleted() -> None:
    services = Services()
    wire = Wire([services])
    assert wire.foxit().watermark(PDF, "COPY") == PDF
    assert services.deleted == ["result", "source"]
    assert len(wire.clock.slept) == 2


def test_copies_are_deleted_when_the_task_fails() -> None:
    services = Services(end="FAILED")
    with pytest.raises(VendorRefused) as refused:
        Wire([services]).foxit().watermark(PDF, "COPY")
    assert refused.value.code == "BROKEN"
    assert services.deleted == ["source"]


def test_a_task_that_never_ends_is_given_up_at_a_deadline_and_the_copy_deleted() -> None:
    services = Services(questions=10_000)
    wire = Wire([services])
    with pytest.raises(VendorUnavailable, match="18 s"):
        wire.foxit().watermark(PDF, "COPY")
    assert wire.clock.at - 1000 <= 18
    assert services.deleted == ["source"]


def test_a_copy_that_cannot_be_deleted_does_not_hide_the_result(caplog: pytest.LogCaptureFixture) -> None:
    services = Services()

    def undeletable(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400) if request.method == "DELETE" else services(request)

    assert Wire([undeletable]).foxit().watermark(PDF, "COPY") == PDF
    assert "was not deleted" in caplog.text


@pytest.mark.parametrize("answer", [{"documentId": "../x"}, {"documentId": 7}, {}])
def test_an_id_that_is_none_reaches_no_address(answer: dict[str, Any]) -> None:
    wire = Wire([httpx.Response(200, json=answer)])
    with pytest.raises(VendorUnavailable):
        wire.foxit().watermark(PDF, "COPY")
    assert len(wire.requests) == 1


# --- Kintone

UPSERTED = httpx.Response(200, json={"records": [{"id": "10", "revision": "2", "operation": "UPDATE"}]})


def test_a_record_is_made_or_changed_by_its_key() -> None:
    wire = Wire([UPSERTED])
    made = wire.kintone().upsert(
        "1", "application_id", "A1", {"customer_name": "山田", "risk_score": 0.25, "note": None}
    )
    assert (made.id, made.revision) == ("10", 2)
    assert (wire.requests[0].method, wire.requests[0].url.path) == ("PUT", "/k/v1/records.json")
    assert wire.body() == {
        "app": "1",
        "upsert": True,
        "records": [
            {
                "updateKey": {"field": "application_id", "value": "A1"},
                "record": {
                    "customer_name": {"value": "山田"},
                    "risk_score": {"value": "0.25"},
                    "note": {"value": ""},
                },
            }
        ],
    }
    assert wire.requests[0].headers["accept-language"] == "en"
    assert wire.requests[0].headers["x-cybozu-api-token"] == credentials().of("kintone")["api_token"]


def test_an_upsert_is_repeated_because_twice_is_once() -> None:
    wire = Wire([httpx.ReadTimeout("slow"), UPSERTED])
    assert wire.kintone().upsert("1", "application_id", "A1", {}).revision == 2


@pytest.mark.parametrize("path", ["record.phone.value", "record[phone].value", "records[0].record.phone.value"])
def test_a_refused_field_is_named(path: str) -> None:
    body = {"code": "CB_VA01", "id": "x", "message": "secret value", "errors": {path: {"messages": ["secret value"]}}}
    with pytest.raises(VendorRefused) as refused:
        Wire([httpx.Response(400, json=body)]).kintone().upsert("1", "application_id", "A1", {})
    assert (refused.value.code, refused.value.field) == ("CB_VA01", "phone")
    assert "secret" not in refused.value.detail


def test_a_business_error_with_status_520_is_a_refusal_and_not_repeated() -> None:
    wire = Wire([httpx.Response(520, json={"code": "GAIA_LO04", "id": "x", "message": "m"})])
    with pytest.raises(VendorRefused) as refused:
        wire.kintone().upsert("1", "application_id", "A1", {})
    assert refused.value.code == "GAIA_LO04"
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, text="<html>"),
        httpx.Response(520, text=""),
        httpx.Response(429, json={"code": "GAIA_TO04"}),
        httpx.Response(520, json={"code": "GAIA_TO04"}),
    ],
)
def test_a_platform_that_is_down_or_busy_is_tried_again(answer: httpx.Response) -> None:
    wire = Wire([answer, UPSERTED])
    assert wire.kintone().upsert("1", "application_id", "A1", {}).id == "10"


def record(number: int) -> dict[str, Any]:
    return {
        "application_id": {"type": "SINGLE_LINE_TEXT", "value": f"A{number}"},
        "$id": {"type": "__ID__", "value": str(number)},
        "$revision": {"type": "__REVISION__", "value": "3"},
    }


def test_a_key_in_a_query_stays_data() -> None:
    wire = Wire([httpx.Response(200, json={"records": []})])
    assert wire.kintone().get("1", "application_id", '" or $id > "0\\') is None
    assert wire.body()["query"] == 'application_id = "\\" or $id > \\"0\\\\" limit 1'
    assert wire.requests[0].headers["x-http-method-override"] == "GET"
    with pytest.raises(ValueError, match="field code"):
        wire.kintone().get("1", 'x" or "1', "k")


def test_changes_are_read_page_by_page() -> None:
    pages = [[record(n) for n in range(1, 501)], [record(501)]]
    wire = Wire([httpx.Response(200, json={"records": page}) for page in pages])
    found = list(wire.kintone().changed_since("1", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)))
    assert [found[0].id, found[-1].id, len(found)] == ["1", "501", 501]
    assert found[0].fields["application_id"] == "A1"
    assert 'Updated_datetime >= "2026-01-02T03:04:00Z" and $id > 0' in wire.body(0)["query"]
    assert "$id > 500" in wire.body(1)["query"]


# --- SES


class Ses:
    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.sent: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> dict[str, str]:
        if self.failure is not None:
            raise self.failure
        self.sent.append(request)
        return {"MessageId": "m-1"}


def failing(code: str) -> Ses:
    return Ses(ClientError({"Error": {"Code": code, "Message": "hana@example.com"}}, "SendEmail"))


def email(client: Ses) -> SesEmail:
    return SesEmail(Email(email_sender="no-reply@example.com", email_configuration="set"), client)


def test_an_email_goes_out_in_text_and_html_under_the_configuration_set() -> None:
    client = Ses()
    assert email(client).send("hana@example.com", "ようこそ", "text", "<p>html</p>", "desk@example.com") == "m-1"
    (sent,) = client.sent
    assert sent["FromEmailAddress"] == "no-reply@example.com"
    assert sent["ConfigurationSetName"] == "set"
    assert sent["ReplyToAddresses"] == ["desk@example.com"]
    assert sent["Content"]["Simple"]["Subject"]["Data"] == "ようこそ"


@pytest.mark.parametrize(
    ("client", "error"),
    [
        (failing("MessageRejected"), VendorRefused),
        (failing("TooManyRequestsException"), VendorUnavailable),
        (failing("AccessDeniedException"), VendorMisconfigured),
        (failing("SendingPausedException"), VendorMisconfigured),
        (failing("InternalFailure"), VendorUnavailable),
        (Ses(ReadTimeoutError(endpoint_url="https://x")), VendorUnavailable),
    ],
)
def test_what_ses_says_is_one_of_our_errors_without_the_address(client: Ses, error: type[VendorError]) -> None:
    with pytest.raises(error) as raised:
        email(client).send("hana@example.com", "s", "t", "h")
    assert "hana" not in raised.value.detail


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@example.com", "a\nb", "a\x00"])
def test_a_subject_cannot_carry_a_header(subject: str) -> None:
    client = Ses()
    with pytest.raises(VendorRefused):
        email(client).send("hana@example.com", subject, "t", "h")
    assert client.sent == []
