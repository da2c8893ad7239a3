"""Folds segments into calls: one locked write per contact and batch, one entry per segment, nothing lost."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapport.calls.caller import CallCustomer
from rapport.calls.conversation import Changes, Conversation, WantedIn
from rapport.calls.model import (
    Alert,
    AnalysisStatus,
    Band,
    Call,
    CallEvent,
    CallStatus,
    Channel,
    EventType,
    LocalisedText,
    Score,
)
from rapport.calls.ports import (
    CallStore,
    Clock,
    Commit,
    CustomerFeatures,
    PoisonSink,
    RawRecord,
    Scorer,
    StaleCallError,
    StoredCall,
    events_after,
)
from rapport.calls.records import Record, parse_record
from rapport.runtime.errors import ConflictError, DependencyUnavailableError, PoisonRecordError

ATTEMPTS = 6
WARM_CALLS = 512
DEFAULT_LANGUAGE = "en-US"

BAND_HIGH_ALERT = Alert(
    code="band-high",
    text=LocalisedText(en="The payment risk of this call became high.", ja="この通話の支払リスクが高になりました。"),
)


@dataclass(slots=True)
class Warm:
    """A folded call as of `seq`, reusable while the stored `seq` is the same."""

    seq: int
    conversation: Conversation


class CallFolder:
    """Folds records into one call and writes what changed; shared by the stream consumer and the API."""

    def __init__(
        self,
        *,
        store: CallStore,
        scorer: Scorer,
        customers: CustomerFeatures,
        clock: Clock,
        wanted: WantedIn | None = None,
    ) -> None:
        """`wanted` finds the intents of a customer's turn; without it the phrase lists do."""
        self._wanted = wanted
        self._store = store
        self._scorer = scorer
        self._customers = customers
        self._clock = clock
        self._warm: OrderedDict[str, Warm] = OrderedDict()

    def fold(
        self, contact_id: str, records: Sequence[Record], *, arrived_ms: int, existing_only: bool = False
    ) -> Call | None:
        """Fold records of one contact and return the call as it is afterwards.

        Raises `ConflictError` when the lock is lost too often and `DependencyUnavailableError` when the
        store is; both are worth a retry. With `existing_only` an unknown contact returns None.
        """
        for _ in range(ATTEMPTS):
            stored = self._store.load(contact_id)
            if stored is None and existing_only:
                return None
            try:
                return self._fold_once(contact_id, stored, records, arrived_ms)
            except StaleCallError:
                continue
        raise ConflictError(f"the call changed {ATTEMPTS} times while it was written")

    def _fold_once(
        self, contact_id: str, stored: StoredCall | None, records: Sequence[Record], arrived_ms: int
    ) -> Call:
        call = stored.call if stored else None
        conversation = self._conversation(contact_id, stored)
        customer = CallCustomer(stored, self._customers, self._scorer.columns)

        def score_of(features: Mapping[str, float]) -> tuple[int, Band]:
            value = round(100 * self._scorer.probability({**features, **customer.features()}))
            return value, self._scorer.band_of(value)

        changes = conversation.fold(records, score_of)
        if call is not None and not changes:
            self._keep(contact_id, call.seq, conversation)
            return call
        if call is not None and stored is not None and not changes.header:
            # Pieces of a turn change neither score nor insights: nothing is computed again for them.
            after = stored
        else:
            score = self._score(conversation, customer)
            after = self._header(contact_id, stored, conversation, score, arrived_ms)
            after = replace(after, known=customer.known())
        commit = self._commit(stored, after, conversation, changes)
        self._store.commit(commit)
        self._keep(contact_id, commit.stored.call.seq, conversation)
        return commit.stored.call

    def _conversation(self, contact_id: str, stored: StoredCall | None) -> Conversation:
        """The warm copy if it is current, else folded again from storage. It is taken out of the cache: only
        a successful write puts it back."""
        warm = self._warm.pop(contact_id, None)
        if stored is None:
            return Conversation(self._wanted)
        if warm is not None and warm.seq == stored.call.seq:
            return warm.conversation
        conversation = Conversation(self._wanted)
        conversation.channel = stored.call.channel
        conversation.language = stored.language
        conversation.started, conversation.completed, conversation.failed = (
            stored.started,
            stored.completed,
            stored.failed,
        )
        conversation.summary = stored.summary
        conversation.categories = {
            match.name: frozenset(match.points_of_interest) for match in stored.call.insights.categories
        }
        conversation.restore(*self._store.load_segments(contact_id))
        return conversation

    def _keep(self, contact_id: str, seq: int, conversation: Conversation) -> None:
        self._warm[contact_id] = Warm(seq, conversation)
        if len(self._warm) > WARM_CALLS:
            self._warm.popitem(last=False)

    def _score(self, conversation: Conversation, customer: CallCustomer) -> Score | None:
        if conversation.failed or not (conversation.turns or customer.features()):
            return None
        score = self._scorer.score({**conversation.features(), **customer.features()})
        return score.model_copy(update={"customer_data": customer.data})

    def _header(
        self,
        contact_id: str,
        stored: StoredCall | None,
        conversation: Conversation,
        score: Score | None,
        arrived_ms: int,
    ) -> StoredCall:
        call = (stored.call if stored else None) or new_call(contact_id, conversation.channel, arrived_ms)
        ended = call.status is CallStatus.ENDED or conversation.completed
        updated = call.model_copy(
            update={
                "channel": conversation.channel,
                "language": conversation.language or call.language,
                "analysis": conversation.analysis,
                "status": CallStatus.ENDED if ended else CallStatus.ACTIVE,
                "ended_at": call.ended_at if call.ended_at is not None or not ended else arrived_ms,
                "score": score,
                "insights": conversation.insights(),
            }
        )
        return replace(
            stored or StoredCall(updated),
            call=updated,
            started=conversation.started,
            completed=conversation.completed,
            failed=conversation.failed,
            summary=conversation.summary,
            language=conversation.language,
        )

    def _commit(
        self, stored: StoredCall | None, after: StoredCall, conversation: Conversation, changes: Changes
    ) -> Commit:
        before = stored.call if stored else None
        now = self._clock()
        call = after.call

        def event(kind: EventType, **payload: Any) -> CallEvent:
            return CallEvent.model_construct(
                contact_id=call.contact_id, seq=1, type=kind, at=now, agent_id=call.agent_id, team=call.team, **payload
            )

        touched = {piece.transcript_id or piece.id for piece in changes.pieces}
        entries = [scored.entry() for scored in changes.turns]
        entries += [entry for entry in conversation.partial_entries() if entry.segment_id in touched]
        events = [event(EventType.TRANSCRIPT, entry=entry) for entry in entries]
        became_high = call.score is not None and call.score.band is Band.HIGH
        was_high = before is not None and before.score is not None and before.score.band is Band.HIGH
        if became_high and not was_high:
            events.append(event(EventType.ALERT, alert=BAND_HIGH_ALERT))
        expected = before.seq if before else 0
        told = changes.header or before is None
        final = replace(after, call=call.model_copy(update={"seq": expected + len(events) + told}))
        if told:
            events.append(event(EventType.SCORE, call=final.call))
        return Commit(
            stored=final,
            expected_seq=expected,
            events=events_after(expected, events),
            turns=tuple(changes.turns),
            moved=tuple(changes.moved),
            pieces=tuple(changes.pieces),
            finished_pieces=tuple(changes.finished_pieces),
        )


