"""The profile of a conversation: sign-in with Genesys, who it is about, and panels that are fetched side by side."""

from __future__ import annotations

import hashlib
import secrets as entropy
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from rapport.assist import panels as fold
from rapport.assist import questions as ask
from rapport.assist.identity import Subject, identify
from rapport.assist.insights import insights
from rapport.assist.model import (
    AssistProfile,
    ConversationView,
    KnownCustomer,
    Panel,
    PanelName,
    Panels,
    PanelState,
)
from rapport.calls.model import LocalisedText
from rapport.customers.model import Customer
from rapport.runtime.clock import now_ms
from rapport.runtime.errors import InvalidInputError, NotFoundError, RapportError
from rapport.runtime.observability import logger
from rapport.vendors.bigquery import Result, Statement, Value
from rapport.vendors.genesys import Conversation, Genesys, GenesysSignInNeeded, new_proof

STATE_MS = 600_000
PANEL_S = 6.0
# A little more than a panel's own deadline: it ends by itself, or is no longer waited for.
GRACE_S = 0.5
FRESH_MS = 60_000
# While its source is down, what was read is shown again for this long.
KEPT_MS = 900_000
THREADS = 8
DAYS: Mapping[PanelName, int] = {
    PanelName.NETWORK: 120,
    PanelName.KPIS: 120,
    PanelName.REVENUE: 400,
    PanelName.TRANSACTIONS: 190,
    PanelName.INHIBITS: 3653,
    PanelName.JOURNEY: 190,
    PanelName.COMPLAINTS: 731,
}
AWAY = LocalisedText(en="The source does not answer.", ja="データソースが応答していません。")
AWAY_OLD = LocalisedText(
    en="The source does not answer: this was read before.",
    ja="データソースが応答しないため、以前の内容を表示しています。",
)


class Started(BaseModel):
    """Where to send the browser. `state` comes back with the code; both work once, until `expires_at` (epoch ms)."""

    authorize_url: str
    state: str
    expires_at: int


class Connected(BaseModel):
    """Signed in to Genesys until `expires_at` (epoch ms). `conversation_id` is the one that sign-in was started for."""

    connected: bool = True
    expires_at: int
    conversation_id: str | None = None


class Pending(BaseModel):
    """A sign-in under way, kept on our side: the verifier never meets a browser."""

    model_config = ConfigDict(frozen=True)

    verifier: str
    conversation_id: str | None = None


class Owner(BaseModel):
    """Whose: a user in one session of theirs. A token of Genesys is of no use in another session."""

    model_config = ConfigDict(frozen=True)

    username: str
    session: str


class Sessions(Protocol):
    def begin(self, state: str, owner: Owner, pending: Pending, until: int) -> None:
        """Keep a sign-in under the hash of its state."""

    def take(self, state: str, owner: Owner, now: int) -> Pending | None:
        """The sign-in, once, for its owner only, before it expires."""

    def keep(self, owner: Owner, token: str, until: int) -> None: ...

    def token(self, owner: Owner, now: int) -> str | None: ...

    def forget(self, owner: Owner) -> None: ...


class PanelCache(Protocol):
    def read(self, subject: Subject) -> dict[PanelName, tuple[dict[str, Any], int]]:
        """Panels that were read lately: content, and when."""

    def write(self, subject: Subject, name: PanelName, content: str, read_at: int) -> None: ...


class Warehouse(Protocol):
    def query(self, statement: Statement, values: Mapping[str, Value], *, deadline_s: float) -> Result: ...


class Customers(Protocol):
    def get(self, customer_id: str) -> Customer | None: ...


P = TypeVar("P", bound=Panel)


def state_key(state: str) -> str:
    """What is stored of a state: who reads the table cannot use it."""
    return hashlib.sha256(state.encode()).hexdigest()


