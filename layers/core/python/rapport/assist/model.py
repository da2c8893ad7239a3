"""What the profile assistant shows: panels, each with its own state and its own age.

Times are epoch milliseconds, months 2026-01, days 2026-01-31; money is in the panel's currency, shares are 0 to 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rapport.assist.identity import Identification
from rapport.calls.model import LocalisedText


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class PanelName(StrEnum):
    NETWORK = "network"
    KPIS = "kpis"
    REVENUE = "revenue"
    TRANSACTIONS = "transactions"
    INHIBITS = "inhibits"
    JOURNEY = "journey"
    COMPLAINTS = "complaints"


class PanelState(StrEnum):
    FRESH = "fresh"  # read now, or a moment ago
    STALE = "stale"  # its source does not answer: what was read before
    UNAVAILABLE = "unavailable"  # its source does not answer, and nothing was read before


class Panel(Model):
    """`as_of` is when the warehouse last loaded what is shown, None where it holds nothing; `read_at` is when we read
    it there.
    """

    state: PanelState = PanelState.FRESH
    as_of: int | None = None
    read_at: int | None = None
    why: LocalisedText | None = None


class Node(Model):
    """A person or a business. A person has no name here, only the number."""

    id: str
    kind: Literal["person", "business"]
    name: str | None = None
    sector: str | None = None
    subject: bool = False


class Tie(Model):
    """`role` of a person in a business, or payments from one business to another."""

    source: str
    target: str
    kind: Literal["role", "payments"]
    role: str | None = None
    payments: int | None = None
    amount: float | None = None
    currency: str | None = None


class NetworkPanel(Panel):
    nodes: tuple[Node, ...] = ()
    ties: tuple[Tie, ...] = ()


class KpiUnit(StrEnum):
    MONEY = "money"
    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    POINTS = "points"


class Kpi(Model):
    """A figure of the latest month, and of the month before."""

    code: str
    name: LocalisedText
    unit: KpiUnit
    value: float
    previous: float | None = None
    better: Literal["higher", "lower", "neither"]


class KpiPanel(Panel):
    month: str | None = None
    currency: str | None = None
    kpis: tuple[Kpi, ...] = ()


class MonthAmount(Model):
    month: str
    amount: float


class Part(Model):
    name: str
    amount: float
    share: float


class RevenuePanel(Panel):
    """`change` compares the last three whole months with the three before. Other currencies are named, not added."""

    currency: str | None = None
    other_currencies: tuple[str, ...] = ()
    trend: tuple[MonthAmount, ...] = ()
    mix: tuple[Part, ...] = ()
    change: float | None = None


class Flow(Model):
    month: str
    incoming: float
    outgoing: float


class TransactionsPanel(Panel):
    currency: str | None = None
    other_currencies: tuple[str, ...] = ()
    payments: int = 0
    largest: float | None = None
    months: tuple[Flow, ...] = ()
    outgoing: tuple[Part, ...] = ()


class Inhibit(Model):
    """A block on the account: what may not be done."""

    code: str
    description: str
    severity: str
    set_on: str
    lifted_on: str | None = None


class InhibitsPanel(Panel):
    active: tuple[Inhibit, ...] = ()
    lifted: tuple[Inhibit, ...] = ()


class JourneyStep(Model):
    at: int
    stage: str
    touchpoint: str
    channel: str
    outcome: str


class JourneyPanel(Panel):
    steps: tuple[JourneyStep, ...] = ()


class Complaint(Model):
    complaint_id: str
    category: str
    severity: int
    status: str
    opened_on: str
    closed_on: str | None = None
    amount: float | None = None
    currency: str | None = None
    summary: str | None = None


class ComplaintsPanel(Panel):
    open: int = 0
    items: tuple[Complaint, ...] = ()


class Insight(Model):
    """Something an agent should know before speaking. `source` is the panel that it follows from."""

    code: str
    text: LocalisedText
    level: Literal["alert", "notice", "good"]
    source: PanelName


class InsightsPanel(Panel):
    """Rules over the other panels; `missing` names those that they could not see."""

    insights: tuple[Insight, ...] = ()
    missing: tuple[PanelName, ...] = ()


class Panels(Model):
    insights: InsightsPanel
    network: NetworkPanel
    kpis: KpiPanel
    revenue: RevenuePanel
    transactions: TransactionsPanel
    inhibits: InhibitsPanel
    journey: JourneyPanel
    complaints: ComplaintsPanel


class KnownCustomer(Panel):
    """Our own record of the person. `number_matches`: whether the conversation came from the number on record; None
    where it came from no number. A number can be forged: it is no proof.
    """

    customer_id: str | None = None
    name: str | None = None
    language: str | None = None
    vip: bool = False
    segment: str | None = None
    risk_band: str | None = None
    number_matches: bool | None = None


class ConversationView(Model):
    """The conversation without anything that a customer wrote."""

    conversation_id: str
    started_at: str | None
    ended_at: str | None
    queue: str | None
    purposes: tuple[str, ...]


class AssistProfile(Model):
    """Answer for a conversation. Without a certain identity there are neither customer nor panels."""

    conversation: ConversationView
    identity: Identification
    customer: KnownCustomer | None = None
    panels: Panels | None = None
    read_at: int
