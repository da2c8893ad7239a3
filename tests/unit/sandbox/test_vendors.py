"""The sandbox's vendors behave as the real ones: limits, errors, callbacks, documents."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest
from aiohttp import web
from pypdf import PdfReader
from rapport.ai.contexts import OnboardingContext
from rapport.ai.model import Feature, Source
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.kintone import Kintone, kintone_http
from rapport.vendors.vonage import VerificationOutcome, Vonage, vonage_http
from rapport.vendors.vonage_webhooks import verify

from sandbox import launcher
from sandbox.errors import SandboxError
from sandbox.vendors.applications import vendor_applications
from sandbox.vendors.credentials import generate
from sandbox.vendors.docx_template import filled, tags
from tests.builders.ai import asking
from tests.builders.vendors import (
    NUMBER,
    Server,
    credentials,
    foxit_settings,
    kintone_settings,
    secrets,
    served,
    template,
    vonage_settings,
)
from tests.e2e.client import eventually


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    def applications(url: str) -> Mapping[str, web.Application]:
        return vendor_applications(credentials(), own_url=url, emulator_url="http://127.0.0.1:9", pace=100)

    with served(applications) as found:
        yield found


@pytest.fixture
def vonage(server: Server) -> Vonage:
    store = secrets()
    return Vonage(vonage_settings(f"{server.url}/sandbox/vonage"), store, vonage_http(httpx.Client(), store))


@pytest.fixture
def foxit(server: Server) -> Foxit:
    store = secrets()
    return Foxit(foxit_settings(f"{server.url}/sandbox/foxit"), store, foxit_http(httpx.Client(), store))


@pytest.fixture
def kintone(server: Server) -> Kintone:
    store = secrets()
    return Kintone(kintone_settings(f"{server.url}/sandbox/kintone"), store, kintone_http(httpx.Client(), store))


def codes(server: Server, to: str) -> list[str]:
    found = httpx.get(f"{server.url}/sandbox/inbox/messages.json", params={"to": to}, timeout=10).json()["codes"]
    return [code["code"] for code in found]


def told(server: Server, **wanted: Any) -> list[dict[str, Any]]:
    bodies = [json.loads(body) for _, _, body in list(server.callbacks)]
    return [body for body in bodies if wanted.items() <= body.items()]


def test_callbacks_are_signed_as_ours_are_checked(server: Server, vonage: Vonage) -> None:
    sent = vonage.send_sms(NUMBER, "hello", "ref")
    eventually(lambda: told(server, message_uuid=sent.message_uuid), lambda found: len(found) == 2)
    path, headers, body = next(c for c in server.callbacks if sent.message_uuid.encode() in c[2])
    known = credentials().of("vonage")
    now = json.loads(body)["timestamp"]
    assert path == "/api/webhooks/vonage/status"
    assert now.endswith("Z")
    claims = jwt.decode(headers["Authorization"][7:], options={"verify_signature": False})
    assert verify(
        headers, body, known["signature_secret"], known["application_id"], known["api_key"], claims["iat"],
        lambda jti: False,
    )  # fmt: skip


def test_a_callback_that_is_not_taken_comes_again_under_a_new_signature(server: Server, vonage: Vonage) -> None:
    server.refuse.append(503)
    sent = vonage.send_sms("819000000031", "hello", "ref")
    eventually(lambda: told(server, message_uuid=sent.message_uuid), lambda found: len(found) == 3)
    tokens = [h["Authorization"] for _, h, body in server.callbacks if sent.message_uuid.encode() in body]
    assert len(set(tokens)) == 3


def test_three_wrong_codes_end_a_verification(server: Server, vonage: Vonage) -> None:
    made = vonage.start_verification("819000000001", "Rapport", "ja-jp", "r")
    (code,) = codes(server, "819000000001")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    outcomes = [vonage.check_verification(made.request_id, wrong).outcome for _ in range(4)]
    assert outcomes == [
        VerificationOutcome.WRONG_CODE,
        VerificationOutcome.WRONG_CODE,
        VerificationOutcome.TOO_MANY_TRIES,
        VerificationOutcome.EXPIRED,
    ]
    eventually(lambda: told(server, request_id=made.request_id, type="summary", status="failed"), bool)


def test_a_code_that_nobody_enters_expires_and_a_cancelled_one_is_gone(server: Server, vonage: Vonage) -> None:
    expiring = vonage.start_verification("819000000002", "Rapport", "ja-jp", "r")
    cancelled = vonage.start_verification("819000000003", "Rapport", "ja-jp", "r")
    with pytest.raises(VendorRefused):
        vonage.cancel_verification(cancelled.request_id)
    # 30 s and 300 s, a hundred times faster.
    eventually(lambda: told(server, request_id=expiring.request_id, status="expired"), bool)
    vonage.cancel_verification(cancelled.request_id)
    assert vonage.check_verification(cancelled.request_id, "123456").outcome is VerificationOutcome.EXPIRED


def test_an_unsupported_network_is_refused_and_an_unreachable_number_told(server: Server, vonage: Vonage) -> None:
    with pytest.raises(VendorRefused) as refused:
        vonage.start_verification("819000009997", "Rapport", "ja-jp", "r")
    assert refused.value.code == "precondition-failed"
    sent = vonage.send_sms("819000009998", "hello", "ref")
    eventually(lambda: told(server, message_uuid=sent.message_uuid, status="undeliverable"), bool)


def test_a_token_of_another_key_or_none_is_refused(server: Server) -> None:
    url = f"{server.url}/sandbox/vonage/v1/messages"
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic eA=="}):
        answer = httpx.post(url, json={}, headers=headers, timeout=10)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/v1", "/%2e%2e/x", "/_nothing"])
@pytest.mark.parametrize("vendor", ["vonage", "foxit", "kintone", "inbox"])
def test_an_address_that_does_not_exist_breaks_nothing(server: Server, vendor: str, path: str) -> None:
    assert httpx.get(f"{server.url}/sandbox/{vendor}{path}", timeout=10).status_code < 500


def test_thirty_requests_a_second_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.monotonic()]
    monkeypatch.setattr("sandbox.vendors.vonage.time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))

    def applications(url: str) -> Mapping[str, web.Application]:
        return vendor_applications(credentials(), own_url=url, emulator_url="http://127.0.0.1:9")

    store = secrets()
    with served(applications) as own, httpx.Client(timeout=30) as client:
        url = f"{own.url}/sandbox/vonage"
        headers = Vonage(vonage_settings(url), store, vonage_http(client, store))._bearer()
        statuses = [client.post(f"{url}/v1/messages", json={}, headers=headers).status_code for _ in range(31)]
        assert statuses == [422] * 30 + [429]
        now[0] += 1
        assert client.post(f"{url}/v1/messages", json={}, headers=headers).status_code == 422


def test_somebody_enters_a_video_session(server: Server, vonage: Vonage) -> None:
    session = vonage.create_video_session()
    event = {"session_id": session.session_id, "event": "connectionCreated", "data": "Hana"}
    assert server.post("/sandbox/vonage/_video", event).status_code == 202
    (entered,) = eventually(lambda: told(server, sessionId=session.session_id), bool)
    assert (entered["event"], entered["connection"]["data"]) == ("connectionCreated", "Hana")
    assert server.post("/sandbox/vonage/_video", {**event, "session_id": "unknown"}).status_code == 404


@pytest.mark.parametrize("body", [None, [], {}, {"mode": "explode"}, {"mode": "slow", "seconds": "x"}])
def test_a_switch_that_does_not_exist_is_refused(server: Server, body: object) -> None:
    assert server.post("/sandbox/foxit/_faults", body).status_code == 422


def test_a_page_elsewhere_cannot_flip_a_switch(server: Server) -> None:
    plain = httpx.post(f"{server.url}/sandbox/foxit/_faults", content=b'{"mode": "drop"}', timeout=10)
    assert plain.status_code == 422
    assert httpx.get(f"{server.url}/sandbox/foxit/_faults", timeout=10).json()["mode"] == "none"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


PRICES = (
    ("Product", "Price"),
    ("{{TableStart:rows}}{{ROW_NUMBER}} {{ product }}", "{{ price \\# Currency }}{{TableEnd:rows}}"),
    ("Total", "{{=SUM(ABOVE) \\# Currency}}"),
)


def test_a_template_becomes_a_pdf_in_both_languages(foxit: Foxit) -> None:
    values = {
        "name": "山田 花子",
        "today": "2026-01-31",
        "rows": [{"product": "普通預金", "price": 10.5}, {"product": "Card", "price": 2}],
    }
    source = template("口座開設契約書", "{{ name }} <b>", "{{today \\@ MM/dd/yyyy}}", rows=PRICES)
    assert foxit.analyze_tags(source) == ("name", "price", "product", "rows", "today")
    text = text_of(foxit.generate(source, values))
    for expected in ("口座開設契約書", "山田 花子 <b>", "01/31/2026", "1 普通預金", "2 Card", "$10.50", "$12.50"):
        assert expected in text
    assert "{{" not in text


def test_paragraphs_repeat_and_a_missing_value_is_nothing() -> None:
    source = template("{{TableStart:items}}- {{ what }}", "by {{ who }}{{TableEnd:items}}", "[{{ missing }}]")
    document = filled(source, {"items": [{"what": "a"}, {"what": "b"}], "who": "Hana"})
    assert [p.text for p in document.paragraphs] == ["- a", "by Hana", "- b", "by Hana", "[]"]
    assert tags(source) == (["what", "who", "missing"], ["items"])


def test_a_token_that_word_cut_into_runs_is_found() -> None:
    document = filled(template("x"), {})
    paragraph = document.paragraphs[0]
    paragraph.runs[0].text = "Dear {{ na"
    paragraph.add_run("me }}!").bold = True
    out = io.BytesIO()
    document.save(out)
    assert filled(out.getvalue(), {"name": "Hana"}).paragraphs[0].text == "Dear Hana!"


def test_a_file_that_is_no_template_makes_no_document(foxit: Foxit) -> None:
    with pytest.raises(VendorRefused) as refused:
        foxit.generate(b"no word file", {})
    assert refused.value.code == "no-document"


def test_a_watermark_lies_on_every_page_and_nothing_is_left_behind(server: Server, foxit: Foxit) -> None:
    made = foxit.generate(template(*["line"] * 90), {})
    marked = PdfReader(io.BytesIO(foxit.watermark(made, "写し COPY")))
    assert len(marked.pages) > 1
    assert all("COPY" in page.extract_text() for page in marked.pages)
    with pytest.raises(VendorRefused):
        foxit.watermark(b"%PDF-broken", "COPY")
    assert httpx.get(f"{server.url}/sandbox/foxit/_copies", timeout=10).json() == {"copies": 0}


def test_records_have_keys_revisions_and_errors_of_their_own(server: Server, kintone: Kintone) -> None:
    first = kintone.upsert("1", "application_id", "K1", {"customer_name": 'a " and b', "risk_score": 3})
    second = kintone.upsert("1", "application_id", "K1", {"risk_score": 4.5})
    assert (second.id, second.revision) == (first.id, first.revision + 1)
    found = kintone.get("1", "customer_name", 'a " and b')
    assert found is not None
    assert found.fields["risk_score"] == "4.5"
    assert kintone.get("1", "application_id", "nobody") is None
    for app, record, code in (
        ("99999", {}, "GAIA_AP01"),
        ("1", {"risk_score": "abc"}, "CB_VA01"),
        ("1", {"branch_code": "no such"}, "GAIA_LO04"),
        ("1", {"Record_number": "7"}, "GAIA_UN10"),
    ):
        with pytest.raises(VendorRefused) as refused:
            kintone.upsert(app, "application_id", "K1", record)
        assert refused.value.code == code
    token = credentials().of("kintone")["api_token"]
    stale = {"app": "1", "id": first.id, "revision": "1", "record": {}}
    answer = httpx.put(f"{server.url}/sandbox/kintone/k/v1/record.json", json=stale,
                       headers={"x-cybozu-api-token": token}, timeout=10)  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (409, "GAIA_CO02")


def test_too_many_requests_at_once_are_told_apart_from_an_error(
    kintone: Kintone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.vendors.kintone.CONCURRENT", 0)
    with pytest.raises(VendorUnavailable):
        kintone.get("1", "application_id", "K1")


def test_a_vendor_that_refuses_our_account_is_misconfigured(server: Server, kintone: Kintone) -> None:
    assert server.post("/sandbox/kintone/_faults", {"mode": "refuse", "seconds": 5}).status_code == 200
    with pytest.raises(VendorMisconfigured):
        kintone.get("1", "application_id", "K1")
    server.post("/sandbox/kintone/_faults", {"mode": "none"})


def test_the_right_to_send_is_asked_of_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    actions = launcher.iam_actions
    monkeypatch.setattr(actions, "_ses_v2_resource_arn", actions._ses_v2_resource_arn)
    launcher.authorize_senders()
    body = json.dumps({"FromEmailAddress": "Rapport <no-reply@example.com>"}).encode()
    found = actions.extract_resource_arn(
        "ses", "POST", "/v2/email/outbound-emails", {}, body, {}, "us-east-1", "000000000000"
    )
    assert found == "arn:aws:ses:us-east-1:000000000000:identity/no-reply@example.com"


def test_the_model_of_the_sandbox_takes_the_key_of_this_run_and_no_other(server: Server) -> None:
    asked = OnboardingContext(customer_name="Alex Morgan")
    for key, source in ((credentials().openai_key, Source.MODEL), ("sk-of-somebody-else", Source.RULES)):
        assistant = asking(f"{server.url}/sandbox/openai", key=key)
        assert assistant.ask(Feature.PERSONALIZE_ONBOARDING, asked, "somebody").source is source


def test_nobody_is_asked_for_ai_unless_a_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    assert "openai" not in generate().secret
    with_sandbox = generate("sandbox")
    assert with_sandbox.of("openai") == {"api_key": with_sandbox.openai_key}
    assert generate("openai").of("openai") == {"api_key": "sk-mine", "url": "https://api.openai.com"}
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SandboxError, match="OPENAI_API_KEY"):
        generate("openai")
