"""Signing in with Genesys: our own verifier, our own region, a token that is told to nobody; and reading."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.runtime.errors import ForbiddenError, InvalidInputError, NotFoundError
from rapport.vendors.errors import VendorRefused, VendorUnavailable
from rapport.vendors.genesys import REGIONS, GenesysSignInNeeded, Token, known_region, new_proof
from rapport.vendors.secrets import SecretStore

from tests.builders.assist import CONVERSATION, challenge_of, genesys
from tests.builders.vendors import SecretsManager, Wire, credentials

CLIENT = credentials().of("genesys")["client_id"]
TOKEN = httpx.Response(200, json={"access_token": "opaque", "token_type": "bearer", "expires_in": 86399})


def confidential() -> SecretStore:
    secret = {"genesys": {"client_id": "client", "client_secret": "s3cret", "region": "mypurecloud.de"}}
    return SecretStore(SecretsManager(secret), "arn:secret")


def test_a_verifier_is_long_random_and_never_the_same() -> None:
    proofs = [new_proof() for _ in range(200)]
    assert len({proof.verifier for proof in proofs}) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{86}", proof.verifier) for proof in proofs)
    assert all(proof.challenge == challenge_of(proof.verifier) for proof in proofs)


def test_the_browser_goes_to_the_login_of_our_region_with_a_challenge_and_without_the_verifier() -> None:
    proof = new_proof()
    url = urlsplit(genesys(Wire([TOKEN])).authorize_url("state", proof.challenge))
    assert (url.scheme, url.hostname, url.path) == ("https", "login.mypurecloud.jp", "/oauth/authorize")
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert asked == {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": "https://console.test/assist",
        "scope": "conversations:readonly",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        "state": "state",
    }
    assert proof.verifier not in url.geturl()


def test_a_code_is_exchanged_with_the_verifier_at_the_login_host() -> None:
    wire = Wire([TOKEN])
    token = genesys(wire).exchange("the-code", "the-verifier")
    assert (token.access_token, token.expires_in) == ("opaque", 86399)
    (request,) = wire.requests
    assert str(request.url) == "https://login.mypurecloud.jp/oauth/token"
    form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
    assert form == {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": "the-code",
        "code_verifier": "the-verifier",
        "redirect_uri": "https://console.test/assist",
    }
    assert "authorization" not in request.headers


def test_a_client_with_a_secret_names_itself_in_a_header() -> None:
    wire = Wire([TOKEN])
    genesys(wire, confidential()).exchange("the-code", "the-verifier")
    assert wire.requests[0].headers["authorization"] == "Basic Y2xpZW50OnMzY3JldA=="
    assert b"s3cret" not in wire.requests[0].content


def test_a_refused_code_is_not_tried_again_and_its_answer_is_not_quoted() -> None:
    body = {"error": "invalid_grant", "description": "code abc is bad", "error_description": "code abc is bad"}
    wire = Wire([httpx.Response(400, json=body)])
    with pytest.raises(VendorRefused) as refused:
        genesys(wire).exchange("the-code", "wrong")
    assert refused.value.code == "invalid_grant"
    assert "abc" not in refused.value.detail
    assert len(wire.requests) == 1


def test_an_exchange_whose_end_nobody_knows_is_not_repeated() -> None:
    wire = Wire([httpx.ReadTimeout("late")])
    with pytest.raises(VendorUnavailable):
        genesys(wire).exchange("the-code", "verifier")
    assert len(wire.requests) == 1


@pytest.mark.parametrize("body", [{}, {"access_token": "a b", "expires_in": 5}, {"access_token": "x"}, []])
def test_what_is_no_token_is_not_taken_for_one(body: object) -> None:
    with pytest.raises(VendorUnavailable):
        genesys(Wire([httpx.Response(200, json=body)])).exchange("the-code", "verifier")


def test_a_token_does_not_show_itself() -> None:
    assert "opaque" not in repr(Token(access_token="opaque", expires_in=5))


@pytest.mark.parametrize(
    "region",
    ["evil.example", "mypurecloud.com.evil.example", "login.mypurecloud.com", "MYPURECLOUD.COM", "", "127.0.0.1",
     "mypurecloud.com/", "mypurecloud.com#@evil.example", "usw2.pure.cloud:8080"],
)  # fmt: skip
def test_a_foreign_region_is_refused_before_anything_is_asked(region: str) -> None:
    wire = Wire([TOKEN])
    with pytest.raises(InvalidInputError) as refused:
        genesys(wire).region(region)
    assert refused.value.field == "region"
    assert wire.requests == []


def test_a_real_region_that_is_not_ours_is_refused() -> None:
    assert genesys(Wire([TOKEN])).region("mypurecloud.jp") == "mypurecloud.jp"
    with pytest.raises(InvalidInputError):
        genesys(Wire([TOKEN])).region("mypurecloud.de")


@given(st.text())
def test_only_the_listed_regions_are_regions(text: str) -> None:
    if text in REGIONS:
        assert known_region(text) == text
    else:
        with pytest.raises(InvalidInputError):
            known_region(text)


def test_a_conversation_is_read_with_the_agents_own_token() -> None:
    wire = Wire([httpx.Response(200, json={"id": CONVERSATION, "participants": [{"purpose": "customer"}]})])
    found = genesys(wire).conversation("token", CONVERSATION.upper())
    assert found.participants[0].purpose == "customer"
    (request,) = wire.requests
    assert str(request.url) == f"https://api.mypurecloud.jp/api/v2/conversations/{CONVERSATION}"
    assert request.headers["authorization"] == "Bearer token"


@pytest.mark.parametrize("name", ["../users", "x", "", f"{CONVERSATION}/..", f"{CONVERSATION}?a=b", "0" * 36])
def test_what_is_no_conversation_id_never_becomes_part_of_an_address(name: str) -> None:
    wire = Wire([TOKEN])
    with pytest.raises(InvalidInputError):
        genesys(wire).conversation("token", name)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, GenesysSignInNeeded), (403, ForbiddenError), (404, NotFoundError), (400, VendorRefused)],
)
def test_what_genesys_refuses_is_told_in_our_words(status: int, error: type[Exception]) -> None:
    body = {"message": "conversation of blanche@example.com", "code": "not.found", "status": status}
    with pytest.raises(error) as refused:
        genesys(Wire([httpx.Response(status, json=body)])).conversation("token", CONVERSATION)
    assert "blanche" not in str(refused.value)


def test_a_busy_genesys_is_asked_again_when_it_says_so() -> None:
    found = httpx.Response(200, json={"id": CONVERSATION})
    wire = Wire([httpx.Response(429, headers={"retry-after": "2"}), found])
    assert genesys(wire).conversation("token", CONVERSATION).id == CONVERSATION
    assert wire.clock.slept == [2.0]
    with pytest.raises(VendorUnavailable):
        genesys(Wire([httpx.Response(429, headers={"retry-after": "60"})])).conversation("token", CONVERSATION)


@pytest.mark.parametrize("body", [[], {"participants": "x"}, {"id": 5, "participants": [1]}])
def test_an_unreadable_conversation_is_an_outage_and_not_a_crash(body: object) -> None:
    with pytest.raises(VendorUnavailable):
        genesys(Wire([httpx.Response(200, json=body)])).conversation("token", CONVERSATION)
