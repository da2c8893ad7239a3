"""Our gateway against a server that checks PKCE for itself, and against the shape of a web chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from rapport.assist.identity import IdentityState, Subject, identify
from rapport.runtime.errors import ForbiddenError, NotFoundError
from rapport.vendors.errors import VendorRefused, VendorUnavailable
from rapport.vendors.genesys import Conversation, Genesys, GenesysSignInNeeded, new_proof

from sandbox.vendors.genesys import GenesysSandbox
from sandbox.vendors.genesys_conversations import BY_FLOW, ELSEWHERE, HOSTILE
from tests.builders.assist import genesys_at
from tests.builders.vendors import Server, credentials, served

WEBCHAT = Path(__file__).with_name("get_conversation_webchat.json")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served(lambda url: {"/sandbox/genesys": GenesysSandbox(credentials(), url).application()}) as found:
        yield found


@pytest.fixture
def genesys(server: Server) -> Genesys:
    return genesys_at(f"{server.url}/sandbox/genesys", server.url)


def code_for(genesys: Genesys, challenge: str) -> str:
    """A code as the browser brings it back."""
    answer = httpx.get(genesys.authorize_url("state-1", challenge) + "&agent=hana.sato", follow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == "/assist"
    found = parse_qs(back.query)
    assert found["state"] == ["state-1"]
    return found["code"][0]


def signed_in(genesys: Genesys) -> str:
    proof = new_proof()
    return genesys.exchange(code_for(genesys, proof.challenge), proof.verifier).access_token


def test_a_code_with_its_verifier_becomes_a_token_that_reads_conversations(genesys: Genesys) -> None:
    found = genesys.conversation(signed_in(genesys), BY_FLOW)
    assert identify(found).subject == Subject(pcin="C00001")


def test_the_page_lists_agents_and_escapes_what_it_was_sent(genesys: Genesys) -> None:
    page = httpx.get(genesys.authorize_url('"><script>', new_proof().challenge))
    assert page.status_code == 200
    assert "Hana Sato" in page.text
    assert "<script>" not in page.text


def test_a_wrong_verifier_is_refused_and_uses_the_code_up(genesys: Genesys) -> None:
    proof = new_proof()
    code = code_for(genesys, proof.challenge)
    for verifier in (new_proof().verifier, proof.verifier):
        with pytest.raises(VendorRefused) as refused:
            genesys.exchange(code, verifier)
        assert refused.value.code == "invalid_grant"


def test_an_expired_code_is_refused(genesys: Genesys, server: Server) -> None:
    proof = new_proof()
    code = code_for(genesys, proof.challenge)
    server.post("/sandbox/genesys/_expire", {})
    with pytest.raises(VendorRefused):
        genesys.exchange(code, proof.verifier)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("code_challenge_method=S256", "code_challenge_method=plain"),
        ("response_type=code", "response_type=token"),
        ("redirect_uri=", "redirect_uri=https%3A%2F%2Fevil.example%2F"),
        ("client_id=", "client_id=another-"),
    ],
)
def test_a_sign_in_that_is_not_ours_is_not_begun(genesys: Genesys, old: str, new: str) -> None:
    url = genesys.authorize_url("state-1", new_proof().challenge)
    assert httpx.get(url.replace(old, new)).status_code == 400


def test_what_an_agent_may_not_see_stays_unseen(genesys: Genesys) -> None:
    token = signed_in(genesys)
    with pytest.raises(ForbiddenError):
        genesys.conversation(token, ELSEWHERE)
    with pytest.raises(NotFoundError):
        genesys.conversation(token, "00000000-0000-4000-8000-000000000000")
    with pytest.raises(GenesysSignInNeeded):
        genesys.conversation("another-token", BY_FLOW)


def test_hostile_attributes_leave_nothing_but_a_count(genesys: Genesys) -> None:
    found = identify(genesys.conversation(signed_in(genesys), HOSTILE))
    assert (found.state, found.refused, found.candidates) == (IdentityState.UNKNOWN, 3, ())


@pytest.mark.parametrize("mode", ["unavailable", "drop", "rate_limited"])
def test_an_outage_is_an_outage(genesys: Genesys, server: Server, mode: str) -> None:
    token = signed_in(genesys)
    server.post("/sandbox/genesys/_faults", {"mode": mode})
    try:
        with pytest.raises(VendorUnavailable):
            genesys.conversation(token, BY_FLOW)
    finally:
        server.post("/sandbox/genesys/_faults", {"mode": "none"})


def test_more_than_three_hundred_a_minute_are_too_many(server: Server) -> None:
    genesys = genesys_at(f"{server.url}/sandbox/genesys", server.url)
    proof = new_proof()
    url = genesys.authorize_url("state-1", proof.challenge) + "&agent=emma.clark"
    code = parse_qs(urlsplit(httpx.get(url, follow_redirects=False).headers["location"]).query)["code"][0]
    token = genesys.exchange(code, proof.verifier).access_token
    with httpx.Client(headers={"authorization": f"Bearer {token}"}) as client:
        answers = [
            client.get(f"{server.url}/sandbox/genesys/api/v2/conversations/{BY_FLOW}") for _ in range(301)
        ]  # fmt: skip
    assert answers[299].status_code == 200
    assert (answers[300].status_code, answers[300].headers["retry-after"]) == (429, "60")


def test_a_web_chat_as_genesys_sends_it_is_a_claim() -> None:
    found = identify(Conversation.model_validate(json.loads(WEBCHAT.read_text())))
    assert found.state is IdentityState.UNCONFIRMED
    assert found.candidates == (Subject(pcin="C00003"),)
