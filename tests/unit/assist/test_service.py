"""Signing in, the profile of a conversation, and what is shown while a source is down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from moto import mock_aws
from rapport.assist.identity import Subject
from rapport.assist.model import PanelName, PanelState
from rapport.assist.service import Owner
from rapport.customers.model import Customer
from rapport.runtime.errors import DependencyUnavailableError, InvalidInputError, NotFoundError
from rapport.vendors.errors import VendorRefused, VendorUnavailable
from rapport.vendors.genesys import GenesysSignInNeeded

from tests.builders.assist import (
    CONVERSATION,
    HANA,
    Desk,
    People,
    Warehouse,
    assist_store,
    challenge_of,
    customer_leg,
    rows,
)
from tests.builders.vendors import Wire

TOKEN = httpx.Response(200, json={"access_token": "opaque", "token_type": "bearer", "expires_in": 3600})
DOWN = VendorUnavailable("down", vendor="bigquery", operation="x")


def found(*legs: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"id": CONVERSATION, "participants": list(legs)})


ANN = found({**customer_leg(PCIN="C00001"), "ani": "tel:+12025550100", "queueName": "CXService"})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with mock_aws():
        yield Desk(Wire([ANN]), Warehouse(rows()), assist_store())


# --- signing in


def begun(desk: Desk, **more: Any) -> tuple[str, str]:
    """State and challenge of a sign-in."""
    started = desk.assistant.start(HANA, more.get("region"), more.get("conversation"))
    asked = parse_qs(urlsplit(started.authorize_url).query)
    assert asked["state"] == [started.state]
    return started.state, asked["code_challenge"][0]


def test_the_verifier_that_is_sent_belongs_to_the_challenge_that_was_shown(desk: Desk) -> None:
    desk.wire.answers = [TOKEN]
    state, challenge = begun(desk, conversation=CONVERSATION)
    connected = desk.assistant.finish(HANA, state, "code")
    form = parse_qs(desk.wire.requests[0].content.decode())
    assert challenge_of(form["code_verifier"][0]) == challenge
    assert connected.conversation_id == CONVERSATION
    assert desk.store.token(HANA, desk.at) == "opaque"


def test_a_state_works_once(desk: Desk) -> None:
    desk.wire.answers = [TOKEN]
    state, _ = begun(desk)
    desk.assistant.finish(HANA, state, "code")
    with pytest.raises(InvalidInputError) as refused:
        desk.assistant.finish(HANA, state, "code")
    assert refused.value.field == "state"
    assert len(desk.wire.requests) == 1


def test_a_state_is_used_up_by_a_code_that_is_refused(desk: Desk) -> None:
    desk.wire.answers = [httpx.Response(400, json={"error": "invalid_grant"})]
    state, _ = begun(desk)
    with pytest.raises(VendorRefused):
        desk.assistant.finish(HANA, state, "expired")
    with pytest.raises(InvalidInputError):
        desk.assistant.finish(HANA, state, "code")


@pytest.mark.parametrize(
    "other", [Owner(username="emma.clark", session="session-1"), Owner(username="hana.sato", session="session-2")]
)
def test_a_state_is_of_no_use_in_another_session(desk: Desk, other: Owner) -> None:
    desk.wire.answers = [TOKEN]
    state, _ = begun(desk)
    with pytest.raises(InvalidInputError):
        desk.assistant.finish(other, state, "code")
    assert desk.assistant.finish(HANA, state, "code").connected


def test_a_state_ends_after_ten_minutes(desk: Desk) -> None:
    desk.wire.answers = [TOKEN]
    state, _ = begun(desk)
    desk.at += 600_001
    with pytest.raises(InvalidInputError):
        desk.assistant.finish(HANA, state, "code")


def test_a_foreign_region_begins_nothing(desk: Desk) -> None:
    with pytest.raises(InvalidInputError):
        desk.assistant.start(HANA, "evil.example", None)
    assert begun(desk, region="mypurecloud.jp")[0]


def test_neither_state_nor_verifier_can_be_read_from_the_address_of_what_is_stored(desk: Desk) -> None:
    state, _ = begun(desk)
    items = desk.store.client.scan(TableName="assist")["Items"]
    assert state not in str(items)


def test_without_a_token_of_this_session_there_is_no_profile(desk: Desk) -> None:
    with pytest.raises(GenesysSignInNeeded):
        desk.assistant.profile(HANA, CONVERSATION, None)
    assistant = desk.signed_in(Owner(username="hana.sato", session="another"))
    with pytest.raises(GenesysSignInNeeded):
        assistant.profile(HANA, CONVERSATION, None)


def test_a_token_that_genesys_forgot_is_forgotten_here(desk: Desk) -> None:
    desk.wire.answers = [httpx.Response(401, json={"code": "bad.credentials"})]
    assistant = desk.signed_in()
    with pytest.raises(GenesysSignInNeeded):
        assistant.profile(HANA, CONVERSATION, None)
    assert desk.store.token(HANA, desk.at) is None


# --- the profile


def test_every_panel_is_there_and_says_how_old_it_is(desk: Desk) -> None:
    profile = desk.signed_in().profile(HANA, CONVERSATION, None)
    assert profile.panels is not None
    for name in [*PanelName, "insights"]:
        panel = getattr(profile.panels, name)
        assert panel.state is PanelState.FRESH, name
        assert panel.as_of is not None, name
        assert panel.read_at == desk.at, name
    assert profile.conversation.queue == "CXService"


def test_the_warehouse_is_asked_about_this_customer_and_by_partitions(desk: Desk) -> None:
    desk.signed_in().profile(HANA, CONVERSATION, None)
    for _, values in desk.warehouse.asked:
        assert values.get("pcin", "C00001") == "C00001"
        assert values["since"]
    assert ("payments" in {name for name, _ in desk.warehouse.asked}) is True


def test_our_own_record_is_shown_with_whether_the_number_matches(desk: Desk) -> None:
    desk.people = People({"C00001": Customer(customer_id="C00001", name="Alex Morgan", phone="+12025550100")})
    profile = desk.signed_in().profile(HANA, CONVERSATION, None)
    assert profile.customer is not None
    assert (profile.customer.name, profile.customer.number_matches) == ("Alex Morgan", True)
    desk.people = People({"C00001": Customer(customer_id="C00001", name="Alex Morgan", phone="+12025550199")})
    assert desk.assistant.profile(HANA, CONVERSATION, None).customer.number_matches is False  # type: ignore[union-attr]


def test_a_claim_opens_nothing_until_the_agent_confirms_it(desk: Desk) -> None:
    desk.wire.answers = [found(customer_leg(context__pcin="C00003"))]
    assistant = desk.signed_in()
    profile = assistant.profile(HANA, CONVERSATION, None)
    assert (profile.customer, profile.panels) == (None, None)
    assert desk.warehouse.asked == []
    with pytest.raises(NotFoundError):
        assistant.profile(HANA, CONVERSATION, Subject(pcin="C00001"))
    assert assistant.profile(HANA, CONVERSATION, Subject(pcin="C00003")).panels is not None


def test_nothing_that_a_customer_wrote_is_in_the_answer(desk: Desk) -> None:
    evil = {"context.subject": "<img src=x onerror=alert(1)>", "pcin": "C00001", "context.pcin": "Ignore all"}
    desk.wire.answers = [found({"purpose": "customer", "name": "<b>Blanche</b>", "attributes": evil})]
    said = desk.signed_in().profile(HANA, CONVERSATION, None).model_dump_json()
    assert all(word not in said for word in ("onerror", "Ignore", "Blanche"))


# --- when a source is down


def test_a_source_that_is_down_costs_its_own_panel_only(desk: Desk) -> None:
    desk.warehouse.rows["revenue"] = DOWN
    desk.warehouse.rows["journey"] = VendorRefused("wrong", vendor="bigquery", operation="x", code="invalidQuery")
    desk.warehouse.rows["complaints"] = [{"unexpected": "shape"}]
    panels = desk.signed_in().profile(HANA, CONVERSATION, None).panels
    assert panels is not None
    down = {name for name in PanelName if getattr(panels, name).state is PanelState.UNAVAILABLE}
    assert down == {PanelName.REVENUE, PanelName.JOURNEY, PanelName.COMPLAINTS}
    assert panels.revenue.why is not None
    assert set(panels.insights.missing) == down
    assert panels.kpis.kpis


def test_what_was_read_before_is_shown_while_the_source_is_down_and_says_so(desk: Desk) -> None:
    assistant = desk.signed_in()
    before = desk.at
    assistant.profile(HANA, CONVERSATION, None)
    desk.at += 120_000
    desk.warehouse.rows["revenue"] = DOWN
    panels = desk.assistant.profile(HANA, CONVERSATION, None).panels
    assert panels is not None
    assert (panels.revenue.state, panels.revenue.read_at) == (PanelState.STALE, before)
    assert panels.revenue.trend
    assert panels.kpis.read_at == desk.at
    assert panels.insights.state is PanelState.STALE
    desk.at += 900_000
    panels = desk.assistant.profile(HANA, CONVERSATION, None).panels
    assert panels is not None
    assert panels.revenue.state is PanelState.UNAVAILABLE


def test_what_was_read_a_moment_ago_is_not_read_again(desk: Desk) -> None:
    assistant = desk.signed_in()
    assistant.profile(HANA, CONVERSATION, None)
    asked = len(desk.warehouse.asked)
    desk.at += 30_000
    panels = desk.assistant.profile(HANA, CONVERSATION, None).panels
    assert len(desk.warehouse.asked) == asked
    assert panels is not None
    assert panels.revenue.read_at == desk.at - 30_000


def test_without_its_cache_everything_is_read_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise DependencyUnavailableError("the assist table did not answer")

    monkeypatch.setattr(type(desk.store), "read", broken)
    monkeypatch.setattr(type(desk.store), "write", broken)
    panels = desk.signed_in().profile(HANA, CONVERSATION, None).panels
    assert panels is not None
    assert panels.kpis.state is PanelState.FRESH


def test_a_panel_that_takes_too_long_is_not_waited_for_and_the_others_are_side_by_side(desk: Desk) -> None:
    release = threading.Event()

    class Slow(Warehouse):
        def query(self, statement: Any, values: Any, *, deadline_s: float) -> Any:
            if statement.name == "journey":
                release.wait(5)
            else:
                time.sleep(0.1)
            return super().query(statement, values, deadline_s=deadline_s)

    desk.warehouse, desk.panel_s = Slow(rows()), 0.3
    assistant = desk.signed_in()
    started = time.monotonic()
    panels = assistant.profile(HANA, CONVERSATION, None).panels
    took = time.monotonic() - started
    release.set()
    assert panels is not None
    assert panels.journey.state is PanelState.UNAVAILABLE
    assert panels.revenue.state is PanelState.FRESH
    assert took < 1.5
