"""Rules of behaviour analysis: silence, errors and unanswered messages raise the risk; progress lowers it."""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

from rapport.ai.contexts import BehaviorContext, EventKind, PlanStep
from rapport.ai.results import Behavior, Intervention, InterventionKind
from rapport.ai.rules import Ruled

_REASONS = {
    "nothing_yet": {"en": "Nothing has happened yet.", "ja": "まだ何も行われていません。"},
    "silent_week": {"en": "No sign for a week.", "ja": "1週間以上動きがありません。"},
    "silent_day": {"en": "No sign for a day.", "ja": "1日以上動きがありません。"},
    "active": {"en": "Active within the last hour.", "ja": "直近1時間以内に操作がありました。"},
    "errors": {"en": "Met errors or rejected uploads several times.", "ja": "エラーや書類の差し戻しが複数回ありました。"},
    "one_error": {"en": "Met an error or a rejected upload.", "ja": "エラーまたは書類の差し戻しがありました。"},
    "unanswered": {"en": "Two messages or more went unanswered.", "ja": "2通以上の連絡に反応がありません。"},
    "back_and_forth": {"en": "Came back several times without finishing a step.", "ja": "何度も訪れていますが、手順が進んでいません。"},
    "progress": {"en": "Has finished steps already.", "ja": "すでに完了した手順があります。"},
    "asked_help": {"en": "Opened the help.", "ja": "ヘルプを開きました。"},
}  # fmt: skip
_ACTIONS = {
    InterventionKind.REMINDER: {"en": "Send a reminder that names the next step.", "ja": "次の手順を示したご案内を送ってください。"},
    InterventionKind.CALL_BACK: {"en": "Call and offer to finish together.", "ja": "お電話で、一緒に手続きを進めることを提案してください。"},
    InterventionKind.VIDEO_INSTEAD: {"en": "Offer a video conversation instead of uploads.", "ja": "書類の代わりにビデオ通話を提案してください。"},
    InterventionKind.SIMPLER_WORDS: {"en": "Explain this step with an example.", "ja": "この手順を例を挙げて説明してください。"},
    InterventionKind.NOTHING: {"en": "Leave the customer in peace for now.", "ja": "今は見守ってください。"},
}  # fmt: skip
WEIGHTS = {
    "nothing_yet": 0.15, "silent_week": 0.45, "silent_day": 0.2, "active": -0.15, "errors": 0.2, "one_error": 0.1,
    "unanswered": 0.15, "back_and_forth": 0.1, "progress": -0.1, "asked_help": 0.02,
}  # fmt: skip
BASE = 0.25


def answer(context: BehaviorContext) -> Ruled:
    """Risk of abandonment as a base moved by each rule that holds; engagement from the last sign and progress."""
    held = _held(context)
    risk = round(min(0.97, max(0.03, BASE + sum(WEIGHTS[rule] for rule in held))), 2)
    engagement = "low" if risk >= 0.55 else "medium" if risk >= 0.25 else "high"
    result = Behavior(
        engagement=engagement,
        abandonment_risk=risk,
        stuck_at=_stuck(context),
        reasons=[_REASONS[rule][context.language] for rule in held][:6],
        actions=_actions(context, held, risk),
        confidence=0.65 if len(context.events) >= 3 else 0.4,
    )
    return Ruled(result, tuple(f"behavior.{rule}" for rule in held))


def _held(context: BehaviorContext) -> list[str]:
    own = [e for e in context.events if e.kind is not EventKind.MESSAGE_SENT]
    if not own:
        return ["nothing_yet"]

    def counted(*kinds: EventKind) -> int:
        return sum(event.kind in kinds for event in context.events)

    last = min(event.minutes_ago for event in own)
    troubles, done = counted(EventKind.ERROR, EventKind.UPLOAD_REJECTED), counted(EventKind.STEP_DONE)
    rules = {
        "silent_week": last >= 7 * 1440,
        "silent_day": 1440 <= last < 7 * 1440,
        "active": last < 60,
        "errors": troubles > 1,
        "one_error": troubles == 1,
        "unanswered": counted(EventKind.MESSAGE_SENT) - counted(EventKind.MESSAGE_ANSWERED) >= 2,
        "back_and_forth": counted(EventKind.VISIT) >= 3 and not done,
        "progress": done > 0,
        "asked_help": counted(EventKind.HELP_OPENED) > 0,
    }
    return [rule for rule, holds in rules.items() if holds]


def _stuck(context: BehaviorContext) -> PlanStep | None:
    """The step of the last trouble or start, if it is still left."""
    newest = sorted(context.events, key=lambda event: event.minutes_ago)
    for event in newest:
        if event.step in context.steps_left and event.kind is not EventKind.STEP_DONE:
            return event.step
    return None


def _actions(context: BehaviorContext, held: list[str], risk: float) -> list[Intervention]:
    wanted: list[tuple[InterventionKind, int]] = []
    if {"errors", "one_error"} & set(held):
        stuck = _stuck(context)
        wanted.append(
            (InterventionKind.VIDEO_INSTEAD if stuck is PlanStep.DOCUMENTS else InterventionKind.SIMPLER_WORDS, 0)
        )
    if risk >= 0.55:
        wanted.append((InterventionKind.CALL_BACK, 2))
    elif "silent_day" in held or "nothing_yet" in held:
        wanted.append((InterventionKind.REMINDER, 1))
    wanted = wanted or [(InterventionKind.NOTHING, 0)]
    return [Intervention(kind=kind, after_hours=h, words=_ACTIONS[kind][context.language]) for kind, h in wanted]
