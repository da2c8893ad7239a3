"""A user's profile as recommendations see it."""

from __future__ import annotations

from typing import Protocol

from rapport.calls.model import LocalisedText
from rapport.profiles.model import UserProfile
from rapport.recommendations.ports import Behaviour, Oddity


class Profiles(Protocol):
    """What the profiles context answers."""

    def profile(self, user_id: str) -> UserProfile | None: ...


class ProfileBehaviours:
    """Implements `Behaviours`."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles

    def of(self, customer_id: str) -> Behaviour | None:
        found = self._profiles.profile(customer_id)
        return behaviour_of(found) if found else None


def behaviour_of(profile: UserProfile) -> Behaviour:
    """What a profile says of habits, risk and what was unusual lately."""
    hours = sorted(profile.preferred_hours, key=lambda each: (-each.share, each.hour_of_week))
    return Behaviour(
        preferred_channel=profile.preferred_channel,
        best_hour_of_week=hours[0].hour_of_week if hours else None,
        risk=profile.risk.value,
        risk_reasons=tuple(each.text for each in profile.risk.reasons),
        oddities=tuple(
            Oddity(at=each.at, kind=each.kind, rarity=each.rarity, reason=_joined(each.reasons))
            for each in profile.anomalies
        ),
    )


def _joined(reasons: list[LocalisedText]) -> LocalisedText:
    """The reasons of one anomaly as one sentence."""
    if not reasons:
        return LocalisedText(en="Unusual for this customer", ja="このお客様には珍しい動き")
    return LocalisedText(en="; ".join(each.en for each in reasons), ja="、".join(each.ja for each in reasons))