def new_call(contact_id: str, channel: Channel, started_at: int, language: str = DEFAULT_LANGUAGE) -> Call:
    """A call nobody has said anything about yet."""
    return Call(
        contact_id=contact_id,
        channel=channel,
        language=language,
        status=CallStatus.RINGING,
        analysis=AnalysisStatus.PENDING,
        seq=0,
        started_at=started_at,
    )


class SegmentConsumer:
    """Consumes a batch of the segment stream."""

    def __init__(self, *, folder: CallFolder, poison: PoisonSink) -> None:
        self._folder = folder
        self._poison = poison

    def consume(self, batch: Sequence[RawRecord]) -> list[str]:
        """Process a batch in order; returns the sequence numbers that must be delivered again.

        Unreadable records go to the poison sink and do not fail. A contact whose write fails keeps its
        order: all its records of the batch are reported.
        """
        failed: list[str] = []
        contacts: dict[str, list[tuple[RawRecord, Record]]] = {}
        for raw in batch:
            try:
                record = parse_record(raw.data)
            except PoisonRecordError as error:
                if not self._give_up(raw, error.detail):
                    failed.append(raw.sequence_number)
                continue
            contacts.setdefault(record.contact_id, []).append((raw, record))
        for contact_id, pairs in contacts.items():
            try:
                self._folder.fold(contact_id, [record for _, record in pairs], arrived_ms=pairs[0][0].arrival_ms)
            except (ConflictError, DependencyUnavailableError):
                failed.extend(raw.sequence_number for raw, _ in pairs)
        return failed

    def _give_up(self, raw: RawRecord, reason: str) -> bool:
        try:
            self._poison.send(raw, reason)
        except DependencyUnavailableError:
            return False
        return True
