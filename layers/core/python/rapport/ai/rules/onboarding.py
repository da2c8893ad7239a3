"""Rules of the personalised plan.

Steps: what is required; documents or video by what the customer has, both where the risk is high; a review where the
risk is not low. The probability starts at a base and moves by a fixed amount per rule: it orders customers, it is no
measured rate (docs/ai.md).
"""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

from rapport.ai.contexts import OnboardingContext, PlanStep
from rapport.ai.results import Intervention, InterventionKind, OnboardingPlan, PlannedStep
from rapport.ai.rules import Ruled
from rapport.ai.rules.names import addressed

_STEPS: dict[PlanStep, tuple[int, dict[str, tuple[str, str]]]] = {
    PlanStep.PHONE_VERIFICATION: (2, {
        "en": ("Confirm your phone", "We send you a six-digit code; enter it here so that only you can go on."),
        "ja": ("電話番号の確認", "6桁のコードをお送りします。ご本人だけが続けられるよう、この画面に入力してください。"),
    }),
    PlanStep.DOCUMENTS: (6, {
        "en": ("Your documents", "Have an identity document at hand and read and sign the papers on the screen."),
        "ja": ("書類の確認", "本人確認書類をお手元にご用意のうえ、画面で書類をお読みになり署名してください。"),
    }),
    PlanStep.VIDEO: (10, {
        "en": ("Video conversation", "A colleague meets you by video and answers your questions while checking who you are."),
        "ja": ("ビデオ通話", "担当者がビデオ通話でご本人を確認し、ご質問にお答えします。"),
    }),
    PlanStep.REVIEW: (5, {
        "en": ("We look at it", "A colleague looks at your application; you do not have to wait here."),
        "ja": ("内容の確認", "担当者がお申し込み内容を確認します。この画面でお待ちいただく必要はありません。"),
    }),
    PlanStep.WELCOME: (1, {
        "en": ("Welcome", "You receive a welcome message with everything you need to begin."),
        "ja": ("ご案内", "ご利用開始に必要な情報をまとめたご案内をお送りします。"),
    }),
}  # fmt: skip
_GREETING = {
    "en": "{name} here are your steps. You can stop at any time and go on later, on this or another device.",
    "ja": "{name}、お手続きの流れをご案内します。途中で中断しても、別の端末からでも続けられます。",
}
_REASONS = {
    "no_documents": {"en": "No documents at hand: video instead.", "ja": "書類がお手元にないため、ビデオ通話を選びました。"},
    "no_camera": {"en": "No camera: documents instead of video.", "ja": "カメラがないため、書類での確認を選びました。"},
    "high_risk": {"en": "High risk: documents, video and a review.", "ja": "リスクが高いため、書類・ビデオ・確認のすべてを行います。"},
    "medium_risk": {"en": "Medium risk: a colleague reviews.", "ja": "リスクが中程度のため、担当者が確認します。"},
    "returning": {"en": "Tried before and stopped: early help.", "ja": "以前に中断されているため、早めにお手伝いします。"},
    "first_time": {"en": "New to doing this online: simpler words.", "ja": "オンラインでの手続きが初めてのため、やさしい言葉で案内します。"},
    "on_phone": {"en": "On a phone: the camera is at hand.", "ja": "スマートフォンのため、カメラがすぐに使えます。"},
    "late_hour": {"en": "Late evening: more people stop half way.", "ja": "夜遅い時間帯は途中でやめる方が増えます。"},
    "shortest": {"en": "The shortest way that the rules allow.", "ja": "規定の範囲で最も短い流れです。"},
}  # fmt: skip
_HELP = {
    InterventionKind.REMINDER: {"en": "Remind with the step that is left and how long it takes.", "ja": "残りの手順と所要時間をお知らせします。"},
    InterventionKind.CALL_BACK: {"en": "Offer a call from a colleague at a time of choice.", "ja": "ご希望の時間に担当者からのお電話をご案内します。"},
    InterventionKind.VIDEO_INSTEAD: {"en": "Offer a video conversation instead of uploads.", "ja": "書類の代わりにビデオ通話をご案内します。"},
    InterventionKind.SIMPLER_WORDS: {"en": "Show one thing at a time, with a picture.", "ja": "図を添え、一つずつご案内します。"},
}  # fmt: skip
BASE = 0.72


def answer(context: OnboardingContext) -> Ruled:
    """The plan, its words, and how likely it is to be finished."""
    steps, rules, chance = set(context.required), [], BASE
    if context.risk == "high":
        steps |= {PlanStep.DOCUMENTS, PlanStep.VIDEO, PlanStep.REVIEW}
        rules.append("high_risk")
        chance -= 0.2
    elif context.has_documents is False and context.camera is not False:
        steps.add(PlanStep.VIDEO)
        rules.append("no_documents")
        chance -= 0.08
    else:
        steps.add(PlanStep.DOCUMENTS)
        rules.append("no_camera" if context.camera is False else "shortest")
    if context.risk == "medium":
        steps.add(PlanStep.REVIEW)
        rules.append("medium_risk")
        chance -= 0.08
    for name, holds, moves in (
        ("returning", context.earlier_attempts > 0, -0.12),
        ("first_time", context.first_time_online, -0.06),
        ("on_phone", context.device == "phone", 0.05),
        ("late_hour", context.hour is not None and (context.hour >= 22 or context.hour < 6), -0.05),
    ):
        if holds:
            rules.append(name)
            chance += moves
    planned = [step for step in PlanStep if step in steps and step in context.available] or [context.available[0]]
    language = context.language
    plan = OnboardingPlan(
        steps=[_planned(step, language) for step in planned],
        greeting=_GREETING[language].format(name=addressed(context.customer_name, language)),
        completion_probability=round(min(0.95, max(0.05, chance)), 2),
        interventions=_interventions(context, chance),
        reasons=[_REASONS[rule][language] for rule in rules][:6],
        confidence=0.6,
    )
    return Ruled(plan, tuple(f"onboarding.{rule}" for rule in rules))


def _planned(step: PlanStep, language: str) -> PlannedStep:
    minutes, texts = _STEPS[step]
    title, words = texts[language]
    return PlannedStep(step=step, title=title, words=words, minutes=minutes)


def _interventions(context: OnboardingContext, chance: float) -> list[Intervention]:
    wanted = [(InterventionKind.REMINDER, 24)]
    if context.first_time_online:
        wanted.insert(0, (InterventionKind.SIMPLER_WORDS, 0))
    if chance < 0.6:
        wanted.append((InterventionKind.CALL_BACK, 48))
    if context.has_documents is not True and context.camera is not False and PlanStep.VIDEO in context.available:
        wanted.append((InterventionKind.VIDEO_INSTEAD, 72))
    return [Intervention(kind=k, after_hours=hours, words=_HELP[k][context.language]) for k, hours in wanted][:4]
