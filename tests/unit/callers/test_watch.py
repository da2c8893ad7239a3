"""Bursts become campaigns, families and companies do not, whatever the stream does to the events."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rapport.callers.calls import CallerState
from rapport.callers.campaigns import Campaign, reasons
from rapport.callers.evidence import CallerEvidence, Place
from rapport.callers.minhash import sketch
from rapport.callers.watch import MemoryStore, StaleError, Watch
from rapport.realtime.event import Event
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.callers import MINUTE, NOW, SCRIPT, TOKENS, ended, row, started


def watched(events: Sequence[Event], store: MemoryStore | None = None) -> MemoryStore:
    """One call after the other."""
    store = store or MemoryStore()
    for event in events:
        Watch(store).take([event])
    return store


def standing(store: MemoryStore) -> list[Campaign]:
    return [campaign for campaign in store.found.values() if campaign.merged_into is None]


def scripted(calls: int, at: int = NOW) -> list[Event]:
    """Numbers with nothing in common that read one script."""
    return [
        ended(f"+8190{7_654_321 * (n + 3) % 10**8:08d}", f"script-{n}", at + n * MINUTE, seconds=40,
              sketch=sketch(SCRIPT + f" reference {n}"))
        for n in range(calls)
    ]  # fmt: skip


def test_numbers_in_a_row_that_hang_up_are_a_campaign_within_twenty_calls() -> None:
    found = standing(watched(row(12)))
    assert len(found) == 1
    assert found[0].numbers == 12
    assert found[0].evidence() == {CallerEvidence.BLOCK: 12}
    assert reasons(found[0])[0].en == "12 numbers lie within the same hundred"
    assert "12" in reasons(found[0])[0].ja


def test_numbers_with_one_script_are_a_campaign() -> None:
    found = standing(watched(scripted(12)))
    assert [campaign.numbers for campaign in found] == [12]
    assert set(found[0].evidence()) == {CallerEvidence.TEXT}


def test_calls_that_older_events_tell_of_are_linked_as_they_were() -> None:
    told = ["fe8bd380a2bd7ba5", "de8a5380a2ad6385", "de89d184a2bd63a4", "de88538482ad7aa5", "5e89d384a2ad7385",
            "5e8b538482ad78ad", "de89d080a2ad6aa4", "5e89d380a2ad68a5", "de89d380a2bd6a85", "de895384a2ad72a5",
            "de88d384a2bd6885", "fe88538082ad7aa4"]  # fmt: skip
    calls = scripted(12)
    old = [
        event.model_copy(
            update={"attributes": {k: v for k, v in event.attributes.items() if k != "sketch"} | {"simhash": found}}
        )
        for event, found in zip(calls, told, strict=True)
    ]
    found = standing(watched(old))
    assert [campaign.numbers for campaign in found] == [12]
    assert set(found[0].evidence()) == {CallerEvidence.TEXT}


def test_what_was_said_lies_at_its_bands_only() -> None:
    store = watched([ended(sketch=sketch(SCRIPT), device="d-1")])
    kept = {place.evidence: [s.sketch for s in place.sightings.values()] for place in store.seen.values()}
    assert kept.pop(CallerEvidence.TEXT) == [sketch(SCRIPT)]
    assert kept.keys() >= {CallerEvidence.BLOCK, CallerEvidence.DEVICE}
    assert all(said == [None] for said in kept.values())


def test_few_calls_are_no_campaign() -> None:
    assert standing(watched(row(5))) == []


def test_one_number_that_calls_often_is_no_campaign() -> None:
    assert standing(watched([ended(contact=f"c-{n}", at=NOW + n * MINUTE) for n in range(40)])) == []


def test_a_company_whose_people_talk_is_no_campaign() -> None:
    calls = [
        ended(f"+81312340{n:03d}"[:-2] + f"{n:02d}", f"firm-{n}", NOW + n * MINUTE, seconds=240 if n % 4 else 6)
        for n in range(40)
    ]
    assert standing(watched(calls)) == []


def test_customers_are_no_campaign_even_in_a_row() -> None:
    calls = [event.model_copy(update={"user_id": f"C{n}"}) for n, event in enumerate(row(30))]
    assert standing(watched(calls)) == []


def test_calls_of_another_day_do_not_join() -> None:
    store = watched(row(12))
    watched(row(3, at=NOW + 24 * 60 * MINUTE, first=60), store)
    assert standing(store)[0].numbers == 12


def test_a_number_that_shares_both_brings_two_campaigns_together() -> None:
    store = watched([*row(12), *scripted(12, NOW + MINUTE)])
    assert len(standing(store)) == 2
    both = ended("+815031234599", "both", NOW + 13 * MINUTE, sketch=sketch(SCRIPT + " reference 3"))
    watched([both], store)
    found = standing(store)
    assert len(found) == 1
    assert found[0].numbers == 25
    assert {store.belongs[TOKENS.of("+815031234510")], store.belongs[both.caller or ""]} == {found[0].campaign_id}


@pytest.mark.parametrize("order", ["backwards", "twice", "one batch"])
def test_delivery_does_not_change_who_belongs_together(order: str) -> None:
    events = [*row(12), *scripted(12, NOW)]
    clean = {frozenset(campaign.members) for campaign in standing(watched(events))}
    store = MemoryStore()
    if order == "one batch":
        Watch(store).take(events)
    else:
        watched(events[::-1] if order == "backwards" else [*events, *events], store)
    assert {frozenset(campaign.members) for campaign in standing(store)} == clean


def test_beginning_and_end_of_a_call_are_one_call_in_either_order() -> None:
    one, other = watched([started(), ended(at=NOW + 5000)]), watched([ended(at=NOW + 5000), started()])
    assert one.states == other.states
    state = next(iter(one.states.values()))
    assert state.total == 1
    assert state.calls["c-1"].at == NOW


def test_a_lost_race_is_run_again_and_a_lasting_one_reported() -> None:
    class Contended(MemoryStore):
        losses = 2

        def save(self, callers: Sequence[CallerState], places: Sequence[Place]) -> None:
            if self.losses:
                self.losses -= 1
                raise StaleError
            super().save(callers, places)

    store = Contended()
    assert Watch(store).take([ended()]).calls == 1
    store.losses = 99
    with pytest.raises(DependencyUnavailableError):
        Watch(store).take([ended()])
