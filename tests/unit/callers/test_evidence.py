"""How much what two calls share weighs."""

from __future__ import annotations

import pytest
from rapport.callers.evidence import HOUR_MS, CallerEvidence, Link, Place, Sighting, links, see
from rapport.callers.minhash import bands, sketch

from tests.builders.callers import NOW, SCRIPT

HEARD_OTHERWISE = SCRIPT.replace("system", "sister").replace("interest", "winter").replace("press one", "bless won")


def spoken(name: str, text: str, at: int = NOW, strange: float = 1.0) -> Sighting:
    return Sighting(f"c-{name}", f"n-{name}", at, strange, sketch=sketch(text))


def met(*seen: Sighting) -> list[Place]:
    """The bands at which these were seen."""
    found: dict[str, Place] = {}
    for sighting in seen:
        for band in bands(sighting.sketch or ""):
            key = f"text:{band}"
            found[key] = see(found.get(key, Place(key)), sighting)
    return list(found.values())


def linked(mine: Sighting, *others: Sighting, least: float = 0.0) -> list[Link]:
    return links(mine, met(mine, *others), least)


def test_the_same_words_at_once_are_one_link_of_full_weight_however_many_bands_they_share() -> None:
    assert linked(spoken("a", SCRIPT), spoken("b", SCRIPT)) == [Link("n-a", "n-b", CallerEvidence.TEXT, 1.0, NOW)]


def test_a_script_heard_with_errors_weighs_less_but_at_least_three_tenths() -> None:
    (link,) = linked(spoken("a", SCRIPT), spoken("b", HEARD_OTHERWISE))
    assert 0.3 <= link.weight < 0.9


def test_after_two_hours_a_script_weighs_half() -> None:
    (link,) = linked(spoken("a", SCRIPT, NOW + 2 * HOUR_MS), spoken("b", SCRIPT))
    assert link.weight == pytest.approx(0.5)


def test_who_calls_twice_is_not_linked_with_oneself() -> None:
    again = Sighting("c-again", "n-a", NOW + 1, 1.0, sketch=sketch(SCRIPT))
    assert linked(spoken("a", SCRIPT), again) == []


def test_people_who_talk_at_length_are_too_weak_a_link_to_look_at() -> None:
    one, other = spoken("a", SCRIPT, strange=0.3), spoken("b", SCRIPT, strange=0.3)
    assert [link.weight for link in linked(one, other)] == [pytest.approx(0.09)]
    assert linked(one, other, least=0.1) == []


def test_a_fingerprint_and_a_sketch_cannot_be_compared() -> None:
    old = Sighting("c-b", "n-b", NOW, 1.0, simhash="fe8bd380a2bd7ba5")
    mine = spoken("a", SCRIPT)
    (place, *_) = met(mine)
    assert links(mine, [see(place, old)]) == []
