"""How much caution a user asks for, by rules over what was seen, and what an allow list makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from rapport.calls.model import LocalisedText
from rapport.profiles.model import AllowList, AnomalyFound, RiskReason, UserRisk
from rapport.profiles.state import ProfileState
from rapport.runtime.clock import DAY_MS

# Anomalies of so many days count.
RECENT_DAYS = 30
STRICT_FROM, TRUSTED_TO = 0.5, 0.15
TRUSTED_DAYS, TRUSTED_EVENTS = 90, 50


def risk_of(state: ProfileState, anomalies: Sequence[AnomalyFound], now: int) -> UserRisk:
    """Every ground takes its share of what the others left: 1 - product of (1 - share)."""
    grounds = [ground for ground in _grounds(state, anomalies, now) if ground.weight > 0]
    calm = 1.0
    for ground in grounds:
        calm *= 1 - ground.weight
    return UserRisk(value=round(1 - calm, 4), reasons=sorted(grounds, key=lambda ground: -ground.weight))


def _grounds(state: ProfileState, anomalies: Sequence[AnomalyFound], now: int) -> list[RiskReason]:
    failures = state.failures.value(now // 1000)
    recent = sum(now - each.at < RECENT_DAYS * DAY_MS for each in anomalies)
    countries, devices = round(state.countries.estimate), round(state.devices.estimate)
    return [
        _ground(
            "failed_logins",
            0.6 * _saturated(failures - 1, 6),
            f"{failures:.0f} failed logins lately",
            f"最近のログイン失敗が{failures:.0f}回",
        ),
        _ground(
            "anomalies",
            0.6 * _saturated(recent, 4),
            f"{recent} unusual event{'' if recent == 1 else 's'} in {RECENT_DAYS} days",
            f"直近{RECENT_DAYS}日間に普段と異なる行動が{recent}件",
        ),
        _ground(
            "countries",
            0.3 * _saturated(countries - 2, 4),
            f"Logins from {countries} countries",
            f"{countries}か国からのログイン",
        ),
        _ground(
            "devices",
            0.2 * _saturated(devices - 4, 8),
            f"Logins from {devices} devices",
            f"{devices}台の端末からのログイン",
        ),
    ]


def _ground(code: str, weight: float, en: str, ja: str) -> RiskReason:
    return RiskReason(code=code, text=LocalisedText(en=en, ja=ja), weight=round(weight, 4))


def _saturated(value: float, full: float) -> float:
    return max(0.0, min(1.0, value / full))


def allow_list_of(state: ProfileState, risk: UserRisk, now: int) -> AllowList:
    """Trust comes with time and leaves with the first ground for caution."""
    days = (now - state.first_at) // DAY_MS
    if risk.value >= STRICT_FROM:
        why = risk.reasons[0].text
        return AllowList(
            strategy="strict",
            because=LocalisedText(en=f"The risk is {risk.value:.2f}: {why.en}", ja=f"リスク{risk.value:.2f}：{why.ja}"),
        )
    if risk.value <= TRUSTED_TO and days >= TRUSTED_DAYS and state.events >= TRUSTED_EVENTS:
        return AllowList(
            strategy="trusted",
            because=LocalisedText(
                en=f"Known for {days} days, {state.events:,} events, nothing that asks for caution",
                ja=f"{days}日間・{state.events:,}件の利用があり、注意を要する点はありません",
            ),
        )
    return AllowList(
        strategy="normal",
        because=LocalisedText(
            en=f"Known for {days} days with {state.events:,} events, risk {risk.value:.2f}",
            ja=f"利用{days}日・{state.events:,}件、リスク{risk.value:.2f}",
        ),
    )
