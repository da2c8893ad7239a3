"""Whom a conversation is about: attributes are text from outside, and only a customer number is taken from them."""

from __future__ import annotations

from typing import Any

import pytest
from rapport.assist.identity import IdentityState, Subject, identify

from sandbox.vendors.genesys_conversations import ORDER, SCRIPT
from tests.builders.assist import conversation, customer_leg

ANN, BEN = Subject(pcin="C00001"), Subject(pcin="C00002")


def leg(purpose: str, **attributes: Any) -> dict[str, Any]:
    return {**customer_leg(**attributes), "purpose": purpose}


def test_a_number_that_the_flow_set_identifies() -> None:
    found = identify(conversation(customer_leg(PCIN="C00001", BCIN="B000002")))
    assert found.state is IdentityState.IDENTIFIED
    assert found.subject == Subject(pcin="C00001", bcin="B000002")


@pytest.mark.parametrize("key", ["pcin", "PCIN", "Customer PCIN", "customer_pcin", "customer-pcin", " pcin "])
def test_the_name_of_the_attribute_may_be_spelt_in_several_ways(key: str) -> None:
    assert identify(conversation({"purpose": "ivr", "attributes": {key: " c00001 "}})).subject == ANN


def test_a_number_that_the_customer_typed_opens_nothing_until_it_is_confirmed() -> None:
    found = identify(conversation(customer_leg(context__pcin="C00001")))
    assert found.state is IdentityState.UNCONFIRMED
    assert not found.subject
    assert found.candidates == (ANN,)
    confirmed = found.confirmed(ANN)
    assert confirmed is not None
    assert (confirmed.state, confirmed.subject) == (IdentityState.IDENTIFIED, ANN)
    assert found.confirmed(BEN) is None


def test_the_flow_outweighs_the_customer_and_the_difference_is_told() -> None:
    found = identify(conversation(customer_leg(pcin="C00001", context__pcin="C00002")))
    assert found.subject == ANN
    assert found.disagrees
    assert not identify(conversation(customer_leg(pcin="C00001", context__pcin="C00001"))).disagrees


def test_two_numbers_of_the_same_weight_are_a_conflict_for_the_agent() -> None:
    found = identify(conversation(customer_leg(pcin="C00001"), leg("ivr", pcin="C00002")))
    assert found.state is IdentityState.CONFLICTING
    assert not found.subject
    assert found.candidates == (ANN, BEN)


def test_nobody_is_nobody() -> None:
    assert identify(conversation()).state is IdentityState.UNKNOWN
    assert identify(conversation(customer_leg(subject="C00001"))).state is IdentityState.UNKNOWN


@pytest.mark.parametrize(
    "value",
    [SCRIPT, ORDER, "C00001'; DROP TABLE customer_kpis; --", "C0", "", " ", "C00001\nX", "C00001 OR 1=1", "@pcin",
     "`x`", "C" * 65, "C٠٠٠٠١", 5, None, ["C00001"], {"a": 1}, "{{pcin}}", "../C00001", "\u202eC00001"],
)  # fmt: skip
def test_what_has_not_the_form_of_a_number_goes_no_further(value: object) -> None:
    found = identify(conversation({"purpose": "customer", "attributes": {"pcin": value, SCRIPT: ORDER}}))
    assert found.state is IdentityState.UNKNOWN
    assert found.refused == 1
    said = found.model_dump_json()
    assert "script" not in said
    assert "Ignore" not in said


def test_wide_letters_are_the_letters_they_stand_for() -> None:
    assert identify(conversation(customer_leg(pcin="Ｃ００００１"))).subject == ANN
