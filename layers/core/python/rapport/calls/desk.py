"""What people and programs do with a call: start it, score it, note, act, end it, look at it.

Also what joins a call to the world: the look-up's customer, the agent of a contact event, the times of a
contact record. Every change is one locked write with at least one live event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from rapport.calls.conversation import partial_entries
from rapport.calls.keys import Index
from rapport.calls.model import (
    ActionKind,
    ActionTaken,
    Alert,
    Call,
    CallEvent,
    CallStatus,
    Channel,
    EventType,
    LocalisedText,
    Note,
    TimelineEntry,
)
from rapport.calls.ports import CallStore, Clock, Commit, StaleCallError, StoredCall, events_after
from rapport.calls.records import Record, RecordKind, Turn, Utterance
from rapport.calls.service import ATTEMPTS, CallFolder, new_call
from rapport.runtime.errors import ConflictError, NotFoundError

ESCALATED_ALERT = Alert(
    code="escalated",
    text=LocalisedText(en="The agent asks for a supervisor.", ja="担当者がスーパーバイザーの応援を求めています。"),
)


class Viewer(Protocol):
    """Who asks. An agent sees own calls, a supervisor those of the teams, analysts and administrators all."""

    @property
    def username(self) -> str: ...

    def can_see(self, *, agent_id: str | None, team: str | None) -> bool: ...


class DeskStore(CallStore, Protocol):
    """The store as the desk reads it."""

    def list_calls(
        self, index: Index, value: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Call], str | None]: ...

    def timeline(
        self, contact_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[TimelineEntry], list[Utterance], str | None]: ...

    def notes(self, contact_id: str) -> list[Note]: ...

    def actions(self, contact_id: str) -> list[ActionTaken]: ...


@dataclass(slots=True)
class Change:
    """What a change does to a call: new field values, other stored facts, extra events, a note, an action."""

    call: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    note: Note | None = None
    action: ActionTaken | None = None

    def __bool__(self) -> bool:
        return bool(self.call or self.facts or self.events)


class CallRegister:
    """Applies a change to a call's header under its lock; creates the call when it may."""

    def __init__(self, *, store: CallStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def change(
        self, contact_id: str, decide: Callable[[StoredCall], Change], *, create: Callable[[], Call] | None = None
    ) -> Call:
        """Decide on the stored call and write; an empty change writes nothing.

        `decide` may run several times. Raises `NotFoundError` when the call is unknown and may not be
        created, `ConflictError` when the lock is lost too often.
        """
        for _ in range(ATTEMPTS):
            stored = self._store.load(contact_id)
            if stored is None:
                if create is None:
                    raise NotFoundError("there is no such call")
                stored = StoredCall(create())
            change = decide(stored)
            if not change and stored.call.seq:
                return stored.call
            try:
                return self._write(stored, change)
            except StaleCallError:
                continue
        raise ConflictError(f"the call changed {ATTEMPTS} times while it was written")

    def _write(self, stored: StoredCall, change: Change) -> Call:
        expected = stored.call.seq
        seq = expected + len(change.events) + 1
        call = stored.call.model_copy(update={**change.call, "seq": seq})
        payloads = [*change.events, {"type": EventType.SCORE, "call": call}]
        now = self._clock()
        events = [
            CallEvent(contact_id=call.contact_id, seq=1, at=now, agent_id=call.agent_id, team=call.team, **payload)
            for payload in payloads
        ]
        self._store.commit(
            Commit(
                stored=replace(stored, call=call, **change.facts),
                expected_seq=expected,
                events=events_after(expected, events),
                note=change.note,
                action=change.action,
            )
        )
        return call


class CallDesk:
    """The calls API's service."""

    def __init__(self, *, store: DeskStore, folder: CallFolder, clock: Clock, new_id: Callable[[], str]) -> None:
        self._store = store
        self._folder = folder
        self._register = CallRegister(store=store, clock=clock)
        self._clock = clock
        self._new_id = new_id

    def start(
        self,
        *,
        agent_id: str,
        team: str | None,
        contact_id: str | None = None,
        channel: Channel = Channel.VOICE,
        language: str = "en-US",
        customer_id: str | None = None,
        customer_name: str | None = None,
        phone: str | None = None,
        queue: str | None = None,
    ) -> Call:
        """Start a call, or take one that Connect started. Another agent's call is a `ConflictError`."""
        contact = contact_id or self._new_id()
        joins = {
            "agent_id": agent_id,
            "team": team,
            "customer_id": customer_id,
            "customer_name": customer_name,
            "phone": phone,
            "queue": queue,
        }

        def decide(stored: StoredCall) -> Change:
            call = stored.call
            if call.agent_id not in (None, agent_id):
                raise ConflictError("the call belongs to somebody else", field="contact_id")
            if call.status is CallStatus.ENDED:
                raise ConflictError("the call has ended", field="contact_id")
            given = {name: value for name, value in joins.items() if value is not None}
            return Change(call=differing(call, {**given, "status": CallStatus.ACTIVE}))

        return self._register.change(
            contact, decide, create=lambda: new_call(contact, channel, self._clock(), language)
        )

    def score(self, contact_id: str, viewer: Viewer, turns: Sequence[Turn]) -> Call:
        """Add finished turns and return the call with its score. The same turn again changes nothing."""
        call = self.get(contact_id, viewer)
        if not turns:
            return call
        record = Record(contact_id, call.channel, RecordKind.SEGMENTS, None, tuple(turns))
        after = self._folder.fold(contact_id, [record], arrived_ms=self._clock(), existing_only=True)
        if after is None:
            raise NotFoundError("there is no such call")
        return after

    def end(self, contact_id: str, viewer: Viewer, outcome: str | None) -> Call:
        """End a call. Ending it again may only add the outcome."""
        self.get(contact_id, viewer)

        def decide(stored: StoredCall) -> Change:
            wanted: dict[str, Any] = {"status": CallStatus.ENDED}
            if stored.call.ended_at is None:
                wanted["ended_at"] = self._clock()
            if outcome is not None:
                wanted["outcome"] = outcome
            return Change(call=differing(stored.call, wanted))

        return self._register.change(contact_id, decide)

    def add_note(self, contact_id: str, viewer: Viewer, text: str) -> Note:
        """Write a note; everybody who follows the call sees it at once."""
        self.get(contact_id, viewer)
        now = self._clock()
        note = Note(note_id=f"{now:013d}-{self._new_id()}", author=viewer.username, text=text, created_at=now)
        self._register.change(contact_id, lambda _: Change(events=[{"type": EventType.NOTE, "note": note}], note=note))
        return note

    def act(
        self, contact_id: str, viewer: Viewer, kind: ActionKind, *, recommendation: str | None, comment: str
    ) -> ActionTaken:
        """Record an action. An escalation also alerts the team's supervisors."""
        self.get(contact_id, viewer)
        now = self._clock()
        action = ActionTaken(
            action_id=f"{now:013d}-{self._new_id()}",
            kind=kind,
            author=viewer.username,
            recommendation=recommendation,
            comment=comment,
            created_at=now,
        )
        change = Change(events=[{"type": EventType.ACTION, "action": action}], action=action)
        if kind is ActionKind.ESCALATE:
            change.call["escalated"] = True
            change.events.append({"type": EventType.ALERT, "alert": ESCALATED_ALERT})
        self._register.change(contact_id, lambda _: change)
        return action

    # -- looking --

    def get(self, contact_id: str, viewer: Viewer) -> Call:
        """A call the viewer may see; any other does not exist for them."""
        stored = self._store.load(contact_id)
        if stored is None or not viewer.can_see(agent_id=stored.call.agent_id, team=stored.call.team):
            raise NotFoundError("there is no such call")
        return stored.call

    def list_calls(self, index: Index, value: str, *, limit: int, cursor: str | None) -> tuple[list[Call], str | None]:
        """A page of calls, newest first. Who may ask for which index is the caller's question."""
        return self._store.list_calls(index, value, limit=limit, cursor=cursor)

    def timeline(
        self, contact_id: str, viewer: Viewer, *, limit: int, cursor: str | None
    ) -> tuple[list[TimelineEntry], str | None]:
        """A page of the timeline in the order of speech; unfinished turns come last."""
        self.get(contact_id, viewer)
        entries, pieces, following = self._store.timeline(contact_id, limit=limit, cursor=cursor)
        return [*entries, *partial_entries(pieces)], following

    def notes(self, contact_id: str, viewer: Viewer) -> list[Note]:
        self.get(contact_id, viewer)
        return self._store.notes(contact_id)

    def actions(self, contact_id: str, viewer: Viewer) -> list[ActionTaken]:
        self.get(contact_id, viewer)
        return self._store.actions(contact_id)


def differing(call: Call, wanted: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that would change."""
    return {name: value for name, value in wanted.items() if getattr(call, name) != value}
