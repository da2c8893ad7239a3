"""A profile as recommendations see it."""

from __future__ import annotations

from rapport.calls.model import LocalisedText
from rapport.inference.anomaly import Kind
from rapport.profiles.model import AllowList, AnomalyFound, HourShare, RiskReason, Spread, UserProfile, UserRisk
from rapport.recommendations.behaviour import behaviour_of

from tests.builders.recommendations import NOON

SAID = LocalisedText(en="New device", ja="新しい端末")
NEVER = Spread(count=0, p10=None, p50=None, p90=None)


def profile(**fields: object) -> UserProfile:
    defaults: dict[str, object] = {
        "user_id": "C1",
        "first_seen": NOON,
        "last_seen": NOON,
        "events": 1,
        "by_name": {},
        "channels": {},
        "preferred_channel": None,
        "preferred_hours": [],
        "typical_gap_h": NEVER,
        "distinct_devices": 0,
        "distinct_countries": 0,
        "distinct_numbers": 0,
        "calls_30d": 0.0,
        "sentiment_mean": None,
        "risk": UserRisk(value=0.0, reasons=[]),
        "anomalies": [],
        "allow_list": AllowList(strategy="normal", because=SAID),
    }
    return UserProfile.model_validate(defaults | fields)


def test_of_the_preferred_hours_the_busiest_is_the_best() -> None:
    hours = [HourShare(hour_of_week=10, share=0.2), HourShare(hour_of_week=42, share=0.5)]
    assert behaviour_of(profile(preferred_hours=hours)).best_hour_of_week == 42
    assert behaviour_of(profile()).best_hour_of_week is None


def test_reasons_of_an_anomaly_become_one_sentence_and_one_without_is_unusual() -> None:
    found = AnomalyFound(
        event_id="e", at=NOON, kind=Kind.LOGIN, name="login.failed", score=0.9, rarity=0.002, reasons=[]
    )
    told = found.model_copy(update={"reasons": [SAID, LocalisedText(en="at night", ja="夜間")]})
    first, second = behaviour_of(profile(anomalies=[told, found])).oddities
    assert (first.reason.en, first.reason.ja, first.rarity) == ("New device; at night", "新しい端末、夜間", 0.002)
    assert second.reason.en == "Unusual for this customer"


def test_risk_keeps_its_reasons() -> None:
    risk = UserRisk(value=0.8, reasons=[RiskReason(code="failures", text=SAID, weight=0.8)])
    assert (behaviour_of(profile(risk=risk)).risk, behaviour_of(profile(risk=risk)).risk_reasons) == (0.8, (SAID,))
