"""Features of the conversation, computed turn by turn.

`Accumulator` holds running sums over the turns in conversation order; adding a turn is constant work, and
`features()` may be asked after any turn. NaN means "not measurable yet", which the model treats as missing.

Units: shares 0 to 1, pace in words per minute (a Japanese word counts as two characters), times as named.
Speech only: SYSTEM, BOT and other roles advance the clock but are neither customer nor agent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan, nan

from rapport.calls.language import Analysis
from rapport.calls.model import Quality, Role
from rapport.calls.records import Turn

TREND_TURNS = 3
# Real-time recognisers close a turn a little late: a shorter overlap is not an interruption.
INTERRUPTION_MS = 300

CONVERSATION_FEATURES = (
    "customer_sentiment_mean",
    "customer_sentiment_trend",
    "customer_negative_share",
    "agent_sentiment_mean",
    "customer_talk_share",
    "interruptions_by_customer_per_min",
    "interruptions_by_agent_per_min",
    "silence_share",
    "longest_silence_s",
    "customer_pace_wpm",
    "agent_pace_wpm",
    "customer_turns",
    "elapsed_s",
    "payment_trouble_count",
    "promise_to_pay_count",
    "refusal_count",
    "dispute_count",
    "hardship_intent",
    "payment_arrangement_intent",
    "cancel_intent",
    "complaint_intent",
    "category_count",
)


@dataclass(slots=True)
class Speaker:
    """Running sums of one side of the conversation."""

    turns: int = 0
    talk_ms: int = 0
    words: float = 0.0
    sentiment_sum: float = 0.0
    negative: int = 0
    interruptions: int = 0
    recent: list[float] = field(default_factory=list)

    def mean_sentiment(self) -> float:
        return self.sentiment_sum / self.turns if self.turns else nan

    def pace(self) -> float:
        return self.words / (self.talk_ms / 60_000) if self.talk_ms >= 1_000 else nan

    def trend(self) -> float:
        """Mean of the last turns minus the mean of those before; NaN until there are some before."""
        before = self.turns - len(self.recent)
        if before <= 0:
            return nan
        recent = sum(self.recent)
        return recent / len(self.recent) - (self.sentiment_sum - recent) / before


@dataclass(slots=True)
class Accumulator:
    """Running sums over the finished turns of a call, in conversation order."""

    customer: Speaker = field(default_factory=Speaker)
    agent: Speaker = field(default_factory=Speaker)
    first_ms: int | None = None
    last_end_ms: int = 0
    last_role: Role | None = None
    silence_ms: int = 0
    longest_silence_ms: int = 0
    payment_trouble: int = 0
    promise_to_pay: int = 0
    refusal: int = 0
    dispute: int = 0
    intents: dict[str, int] = field(default_factory=dict)

    def add(self, turn: Turn, analysis: Analysis, sentiment: float) -> None:
        """Add the next turn. `sentiment` is -1 to 1, from Contact Lens or the lexicon; 0 counts as a turn."""
        if not turn.content.strip():
            return
        if self.first_ms is None:
            self.first_ms = turn.begin_ms
        else:
            gap = turn.begin_ms - self.last_end_ms
            if gap > 0:
                self.silence_ms += gap
                self.longest_silence_ms = max(self.longest_silence_ms, gap)
        speaker = self._speaker(turn.role)
        if speaker is not None:
            overlap = self.last_end_ms - turn.begin_ms
            if self.last_role is not None and self.last_role != turn.role and overlap >= INTERRUPTION_MS:
                speaker.interruptions += 1
            self._count(speaker, turn, analysis, sentiment)
        if turn.end_ms >= self.last_end_ms:
            self.last_end_ms = turn.end_ms
            self.last_role = turn.role if speaker is not None else None
        for intent in analysis.intents:
            self.intents[intent] = self.intents.get(intent, 0) + 1
        self.payment_trouble += analysis.payment_trouble
        self.promise_to_pay += analysis.promise_to_pay
        self.refusal += analysis.refusal
        self.dispute += analysis.dispute

    def _speaker(self, role: Role) -> Speaker | None:
        if role is Role.CUSTOMER:
            return self.customer
        return self.agent if role is Role.AGENT else None

    @staticmethod
    def _count(speaker: Speaker, turn: Turn, analysis: Analysis, sentiment: float) -> None:
        if not analysis.words:
            return  # noise marks only: no turn of speech
        speaker.turns += 1
        speaker.talk_ms += turn.end_ms - turn.begin_ms
        speaker.words += analysis.words
        speaker.sentiment_sum += sentiment
        speaker.negative += sentiment < -0.05
        speaker.recent.append(sentiment)
        if len(speaker.recent) > TREND_TURNS:
            del speaker.recent[0]

    @property
    def elapsed_ms(self) -> int:
        return self.last_end_ms - self.first_ms if self.first_ms is not None else 0

    def features(self, category_count: int = 0) -> dict[str, float]:
        """The features so far, by the names in `CONVERSATION_FEATURES`."""
        customer, agent = self.customer, self.agent
        elapsed = self.elapsed_ms
        minutes = elapsed / 60_000
        talk = customer.talk_ms + agent.talk_ms
        return {
            "customer_sentiment_mean": customer.mean_sentiment(),
            "customer_sentiment_trend": customer.trend(),
            "customer_negative_share": customer.negative / customer.turns if customer.turns else nan,
            "agent_sentiment_mean": agent.mean_sentiment(),
            "customer_talk_share": customer.talk_ms / talk if talk else nan,
            "interruptions_by_customer_per_min": customer.interruptions / minutes if minutes else nan,
            "interruptions_by_agent_per_min": agent.interruptions / minutes if minutes else nan,
            "silence_share": self.silence_ms / elapsed if elapsed else nan,
            "longest_silence_s": self.longest_silence_ms / 1000,
            "customer_pace_wpm": customer.pace(),
            "agent_pace_wpm": agent.pace(),
            "customer_turns": float(customer.turns),
            "elapsed_s": elapsed / 1000,
            "payment_trouble_count": float(self.payment_trouble),
            "promise_to_pay_count": float(self.promise_to_pay),
            "refusal_count": float(self.refusal),
            "dispute_count": float(self.dispute),
            "hardship_intent": float("hardship" in self.intents),
            "payment_arrangement_intent": float("payment_arrangement" in self.intents),
            "cancel_intent": float("cancel" in self.intents),
            "complaint_intent": float("complaint" in self.intents),
            "category_count": float(category_count),
        }

    def quality(self) -> Quality:
        """How the conversation goes."""
        customer, agent = self.customer, self.agent
        talk = customer.talk_ms + agent.talk_ms
        elapsed = self.elapsed_ms
        return Quality(
            agent_talk_share=rounded(agent.talk_ms / talk if talk else nan, 4),
            customer_talk_share=rounded(customer.talk_ms / talk if talk else nan, 4),
            interruptions_by_agent=agent.interruptions,
            interruptions_by_customer=customer.interruptions,
            silence_share=rounded(self.silence_ms / elapsed if elapsed else nan, 4),
            longest_silence_ms=self.longest_silence_ms,
            agent_pace_wpm=rounded(agent.pace(), 1),
            customer_pace_wpm=rounded(customer.pace(), 1),
        )


def rounded(value: float, digits: int) -> float | None:
    """None where the figure is not measurable: JSON has no NaN."""
    return None if isnan(value) else round(value, digits)
