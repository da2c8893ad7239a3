"""The chatbot: a conversation that is remembered, answered from the FAQ, and handed over to people by rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from rapport.ai.clean import clean_text
from rapport.ai.contexts import ChatContext, Language, Said
from rapport.ai.escalation import asked_for, lost
from rapport.ai.ids import timed_id
from rapport.ai.model import Feature, Model, Source
from rapport.ai.redaction import Redaction
from rapport.ai.results import ChatReply, Intent
from rapport.ai.retrieval import entries
from rapport.ai.rules.chatbot import find
from rapport.ai.service import Assistant
from rapport.runtime.clock import now_ms
from rapport.runtime.errors import NotFoundError

REMEMBERED = 12  # turns that a model is told
TITLE = 60
HANDED_OVER = {
    "en": "I have asked a colleague to get in touch with you.",
    "ja": "担当者からご連絡するよう依頼しました。",
}


class Citation(Model):
    """An entry of the FAQ that a reply is taken from."""

    id: str
    title: str


class ChatTurn(Model):
    """Something said. `text` is masked: numbers, addresses and names are not kept."""

    turn_id: str
    at: int
    role: Literal["customer", "assistant"]
    text: str
    source: Source | None = None
    confidence: float | None = None
    citations: tuple[Citation, ...] = ()
    interaction_id: str | None = None


class ChatSession(Model):
    """A conversation of a user. `handover_id` is set once a person was asked for."""

    session_id: str
    title: str
    language: Language
    started_at: int
    last_at: int
    handover_id: str | None = None


class Handover(Model):
    """A request for a person. `excerpt` is what was said last, masked."""

    handover_id: str
    at: int
    username: str
    session_id: str
    reason: str
    language: Language
    excerpt: str
    taken_by: str | None = None
    taken_at: int | None = None


class ChatAnswer(Model):
    """A reply, where it is from, and whether a person was asked for (now or before in this conversation)."""

    session_id: str
    reply: str
    intent: Intent
    source: Source
    confidence: float
    citations: tuple[Citation, ...]
    escalated: bool
    interaction_id: str


class ChatStore(Protocol):
    def session(self, username: str, session_id: str) -> ChatSession | None: ...

    def last_turns(self, username: str, session_id: str, limit: int) -> list[ChatTurn]: ...

    def add(
        self, username: str, session: ChatSession, turns: tuple[ChatTurn, ...], handover: Handover | None
    ) -> None: ...


class Chat:
    """Answers messages. It can do nothing else: what it returns and the request for a person are all its effects."""

    def __init__(self, assistant: Assistant, store: ChatStore, clock: Callable[[], int] = now_ms) -> None:
        self._assistant = assistant
        self._store = store
        self._clock = clock

    def say(
        self, username: str, message: str, *, language: Language, session_id: str | None, remaining_s: float = 29.0
    ) -> ChatAnswer:
        """Answer a message in a conversation of this user's own, or in a new one."""
        now = self._clock()
        session = self._session(username, session_id, message, language, now)
        turns = self._store.last_turns(username, session.session_id, REMEMBERED) if session_id else []
        message = clean_text(message) or "…"
        earlier = next((turn.text for turn in reversed(turns) if turn.role == "customer"), None)
        context = ChatContext(
            language=language,
            username=username,
            message=message,
            history=tuple(Said(role=turn.role, text=turn.text) for turn in turns),
            passages=tuple(find(message, earlier, language)),
        )
        answer = self._assistant.ask(Feature.CHATBOT, context, username, remaining_s=remaining_s)
        reply: ChatReply = answer.result
        reason = self._reason(message, reply, turns)
        asked = Redaction((username,))
        text = reply.reply
        handover = None
        if reason is not None and session.handover_id is None:
            handover = Handover(
                handover_id=timed_id(now),
                at=now,
                username=username,
                session_id=session.session_id,
                reason=reason,
                language=language,
                excerpt=asked.mask(message, language)[:300],
            )
            if not reply.escalate:
                text = f"{text} {HANDED_OVER[language]}"
            session = session.model_copy(update={"handover_id": handover.handover_id})
        titles = {entry.id: entry.title for entry in entries(language)}
        citations = tuple(Citation(id=each, title=titles[each]) for each in reply.citations if each in titles)
        said = ChatTurn(turn_id=timed_id(now), at=now, role="customer", text=asked.mask(message, language))
        replied = ChatTurn(
            turn_id=timed_id(now + 1),
            at=now + 1,
            role="assistant",
            text=asked.mask(text, language),
            source=answer.source,
            confidence=answer.confidence,
            citations=citations,
            interaction_id=answer.interaction_id,
        )
        self._store.add(username, session.model_copy(update={"last_at": now}), (said, replied), handover)
        return ChatAnswer(
            session_id=session.session_id,
            reply=text,
            intent=reply.intent,
            source=answer.source,
            confidence=answer.confidence,
            citations=citations,
            escalated=session.handover_id is not None,
            interaction_id=answer.interaction_id,
        )

    def _session(
        self, username: str, session_id: str | None, message: str, language: Language, now: int
    ) -> ChatSession:
        if session_id is not None:
            found = self._store.session(username, session_id)
            if found is None:
                raise NotFoundError("there is no such conversation")
            return found
        title = Redaction((username,)).mask(clean_text(message), language)
        title = title.replace("\n", " ")
        return ChatSession(
            session_id=timed_id(now),
            title=title if len(title) <= TITLE else title[: TITLE - 1] + "…",
            language=language,
            started_at=now,
            last_at=now,
        )

    @staticmethod
    def _reason(message: str, reply: ChatReply, turns: list[ChatTurn]) -> str | None:
        """Why a person is needed: the words, then the confidence of the last turns, then the reply's own wish."""
        by_words = asked_for(message)
        if by_words is not None:
            return by_words.value
        confidences = [turn.confidence for turn in turns if turn.confidence is not None]
        if lost([*confidences, reply.confidence]):
            return "low_confidence"
        return f"model_{reply.intent.value}" if reply.escalate else None
