"""Whoever is waited for is reminded in the assistant's words, by one way, and not at night."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rapport.onboarding.model import EventType, Tag, Wait
from rapport.onboarding.reminding import Reminded
from rapport.vendors.errors import VendorUnavailable

from sandbox.vendors.openai import OpenAiServer, good
from tests.builders.ai import MemoryLedger, asking
from tests.builders.onboarding import APPLICATION, CODE, NOW, Office

HOUR = 60
# The clock of these tests stands at midnight UTC.
NIGHT, DAY = 0, 12 * HOUR


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running


def waiting_for_a_code(**given: Any) -> Office:
    assistant = given.pop("assistant", None)
    office = Office(assistant=assistant)
    office.apply(**given)
    return office


def said(office: Office) -> list[tuple[str, ...]]:
    return [asked for asked in office.messages.asked if asked[0] == "remind"]


def test_the_first_reminder_is_an_sms_and_the_second_an_e_mail() -> None:
    office = waiting_for_a_code(language="en")
    for _ in range(2):
        assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.YES
    assert [channel for _, channel, _ in said(office)] == ["sms", "email"]
    for _, _, text in said(office):
        assert text.count("https://bank.example/onboarding") == 1
        assert "Mei Ito" in text
    waiting = office.application.waiting
    assert waiting is not None
    assert waiting.reminders == 2
    assert Tag.REMINDED in office.application.tags


def test_the_record_says_by_which_way_and_whose_words_and_nothing_personal() -> None:
    office = waiting_for_a_code()
    office.reminding.remind(APPLICATION, Wait.CODE)
    (event,) = [event for event in office.journal.events(APPLICATION) if event.type is EventType.REMINDED]
    assert event.detail == {"channel": "sms", "words": "rules"}


def test_at_night_a_reminder_is_put_off_to_the_morning_and_then_said() -> None:
    office = waiting_for_a_code(utc_offset_min=NIGHT)
    waiting = office.application.waiting
    assert waiting is not None
    # A wait of an hour would be over by the morning.
    office.journal.applications[APPLICATION] = office.application.model_copy(
        update={"waiting": waiting.model_copy(update={"until": NOW + 48 * 3_600_000})}
    )
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.LATER
    ((application, what, at),) = office.quiet.later
    assert (application, what) == (APPLICATION, Wait.CODE)
    assert 8 * HOUR <= (at - NOW) / 60_000 <= 10 * HOUR
    assert said(office) == []
    assert office.reminding.remind(APPLICATION, Wait.CODE, put_off=True) is Reminded.YES
    assert len(said(office)) == 1


@pytest.mark.parametrize("offset", [DAY, None])
def test_by_day_or_without_a_time_zone_it_is_said_at_once(offset: int | None) -> None:
    office = waiting_for_a_code(utc_offset_min=offset)
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.YES


def test_a_reminder_that_would_come_too_late_in_the_morning_is_said_at_night() -> None:
    office = waiting_for_a_code(utc_offset_min=NIGHT)
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.YES


def test_nobody_is_reminded_of_what_is_done() -> None:
    office = waiting_for_a_code()
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.NO
    assert office.reminding.remind("nobody", Wait.CODE) is Reminded.NO
    assert said(office) == []


def test_a_model_finds_the_words_without_seeing_the_name(server: OpenAiServer) -> None:
    ledger = MemoryLedger()
    office = waiting_for_a_code(language="en", assistant=asking(server.url, ledger))
    seen: list[str] = []

    def answer(name: str, schema: dict[str, Any], data: dict[str, Any]) -> Any:
        seen.append(str(data))
        return good(name, schema, data)

    server.answer = answer
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.YES
    (event,) = [event for event in office.journal.events(APPLICATION) if event.type is EventType.REMINDED]
    assert event.detail["words"] == "model"
    assert seen
    assert not any("Mei" in data for data in seen)


@pytest.mark.parametrize("mode", ["refusal", "quota", "invalid_json", "obey", "drop"])
def test_whatever_a_model_does_the_applicant_is_reminded(mode: str, server: OpenAiServer) -> None:
    server.mode = mode
    office = waiting_for_a_code(assistant=asking(server.url))
    assert office.reminding.remind(APPLICATION, Wait.CODE) is Reminded.YES
    ((_, _, text),) = said(office)
    assert "https://bank.example/onboarding" in text


def test_a_reminder_that_could_not_be_sent_is_not_recorded() -> None:
    office = waiting_for_a_code()
    office.messages.broken = VendorUnavailable
    with pytest.raises(VendorUnavailable):
        office.reminding.remind(APPLICATION, Wait.CODE)
    waiting = office.application.waiting
    assert waiting is not None
    assert waiting.reminders == 0