@dataclass(frozen=True)
class Assistant:
    """`clock` in epoch milliseconds; `panel_s` is the deadline of each panel in seconds."""

    genesys: Genesys
    sessions: Sessions
    cache: PanelCache
    warehouse: Warehouse
    customers: Customers
    clock: Callable[[], int] = now_ms
    panel_s: float = PANEL_S
    monotonic: Callable[[], float] = field(default=time.monotonic)

    def start(self, owner: Owner, region: str | None, conversation_id: str | None) -> Started:
        """Begin a sign-in with Genesys."""
        self.genesys.region(region)
        proof, state = new_proof(), entropy.token_urlsafe(32)
        until = self.clock() + STATE_MS
        self.sessions.begin(state, owner, Pending(verifier=proof.verifier, conversation_id=conversation_id), until)
        return Started(
            authorize_url=self.genesys.authorize_url(state, proof.challenge), state=state, expires_at=until
        )  # fmt: skip

    def finish(self, owner: Owner, state: str, code: str) -> Connected:
        """Exchange a code. The state is used up whatever comes of it."""
        pending = self.sessions.take(state, owner, self.clock())
        if pending is None:
            raise InvalidInputError("this sign-in was not begun here, is too old, or is used up", field="state")
        token = self.genesys.exchange(code, pending.verifier)
        until = self.clock() + 1000 * token.expires_in
        self.sessions.keep(owner, token.access_token, until)
        return Connected(expires_at=until, conversation_id=pending.conversation_id)

    def profile(self, owner: Owner, conversation_id: str, chosen: Subject | None) -> AssistProfile:
        """The conversation, whom it is about, and the panels if that is certain; `chosen` is the agent's word."""
        token = self.sessions.token(owner, self.clock())
        if token is None:
            raise GenesysSignInNeeded("you are not signed in to Genesys")
        try:
            conversation = self.genesys.conversation(token, conversation_id)
        except GenesysSignInNeeded:
            self.sessions.forget(owner)
            raise
        identity = identify(conversation)
        if chosen is not None:
            confirmed = identity.confirmed(chosen)
            if confirmed is None:
                raise NotFoundError("this conversation does not name that customer")
            logger.info("identity confirmed by the agent", extra={"username": owner.username})
            identity = confirmed
        view = _view(conversation)
        if not identity.subject:
            return AssistProfile(conversation=view, identity=identity, read_at=self.clock())
        customer, panels = self._all(identity.subject, conversation)
        return AssistProfile(
            conversation=view, identity=identity, customer=customer, panels=panels, read_at=self.clock()
        )  # fmt: skip

    def _all(self, subject: Subject, conversation: Conversation) -> tuple[KnownCustomer | None, Panels]:
        """Everything at once; what is not there in time is shown as it was before, or as missing."""
        remembered = self._remembered(subject)
        now = self.clock()
        fresh = {name: (content, at) for name, (content, at) in remembered.items() if now - at < FRESH_MS}
        pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="panel")
        try:
            own = pool.submit(self._customer, subject, conversation) if subject.pcin else None
            wanted: dict[PanelName, Future[Panel]] = {
                name: pool.submit(self._fetch, name, subject) for name in PanelName if name not in fresh
            }
            asked: list[Future[Any]] = [*wanted.values(), *([own] if own else [])]
            wait(asked, timeout=self.panel_s + GRACE_S)
            found = {
                name: _restored(name, *fresh[name])
                if name in fresh
                else _outcome(name, wanted[name], remembered.get(name))
                for name in PanelName
            }
            customer = None if own is None else _result(own, KnownCustomer(state=PanelState.UNAVAILABLE, why=AWAY))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        made = {name.value: panel for name, panel in found.items()}
        return customer, Panels.model_validate({**made, "insights": insights(found, today)})

    def _remembered(self, subject: Subject) -> dict[PanelName, tuple[dict[str, Any], int]]:
        try:
            found = self.cache.read(subject)
        except RapportError:
            return {}  # Without a cache everything is read anew.
        oldest = self.clock() - KEPT_MS
        return {name: (content, at) for name, (content, at) in found.items() if at > oldest}

    def _fetch(self, name: PanelName, subject: Subject) -> Panel:
        """One panel, from the warehouse."""
        panel = self._read(name, subject).model_copy(update={"read_at": self.clock()})
        try:
            self.cache.write(subject, name, panel.model_dump_json(), panel.read_at or 0)
        except RapportError as error:
            logger.warning("a panel was not kept", extra={"panel": name.value, "kind": error.kind})
        return panel

    def _read(self, name: PanelName, subject: Subject) -> Panel:
        ends = self.monotonic() + self.panel_s
        since = self._since(DAYS[name])
        values: dict[str, Value] = {"since": since, "pcin": subject.pcin or "", "bcin": subject.bcin or ""}

        def rows(statement: Statement, values: Mapping[str, Value] = values) -> list[dict[str, Any]]:
            left = ends - self.monotonic()
            return self.warehouse.query(statement, values, deadline_s=left).rows

        match name:
            case PanelName.NETWORK:
                relations = rows(ask.RELATIONS)
                own = fold.businesses(relations, subject)
                paid = rows(ask.PAYMENTS, {"since": since, "bcins": own}) if own else []
                return fold.network(relations, paid, subject)
            case PanelName.KPIS:
                return fold.kpis(rows(ask.KPIS))
            case PanelName.REVENUE:
                return fold.revenue(rows(ask.REVENUE), f"{self._since(0):%Y-%m}")
            case PanelName.TRANSACTIONS:
                return fold.transactions(rows(ask.TRANSACTIONS))
            case PanelName.INHIBITS:
                return fold.inhibits(rows(ask.INHIBITS))
            case PanelName.JOURNEY:
                return fold.journey(rows(ask.JOURNEY))
            case PanelName.COMPLAINTS:
                return fold.complaints(rows(ask.COMPLAINTS))

    def _since(self, days: int) -> date:
        """So many days ago; for what is kept by month the first of that month."""
        day = datetime.fromtimestamp(self.clock() / 1000, UTC).date() - timedelta(days=days)
        return day.replace(day=1) if days else day

    def _customer(self, subject: Subject, conversation: Conversation) -> KnownCustomer:
        now = self.clock()
        known = self.customers.get(subject.pcin or "")
        if known is None:
            return KnownCustomer(read_at=now)
        return KnownCustomer(
            as_of=now,
            read_at=now,
            customer_id=known.customer_id,
            name=known.name,
            language=known.language,
            vip=known.vip,
            segment=known.segment,
            risk_band=known.risk_band,
            number_matches=_matches(conversation, known.phone),
        )


