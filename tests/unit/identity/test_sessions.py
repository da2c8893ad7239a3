"""Signing in and going on: stuffing, locks, rotation, theft, ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.identity.limits import network, shortened
from rapport.identity.sealing import AesSeal
from rapport.identity.sessions import GRACE_MS, SESSION_S, Ticket
from rapport.identity.visitor import Visitor
from rapport.runtime.errors import TooManyRequestsError, UnauthenticatedError

from tests.builders.identity import HERE, PASSWORD, Branch, identity_table

WRONG = "Wrong-password-1"


def refused(branch: Branch, username: str = "mei", password: str = WRONG, visitor: Visitor = HERE) -> str:
    with pytest.raises(UnauthenticatedError) as error:
        branch.login(username, password, visitor)
    return error.value.detail


def test_a_locked_account_an_unknown_one_and_a_wrong_password_get_one_answer_in_one_time(branch: Branch) -> None:
    branch.directory.add("mei")
    said = {refused(branch) for _ in range(5)} | {refused(branch, "nobody") for _ in range(5)}
    asked = branch.directory.logins
    said.add(refused(branch, password=PASSWORD))
    said.add(refused(branch, "nobody"))
    assert len(said) == 1
    assert set(branch.slept) == {0.5}
    assert branch.directory.logins == asked, "a locked account is not asked for"


def test_a_lock_ends_and_grows_with_each_further_failure(branch: Branch) -> None:
    branch.directory.add("mei")
    for _ in range(5):
        refused(branch)
    branch.now += 29_000
    refused(branch, password=PASSWORD)
    branch.now += 1_001
    refused(branch)
    branch.now += 59_000
    refused(branch, password=PASSWORD)
    branch.now += 1_001
    branch.login()
    assert branch.limits.is_locked("mei") is False


def test_a_sign_in_forgets_the_failures_before_it(branch: Branch) -> None:
    branch.directory.add("mei")
    for _ in range(3):
        for _ in range(4):
            refused(branch)
        branch.login()


def test_stuffing_many_accounts_from_one_address_is_stopped(branch: Branch) -> None:
    branch.directory.add("mei")
    for number in range(20):
        refused(branch, f"user{number}")
    with pytest.raises(TooManyRequestsError):
        branch.login("user21", WRONG)
    with pytest.raises(TooManyRequestsError):
        branch.login()
    branch.login(visitor=Visitor("198.51.100.1"))
    branch.now += 15 * 60_000
    branch.login()


def test_failures_are_recorded_without_the_name_of_who_does_not_exist(branch: Branch) -> None:
    branch.directory.add("mei")
    branch.login()
    refused(branch)
    refused(branch, "nobody")
    entries = branch.names.entries("2026-09-21")
    assert [entry.action.value for entry in entries] == ["day_opened", "signed_in", "sign_in_failed", "sign_in_failed"]
    assert entries[2].person == entries[1].actor
    assert entries[3].person is None
    assert entries[1].address == "203.0.113.0/24"


def test_each_refresh_gives_another_token(branch: Branch) -> None:
    branch.directory.add("mei")
    tokens = [branch.login()]
    for _ in range(4):
        branch.now += 60_000
        tokens.append(branch.sessions.refresh(tokens[-1], HERE).refresh)
    assert len(set(tokens)) == 5


@pytest.mark.parametrize("used", [0, 1])
def test_using_an_old_token_ends_the_session_for_everybody(branch: Branch, used: int) -> None:
    branch.directory.add("mei")
    tokens = [branch.login()]
    for _ in range(3):
        branch.now += 60_000
        tokens.append(branch.sessions.refresh(tokens[-1], HERE).refresh)
    with pytest.raises(UnauthenticatedError):
        branch.sessions.refresh(tokens[used], HERE)
    with pytest.raises(UnauthenticatedError):
        branch.sessions.refresh(tokens[-1], HERE)
    assert branch.actions()[-1] == "token_reused"


def test_a_lost_answer_may_be_asked_for_again_for_a_moment(branch: Branch) -> None:
    branch.directory.add("mei")
    first = branch.login()
    second = branch.sessions.refresh(first, HERE).refresh
    branch.now += GRACE_MS
    assert branch.sessions.refresh(first, HERE).refresh == second
    branch.sessions.refresh(second, HERE)
    branch.now += 1
    with pytest.raises(UnauthenticatedError):
        branch.sessions.refresh(first, HERE)


def test_a_session_ends_by_itself_by_a_person_and_by_the_directory(branch: Branch) -> None:
    branch.directory.add("mei")
    late, revoked, signed_out = (branch.login() for _ in range(3))
    branch.sessions.revoke("mei", Ticket.parse(revoked).session_id, HERE)
    assert branch.sessions.revoke("mei", Ticket.parse(revoked).session_id, HERE) is False
    branch.directory.sign_out("mei")
    for token in (revoked, signed_out):
        with pytest.raises(UnauthenticatedError):
            branch.sessions.refresh(token, HERE)
    branch.now += SESSION_S * 1000
    assert branch.sessions.of("mei") == []
    with pytest.raises(UnauthenticatedError):
        branch.sessions.refresh(late, HERE)


def test_signing_out_everywhere_ends_every_session(branch: Branch) -> None:
    branch.directory.add("mei")
    tokens = [branch.login() for _ in range(3)]
    assert len(branch.sessions.of("mei")) == 3
    branch.sessions.revoke_all("mei", HERE)
    for token in tokens:
        with pytest.raises(UnauthenticatedError):
            branch.sessions.refresh(token, HERE)


def test_nobody_opens_a_session_with_what_the_table_keeps(branch: Branch) -> None:
    branch.directory.add("mei")
    token = branch.login()
    (session,) = branch.stored.of("mei")
    kept = session.model_dump_json()
    assert Ticket.parse(token).secret not in kept
    assert "refresh-mei" not in kept
    forged = Ticket("mei", session.session_id, session.current)
    with pytest.raises(UnauthenticatedError):
        branch.sessions.refresh(str(forged), HERE)


@given(st.text(max_size=80))
def test_anything_that_is_no_token_is_refused(text: str) -> None:
    try:
        ticket = Ticket.parse(text)
    except UnauthenticatedError:
        return
    assert text.startswith("r1.")
    assert ticket.username


@given(name=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=64))
def test_a_ticket_reads_back(name: str) -> None:
    ticket = Ticket(name, "session-1", "secret")
    assert Ticket.parse(str(ticket)) == ticket


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_a_seal_opens_with_its_secret_only(text: str) -> None:
    seal = AesSeal()
    closed = seal.close("one", text)
    assert seal.open("one", closed) == text
    with pytest.raises(UnauthenticatedError):
        seal.open("another", closed)


@settings(max_examples=30)
@given(st.ip_addresses())
def test_an_address_is_kept_without_its_last_part(address: object) -> None:
    short = shortened(str(address))
    assert short.endswith(("/24", "/48"))
    assert network(str(address)) != "unknown"


def test_what_is_no_address_is_unknown() -> None:
    assert shortened("proxy") == network("") == "unknown"


def test_two_refreshes_at_once_agree() -> None:
    with identity_table() as client:
        branch = Branch(client)
        branch.directory.add("mei")
        token = branch.login()
        turn = branch.stored.turn
        answers: list[str] = []

        def interrupted(before: object, after: object) -> bool:
            branch.stored.turn = turn  # type: ignore[method-assign]
            answers.append(branch.sessions.refresh(token, HERE).refresh)
            return turn(before, after)  # type: ignore[arg-type]

        branch.stored.turn = interrupted  # type: ignore[method-assign]
        answers.append(branch.sessions.refresh(token, HERE).refresh)
    assert answers[0] == answers[1]
