"""A callback is believed as it was signed and in no other way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapport.vendors.vonage_webhooks import Reason, WebhookClaims, WebhookRejected, WebhookUnsigned, verify

from sandbox.vendors.callbacks import signature

SECRET, APPLICATION, ACCOUNT = "s" * 40, "29f760f8-7ce1", "abcd1234"
NOW = 1_700_000_000
BODY = b'{"status": "delivered"}'


def fresh(jti: str) -> bool:
    return False


def token(body: bytes = BODY, at: float = NOW, secret: str = SECRET) -> str:
    return signature(body, secret=secret, application_id=APPLICATION, api_key=ACCOUNT, now=at)


def checked(given_token: str | None, body: bytes = BODY, now: float = NOW, **other: Any) -> WebhookClaims:
    headers = {} if given_token is None else {"Authorization": f"Bearer {given_token}"}
    expected = {"secret": SECRET, "application_id": APPLICATION, "api_key": ACCOUNT, "seen": fresh, **other}
    return verify(headers, body, now=now, **expected)


def reason(*arguments: Any, **named: Any) -> Reason:
    with pytest.raises(WebhookRejected) as refused:
        checked(*arguments, **named)
    return refused.value.reason


def forged(header: Any, claims: Any, secret: str = SECRET) -> str:
    """A token of these parts, signed with a secret."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    seal = hmac.new(secret.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(seal).rstrip(b"=")]).decode()


def claims_of(signed: str) -> dict[str, Any]:
    part = signed.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@given(body=st.binary(max_size=400), late=st.integers(min_value=-60, max_value=300))
def test_what_was_signed_within_five_minutes_is_believed(body: bytes, late: int) -> None:
    claims = checked(token(body), body, NOW + late)
    assert claims.payload_hash == hashlib.sha256(body).hexdigest()
    assert (claims.application_id, claims.api_key, claims.issued_at) == (APPLICATION, ACCOUNT, NOW)


@given(body=st.binary(max_size=400))
def test_any_other_body_is_refused(body: bytes) -> None:
    assume(body != BODY)
    assert reason(token(), body) is Reason.PAYLOAD


@given(position=st.integers(min_value=0, max_value=10_000), character=st.characters(codec="ascii", min_codepoint=33))
def test_any_other_token_is_refused(position: int, character: str) -> None:
    good = token()
    position %= len(good)
    changed = good[:position] + character + good[position + 1 :]
    assume(changed != good)
    assert reason(changed) in {Reason.SIGNATURE, Reason.UNREADABLE}


@given(seconds=st.integers(min_value=301, max_value=10**8) | st.integers(min_value=-(10**8), max_value=-61))
def test_any_other_time_is_refused(seconds: int) -> None:
    assert reason(token(), now=NOW + seconds) is Reason.AGE


@given(text=st.text(max_size=60))
def test_any_other_account_application_or_secret_is_refused(text: str) -> None:
    assume(text not in {SECRET, APPLICATION, ACCOUNT})
    assert reason(token(), application_id=text) is Reason.ACCOUNT
    assert reason(token(), api_key=text) is Reason.ACCOUNT
    assert reason(token(), secret=text) is Reason.SIGNATURE


@given(header=st.text(max_size=200))
def test_whatever_stands_in_the_header_is_refused_and_nothing_breaks(header: str) -> None:
    for name in ("authorization", "Authorization"):
        with pytest.raises(WebhookRejected):
            verify({name: header}, BODY, SECRET, APPLICATION, ACCOUNT, NOW, fresh)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS512", "RS256", "", None, 7])
def test_the_token_does_not_choose_the_algorithm(algorithm: object) -> None:
    assert reason(forged({"alg": algorithm, "typ": "JWT"}, claims_of(token()))) is Reason.SIGNATURE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"iss": "Somebody"}, Reason.ISSUER),
        ({"iss": None}, Reason.ISSUER),
        ({"iat": str(NOW)}, Reason.AGE),
        ({"iat": True}, Reason.AGE),
        ({"iat": None}, Reason.AGE),
        ({"application_id": None}, Reason.ACCOUNT),
        ({"api_key": None}, Reason.ACCOUNT),
        ({"payload_hash": None}, Reason.PAYLOAD),
        ({"jti": None}, Reason.UNREADABLE),
        ({"jti": ""}, Reason.UNREADABLE),
        ({"jti": "j" * 201}, Reason.UNREADABLE),
    ],
)
def test_a_good_signature_over_wrong_claims_is_refused(change: dict[str, Any], expected: Reason) -> None:
    assert reason(forged({"alg": "HS256", "typ": "JWT"}, {**claims_of(token()), **change})) is expected


@pytest.mark.parametrize("claims", [[], "text", 7, None])
def test_claims_that_are_no_object_are_unreadable(claims: object) -> None:
    assert reason(forged({"alg": "HS256"}, claims)) is Reason.UNREADABLE


def test_without_a_signature_the_vendor_is_asked_to_sign() -> None:
    for headers in ({}, {"authorization": ""}, {"authorization": "Bearer "}, {"authorization": "Basic abc"}):
        with pytest.raises(WebhookUnsigned) as unsigned:
            verify(headers, BODY, SECRET, APPLICATION, ACCOUNT, NOW, fresh)
        assert unsigned.value.status == 503


def test_an_id_is_remembered_only_when_all_else_is_good() -> None:
    asked: list[str] = []

    def seen(jti: str) -> bool:
        asked.append(jti)
        return len(asked) > 1

    assert reason(token(), b"altered", seen=seen) is Reason.PAYLOAD
    assert asked == []
    good = token()
    checked(good, seen=seen)
    assert reason(good, seen=seen) is Reason.REPLAY
    assert asked == [claims_of(good)["jti"]] * 2
