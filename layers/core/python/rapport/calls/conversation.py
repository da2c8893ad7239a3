"""A conversation as a fold over the *set* of its segments (docs/adr/0002).

Nothing here depends on the order of arrival. Turns are kept in conversation order, (begin, end, id); each
carries the score of the conversation up to and including itself. A turn that comes last in that order is
added in constant work; one that comes late recomputes the turns after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from rapport.calls.features import Accumulator, rounded
from rapport.calls.language import Analysis, analyse
from rapport.calls.model import (
    AnalysisStatus,
    Band,
    CategoryMatch,
    Channel,
    Insights,
    Role,
    Sentiment,
    SentimentSource,
    SentimentSummary,
    TimelineEntry,
)
from rapport.calls.records import Category, Fact, Record, RecordKind, Summary, Turn, Utterance

_SENTIMENT_VALUE = {Sentiment.POSITIVE: 1.0, Sentiment.NEUTRAL: 0.0, Sentiment.NEGATIVE: -1.0}
LEXICON_THRESHOLD = 0.2

ScoreOf = Callable[[Mapping[str, float]], tuple[int, Band]]
# What a customer wants in one turn, by the names of the phrase lists.
WantedIn = Callable[[str], tuple[str, ...]]


@dataclass(slots=True)
class ScoredTurn:
    """A finished turn, what it says, and the score of the conversation up to it."""

    turn: Turn
    analysis: Analysis
    sentiment: float
    source: SentimentSource
    score: int | None = None
    band: Band | None = None

    def entry(self) -> TimelineEntry:
        turn = self.turn
        return TimelineEntry(
            segment_id=turn.id,
            role=turn.role,
            participant_id=turn.participant_id,
            content=turn.content,
            begin_ms=turn.begin_ms,
            end_ms=turn.end_ms,
            sentiment=self.label(),
            sentiment_source=self.source,
            issues=turn.issues,
            intents=self.analysis.intents,
            payment_trouble=self.analysis.payment_trouble,
            promise_to_pay=self.analysis.promise_to_pay,
            score=self.score,
            band=self.band,
        )

    def label(self) -> Sentiment:
        if self.turn.sentiment is not None:
            return self.turn.sentiment
        if self.sentiment >= LEXICON_THRESHOLD:
            return Sentiment.POSITIVE
        return Sentiment.NEGATIVE if self.sentiment <= -LEXICON_THRESHOLD else Sentiment.NEUTRAL


@dataclass(slots=True)
class Changes:
    """What a fold changed: turns to write, turns whose place moved, pieces to write or delete.

    `unseen` are pieces first seen in this fold: nothing of them is stored yet.
    """

    turns: list[ScoredTurn] = field(default_factory=list)
    moved: list[Turn] = field(default_factory=list)
    pieces: list[Utterance] = field(default_factory=list)
    finished_pieces: list[str] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    header: bool = False

    def __bool__(self) -> bool:
        return bool(self.turns or self.pieces or self.finished_pieces or self.header)


class Conversation:
    """The foldable state of one contact."""

    def __init__(self, wanted: WantedIn | None = None) -> None:
        """`wanted` finds intents; without it the phrase lists alone do."""
        self._wanted = wanted
        self.channel = Channel.VOICE
        self.language: str | None = None
        self.started = self.completed = self.failed = False
        self.categories: dict[str, frozenset[tuple[int, int]]] = {}
        self.summary: str | None = None
        self.turns: list[ScoredTurn] = []
        self.pieces: dict[str, Utterance] = {}
        self._by_id: dict[str, ScoredTurn] = {}
        self._total = Accumulator()

    # -- folding --

    def fold(self, records: Iterable[Record], score_of: ScoreOf) -> Changes:
        """Add the records and say what changed. Folding a record again changes nothing."""
        changes = Changes()
        appended: list[ScoredTurn] = []
        rescore_from: int | None = None
        for record in records:
            changes.header |= self._lifecycle(record)
            for fact in record.facts:
                if isinstance(fact, Turn):
                    position = self._add_turn(fact, changes)
                    if position is None:
                        continue
                    if position == len(self.turns) - 1 and rescore_from is None:
                        appended.append(self.turns[position])
                    else:
                        rescore_from = min(position, len(self.turns) if rescore_from is None else rescore_from)
                elif self._add_other(fact, changes):
                    rescore_from = 0
        if rescore_from is None:
            for scored in appended:
                self._advance(scored, score_of)
            changes.turns = appended
        else:
            self._recompute(score_of, changes)
        changes.header |= bool(changes.turns)
        return changes

    def _lifecycle(self, record: Record) -> bool:
        before = (self.channel, self.language, self.started, self.completed, self.failed)
        if record.channel is Channel.CHAT:
            self.channel = Channel.CHAT
        if record.language is not None:
            # Whichever comes first: the greater of two is the same in any order.
            self.language = max(self.language or "", record.language)
        self.started |= record.kind is RecordKind.STARTED
        self.completed |= record.kind is RecordKind.COMPLETED
        self.failed |= record.kind is RecordKind.FAILED
        return before != (self.channel, self.language, self.started, self.completed, self.failed)

    def _add_turn(self, turn: Turn, changes: Changes) -> int | None:
        """Place a turn; returns its position, or None when it is known already."""
        known = self._by_id.get(turn.id)
        if known is not None:
            # The same id with other content is not documented; the greater of the two wins in any order.
            if _rank(turn) <= _rank(known.turn):
                return None
            self.turns.remove(known)
            if known.turn.order != turn.order:
                changes.moved.append(known.turn)
        scored = _read(turn, self._intents(turn))
        self._by_id[turn.id] = scored
        position = bisect_right(self.turns, turn.order, key=lambda item: item.turn.order)
        self.turns.insert(position, scored)
        for piece in [p for p in self.pieces.values() if turn.id in (p.transcript_id, p.id)]:
            del self.pieces[piece.id]
            changes.pieces = [p for p in changes.pieces if p.id != piece.id]
            if piece.id not in changes.unseen:
                changes.finished_pieces.append(piece.id)
        # A replaced turn may have scored others after it: everything from the earlier place is recomputed.
        return 0 if known is not None else position

    def _intents(self, turn: Turn) -> tuple[str, ...] | None:
        if self._wanted is None or turn.role is not Role.CUSTOMER:
            return None
        return self._wanted(turn.content)

    def _add_other(self, fact: Fact, changes: Changes) -> bool:
        """Add a piece, a category or a summary; True when scores may have changed."""
        if isinstance(fact, Utterance):
            if (fact.transcript_id or fact.id) not in self._by_id and fact.id not in self._by_id:
                known = self.pieces.get(fact.id)
                if known is None:
                    changes.unseen.add(fact.id)
                if known is None or _rank(fact) > _rank(known):
                    self.pieces[fact.id] = fact
                    changes.pieces = [p for p in changes.pieces if p.id != fact.id] + [fact]
            return False
        if isinstance(fact, Category):
            known_points = self.categories.get(fact.name)
            points = (known_points or frozenset()) | frozenset(fact.points)
            if known_points == points:
                return False
            self.categories[fact.name] = points
            changes.header = True
            return True
        if isinstance(fact, Summary) and fact.content > (self.summary or ""):
            self.summary = fact.content
            changes.header = True
        return False

    def _advance(self, scored: ScoredTurn, score_of: ScoreOf) -> None:
        self._total.add(scored.turn, scored.analysis, scored.sentiment)
        count = sum(1 for points in self.categories.values() if points and min(points)[0] <= scored.turn.end_ms)
        scored.score, scored.band = score_of(self._total.features(count))

    def _recompute(self, score_of: ScoreOf, changes: Changes) -> None:
        """Score every turn again in conversation order, and report those that are new or came out otherwise."""
        self._total = Accumulator()
        for scored in self.turns:
            before = (scored.score, scored.band)
            self._advance(scored, score_of)
            if before != (scored.score, scored.band):
                changes.turns.append(scored)

    # -- what follows from the state --

    def features(self) -> dict[str, float]:
        """The features of the whole conversation so far."""
        return self._total.features(len(self.categories))

    @property
    def analysis(self) -> AnalysisStatus:
        if self.failed:
            return AnalysisStatus.FAILED
        if self.completed:
            return AnalysisStatus.COMPLETED
        return AnalysisStatus.IN_PROGRESS if self.started or self.turns or self.pieces else AnalysisStatus.PENDING

    def insights(self) -> Insights:
        """Everything derived from the conversation so far."""
        total = self._total
        sources = {scored.source for scored in self.turns}
        return Insights(
            sentiment=SentimentSummary(
                customer=rounded(total.customer.mean_sentiment(), 4),
                agent=rounded(total.agent.mean_sentiment(), 4),
                trend=rounded(total.customer.trend(), 4),
                source=(
                    None
                    if not sources
                    else SentimentSource.CONTACT_LENS
                    if SentimentSource.CONTACT_LENS in sources
                    else SentimentSource.LEXICON
                ),
            ),
            quality=total.quality(),
            intents=tuple(sorted(total.intents, key=lambda name: (-total.intents[name], name))),
            categories=tuple(
                CategoryMatch(name=name, points_of_interest=tuple(sorted(points)))
                for name, points in sorted(self.categories.items())
            ),
            payment_trouble_count=total.payment_trouble,
            promise_to_pay_count=total.promise_to_pay,
            segment_count=len(self.turns),
            summary=self.summary,
        )

    def partial_entries(self) -> list[TimelineEntry]:
        """One entry per turn whose final text has not come, from its pieces in order."""
        groups: dict[str, list[Utterance]] = {}
        for piece in sorted(self.pieces.values(), key=lambda p: (p.begin_ms, p.end_ms, p.id)):
            groups.setdefault(piece.transcript_id or piece.id, []).append(piece)
        return [_partial(turn_id, pieces) for turn_id, pieces in groups.items()]

    # -- rebuilding from storage --

    def restore(self, turns: Iterable[ScoredTurn], pieces: Iterable[Utterance]) -> None:
        """Fill an empty conversation with stored turns, keeping their stored scores."""
        self.turns = sorted(turns, key=lambda scored: scored.turn.order)
        self._by_id = {scored.turn.id: scored for scored in self.turns}
        self.pieces = {piece.id: piece for piece in pieces}
        self._total = Accumulator()
        for scored in self.turns:
            self._total.add(scored.turn, scored.analysis, scored.sentiment)


def _rank(fact: Turn | Utterance) -> tuple[int, int, str, str, str]:
    sentiment = (fact.sentiment or "") if isinstance(fact, Turn) else ""
    return (fact.end_ms, fact.begin_ms, fact.content, fact.role, sentiment)


def _read(turn: Turn, intents: tuple[str, ...] | None = None) -> ScoredTurn:
    analysis = analyse(turn.content, by_customer=turn.role is Role.CUSTOMER)
    if intents is not None and intents != analysis.intents:
        analysis = replace(analysis, intents=intents)
    if turn.sentiment is not None:
        return ScoredTurn(turn, analysis, _SENTIMENT_VALUE[turn.sentiment], SentimentSource.CONTACT_LENS)
    return ScoredTurn(turn, analysis, analysis.sentiment, SentimentSource.LEXICON)


def read_stored(turn: Turn, score: int | None, band: Band | None, intents: tuple[str, ...] | None = None) -> ScoredTurn:
    """A turn from storage with the score and the intents it was stored with; older ones have no intents."""
    scored = _read(turn, intents)
    scored.score, scored.band = score, band
    return scored


def partial_entries(pieces: Iterable[Utterance]) -> list[TimelineEntry]:
    """Timeline entries of pieces alone, for readers that do not fold."""
    conversation = Conversation()
    conversation.pieces = {piece.id: piece for piece in pieces}
    return conversation.partial_entries()


def _partial(turn_id: str, pieces: list[Utterance]) -> TimelineEntry:
    first = pieces[0]
    return TimelineEntry(
        segment_id=turn_id,
        role=first.role,
        participant_id=first.participant_id,
        content=" ".join(piece.content for piece in pieces),
        begin_ms=first.begin_ms,
        end_ms=max(piece.end_ms for piece in pieces),
        partial=True,
    )
