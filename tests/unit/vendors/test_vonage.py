"""What we send to Vonage, and what its answers mean. Shapes as in its reference."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import jwt
import pytest
from rapport.runtime.errors import ConfigurationError
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import VerificationOutcome, Vonage, vonage_http

from tests.builders.vendors import NUMBER, SecretsManager, Wire, credentials, vonage_settings

CONCURRENT = {
    "title": "Conflict",
    "detail": "Concurrent verifications to the same number are not allowed",
    "instance": "229ececf-382e-4ab6-b380-d8e0e830fd44",
    "request_id": "f8386e0f-6873-4617-aa99-19016217b2aa",
}


def bearer(request: httpx.Request) -> dict[str, object]:
    scheme, token = request.headers["authorization"].split(" ")
    assert scheme == "Bearer"
    claims: dict[str, object] = jwt.decode(token, credentials().vonage_public_key, algorithms=["RS256"])
    return claims


def test_an_sms_is_sent_under_a_token_of_our_application() -> None:
    wire = Wire([httpx.Response(202, json={"message_uuid": "d8f86df1"})])
    assert wire.vonage().send_sms(NUMBER, "こんにちは", "ref-1").message_uuid == "d8f86df1"
    (request,) = wire.requests
    assert (request.method, request.url.path) == ("POST", "/v1/messages")
    assert wire.body() == {
        "message_type": "text",
        "channel": "sms",
        "to": NUMBER,
        "from": "Rapport",
        "text": "こんにちは",
        "client_ref": "ref-1",
    }
    claims = bearer(request)
    assert claims["application_id"] == credentials().of("vonage")["application_id"]
    assert claims["jti"]
    assert claims["exp"] - claims["iat"] <= 900  # type: ignore[operator]


def test_every_attempt_has_a_token_of_its_own() -> None:
    wire = Wire([httpx.Response(429), httpx.Response(202, json={"message_uuid": "x"})])
    wire.vonage().send_sms(NUMBER, "text", "ref")
    first, second = (bearer(request)["jti"] for request in wire.requests)
    assert first != second


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), httpx.Response(500), httpx.Response(503)])
def test_an_sms_that_may_have_been_sent_is_not_sent_again(failure: httpx.Response | Exception) -> None:
    wire = Wire([failure])
    with pytest.raises(VendorUnavailable) as unavailable:
        wire.vonage().send_sms(NUMBER, "text", "ref")
    assert len(wire.requests) == 1
    assert unavailable.value.ambiguous


@pytest.mark.parametrize("number", ["", "+819012345678", "0901234567", "12", "1" * 16, "8190'; --"])
def test_no_number_that_is_not_e164_leaves(number: str) -> None:
    wire = Wire([httpx.Response(202, json={"message_uuid": "x"})])
    with pytest.raises(VendorRefused) as refused:
        wire.vonage().send_sms(number, "text", "ref")
    assert refused.value.field == "to"
    assert wire.requests == []


@pytest.mark.parametrize("text", ["", "x" * 1001])
def test_a_message_has_1_to_1000_characters(text: str) -> None:
    with pytest.raises(VendorRefused) as refused:
        Wire([httpx.Response(202)]).vonage().send_sms(NUMBER, text, "ref")
    assert refused.value.field == "text"


def test_a_code_has_six_digits_and_the_reference_no_dashes() -> None:
    wire = Wire([httpx.Response(202, json={"request_id": "2c59e3f4"})])
    made = wire.vonage().start_verification(NUMBER, "Rapport Bank", "ja-jp", "0f0e-aa_1")
    assert (made.request_id, made.code_length) == ("2c59e3f4", 6)
    assert wire.body()["code_length"] == 6
    assert wire.body()["workflow"] == [{"channel": "sms", "to": NUMBER}]
    assert wire.body()["client_ref"] == "0f0eaa1"


def test_a_running_verification_is_told_with_its_id() -> None:
    with pytest.raises(VendorRefused) as refused:
        Wire([httpx.Response(409, json=CONCURRENT)]).vonage().start_verification(NUMBER, "Rapport", "en-us", "r")
    assert refused.value.code == "concurrent"
    assert refused.value.reference == "f8386e0f-6873-4617-aa99-19016217b2aa"


def test_a_refused_parameter_is_named_as_our_field() -> None:
    body = {
        "title": "Invalid params",
        "type": "https://developer.vonage.com/en/api-errors#invalid-params",
        "invalid_parameters": [{"name": "brand", "reason": "Brand is required"}],
    }
    with pytest.raises(VendorRefused) as refused:
        Wire([httpx.Response(422, json=body)]).vonage().start_verification(NUMBER, "Rapport", "en-us", "r")
    assert (refused.value.code, refused.value.field) == ("invalid-params", "brand")


def test_no_credit_is_a_refusal_that_says_so() -> None:
    body = {"type": "https://developer.nexmo.com/api-errors/#low-balance", "title": "Low balance", "detail": "x"}
    with pytest.raises(VendorRefused, match="no credit") as refused:
        Wire([httpx.Response(402, json=body)]).vonage().send_sms(NUMBER, "text", "ref")
    assert refused.value.code == "low-balance"
    assert refused.value.field is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(200, json={"request_id": "r", "status": "completed"}), VerificationOutcome.COMPLETED),
        (httpx.Response(400, json={"title": "Invalid Code"}), VerificationOutcome.WRONG_CODE),
        (httpx.Response(410, json={"title": "Invalid Code"}), VerificationOutcome.TOO_MANY_TRIES),
        (httpx.Response(404, json={"title": "Not Found"}), VerificationOutcome.EXPIRED),
    ],
)
def test_what_comes_of_a_code(answer: httpx.Response, outcome: VerificationOutcome) -> None:
    wire = Wire([answer])
    assert wire.vonage().check_verification("r-1", "123456").outcome is outcome
    assert wire.requests[0].url.path == "/v2/verify/r-1"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "12 456"])
def test_what_cannot_be_a_code_costs_the_customer_no_try(code: str) -> None:
    wire = Wire([httpx.Response(200, json={})])
    assert wire.vonage().check_verification("r", code).outcome is VerificationOutcome.WRONG_CODE
    assert wire.requests == []


def test_a_request_id_cannot_reach_another_address() -> None:
    wire = Wire([httpx.Response(200, json={})])
    with pytest.raises(VendorRefused):
        wire.vonage().check_verification("../messages", "123456")
    assert wire.requests == []


@pytest.mark.parametrize("status", [204, 404])
def test_a_verification_that_is_over_is_cancelled_already(status: int) -> None:
    Wire([httpx.Response(status)]).vonage().cancel_verification("r")


def test_a_session_is_asked_for_by_a_form() -> None:
    wire = Wire([httpx.Response(200, json=[{"session_id": "1_MX4", "project_id": "p"}])])
    assert wire.vonage().create_video_session().session_id == "1_MX4"
    assert wire.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"archiveMode=manual" in wire.requests[0].content


@pytest.mark.parametrize("body", [b"[]", b"{}", b"nonsense", b'[{"id": 1}]', b'["x"]'])
def test_an_answer_that_cannot_be_read_is_not_taken_for_a_session(body: bytes) -> None:
    with pytest.raises(VendorUnavailable):
        Wire([httpx.Response(200, content=body)]).vonage().create_video_session()


def test_a_client_token_opens_one_session_for_a_while() -> None:
    wire = Wire([httpx.Response(500)])
    token = wire.vonage().video_client_token("1_MX4", "publisher", "Hana", 600)
    claims = jwt.decode(token, credentials().vonage_public_key, algorithms=["RS256"])
    assert claims["session_id"] == "1_MX4"
    assert claims["role"] == "publisher"
    assert claims["scope"] == "session.connect"
    assert claims["acl"] == {"paths": {"/session/**": {}}}
    assert claims["exp"] - claims["iat"] == 600
    assert wire.requests == []


def test_a_client_token_lives_thirty_days_at_most() -> None:
    token = Wire([httpx.Response(500)]).vonage().video_client_token("s", "subscriber", "x", 10**9)
    claims = jwt.decode(token, credentials().vonage_public_key, algorithms=["RS256"])
    assert claims["exp"] - claims["iat"] == 30 * 86_400


def test_wrong_credentials_are_ours_to_mend() -> None:
    with pytest.raises(VendorMisconfigured):
        Wire([httpx.Response(401, json={"title": "Unauthorized"})]).vonage().send_sms(NUMBER, "text", "ref")


def test_a_broken_private_key_is_told_without_showing_it() -> None:
    broken = {"vonage": {**credentials().of("vonage"), "private_key": "-----BEGIN nothing"}}
    store = SecretStore(SecretsManager(broken), "arn")
    wire = Wire([httpx.Response(202)])
    vonage = Vonage(vonage_settings("https://x.test"), store, vonage_http(wire.client, store))
    with pytest.raises(ConfigurationError) as error:
        vonage.send_sms(NUMBER, "text", "ref")
    assert "BEGIN" not in error.value.detail
    assert json.dumps(broken) not in repr(error.value)


def test_tokens_carry_the_time_we_are_told() -> None:
    store = SecretStore(SecretsManager(credentials().secret), "arn")
    at = datetime(2026, 1, 2, tzinfo=UTC)
    vonage = Vonage(vonage_settings("https://x.test"), store, vonage_http(Wire([]).client, store), now=lambda: at)
    token = vonage.video_client_token("s", "moderator", "x", 60)
    options = {"verify_exp": False}
    assert jwt.decode(token, credentials().vonage_public_key, algorithms=["RS256"], options=options)["iat"] == (
        at.timestamp()
    )