def _outcome(name: PanelName, future: Future[Panel], before: tuple[dict[str, Any], int] | None) -> Panel:
    """What a panel came to; when its source is down, what was read before."""
    kind = Panels.model_fields[name.value].annotation
    assert kind is not None  # noqa: S101 - every panel is declared with its class
    missing: Panel = kind(state=PanelState.UNAVAILABLE, why=AWAY)
    found = _result(future, missing)
    if found.state is PanelState.UNAVAILABLE and before is not None:
        return _restored(name, *before).model_copy(update={"state": PanelState.STALE, "why": AWAY_OLD})
    return found


def _result(future: Future[P], missing: P) -> P:
    """What a panel came to, or what is shown instead. One panel that breaks takes no other with it."""
    if not future.done():
        return missing
    error = future.exception()
    if error is None:
        return future.result()
    kind = error.kind if isinstance(error, RapportError) else type(error).__name__
    logger.warning("a panel could not be read", extra={"panel": type(missing).__name__, "kind": kind})
    return missing


def _restored(name: PanelName, content: dict[str, Any], at: int) -> Panel:
    kind = Panels.model_fields[name.value].annotation
    assert kind is not None  # noqa: S101
    restored: Panel = kind.model_validate({**content, "read_at": at})
    return restored


def _view(conversation: Conversation) -> ConversationView:
    queue = next((each.queueName for each in conversation.participants if each.queueName), None)
    return ConversationView(
        conversation_id=conversation.id,
        started_at=conversation.startTime,
        ended_at=conversation.endTime,
        queue=queue,
        purposes=tuple(dict.fromkeys(each.purpose for each in conversation.participants if each.purpose)),
    )


def _matches(conversation: Conversation, phone: str) -> bool | None:
    """Whether a customer's leg came from this number."""
    numbers = [
        "".join(character for character in each.ani if character.isdigit())
        for each in conversation.participants
        if each.ani and each.purpose in {"customer", "external"}
    ]
    return phone.removeprefix("+") in numbers if numbers else None
