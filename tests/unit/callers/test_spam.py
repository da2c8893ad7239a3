"""Lists decide, a campaign adds, a customer is spared, and every answer has its reasons in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rapport_inference
from rapport.callers.campaigns import Campaign, CampaignVerdict, Member
from rapport.callers.evidence import CallerEvidence
from rapport.callers.lists import Entry, ListName, Lists, Mark
from rapport.callers.spam import Known, assess, number_of
from rapport.inference.caller_features import FEATURES, PastCall
from rapport.inference.spam_caller import load_spam_caller

from tests.builders.callers import MINUTE, NOW, FakeSpam

TOKEN = "n_" + "a" * 26
CAMPAIGN = Campaign("c_1", NOW, NOW, {TOKEN: Member(NOW, NOW, CallerEvidence.TEXT)}, more=9)
BLOCK = Entry(TOKEN, ListName.BLOCK, NOW - 1, NOW + MINUTE, "eve")
ALLOW = replace(BLOCK, name=ListName.ALLOW)


def known(**more: object) -> Known:
    return replace(Known(number_of("MOBILE", "JP")), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "model", "advice", "why"),
    [
        (known(), FakeSpam(0.1), "none", "none"),
        (known(), FakeSpam(0.5, warn=True), "warn", "volume"),
        (known(), FakeSpam(0.9, warn=True, block=True), "block", "volume"),
        (known(lists=Lists(block=BLOCK)), FakeSpam(0.0), "block", "block-list"),
        (known(lists=Lists(block=BLOCK, allow=ALLOW)), FakeSpam(0.9, block=True), "none", "allow-list"),
        (known(customer=True), FakeSpam(0.9, block=True), "none", "customer"),
        (known(customer=True, lists=Lists(block=BLOCK)), FakeSpam(0.1), "block", "block-list"),
        (known(campaign=CAMPAIGN), FakeSpam(0.1), "warn", "campaign"),
        (known(campaign=replace(CAMPAIGN, verdict=CampaignVerdict.SPAM)), FakeSpam(0.1), "block", "campaign"),
        (known(campaign=replace(CAMPAIGN, verdict=CampaignVerdict.WANTED)), FakeSpam(0.1), "none", "none"),
    ],
)
def test_what_decides(what: Known, model: FakeSpam, advice: str, why: str) -> None:
    found = assess(what, model, home="JP", now=NOW)
    assert (found.advice, found.why) == (advice, why)
    assert all(reason.text.en and reason.text.ja for reason in found.reasons)


def test_a_campaign_that_is_over_says_nothing() -> None:
    found = assess(known(campaign=CAMPAIGN), FakeSpam(0.1), home="JP", now=NOW + 13 * 60 * MINUTE)
    assert found.probability == 0.1


def test_the_model_sees_every_feature_and_what_is_not_known_is_left_out_of_the_example() -> None:
    model = FakeSpam()
    found = assess(known(marks=[Mark("ann", True, NOW)], neighbours=3), model, home="US", now=NOW)
    assert set(model.asked[0]) == set(FEATURES)
    assert (found.features["neighbours_7d"], found.features["agent_marks_30d"]) == (3.0, 1.0)
    assert found.features["foreign"] == 1.0
    assert "mean_duration_s" not in found.features


def test_the_published_model_tells_a_machine_from_a_person() -> None:
    model = load_spam_caller(rapport_inference.ROOT / "models")
    calls = [PastCall(NOW - n * 10 * MINUTE, 23, f"line-{n}", n % 3 == 0, 8.0) for n in range(1, 100)]
    machine = assess(
        Known(number_of("VOIP", "US"), calls, neighbours=6, marks=[Mark("a", True, NOW), Mark("b", True, NOW)]),
        model, home="JP", now=NOW,
    )  # fmt: skip
    person = assess(known(calls=[PastCall(NOW - 3_000 * MINUTE, 11, "line", True, 200.0)]), model, home="JP", now=NOW)
    assert machine.probability > 0.9
    assert machine.advice == "block"
    assert person.probability < 0.1
