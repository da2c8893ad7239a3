"""Rows of the warehouse become panels: pure functions, one for each panel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from rapport.assist.identity import Subject
from rapport.assist.model import (
    Complaint,
    ComplaintsPanel,
    Flow,
    Inhibit,
    InhibitsPanel,
    JourneyPanel,
    JourneyStep,
    Kpi,
    KpiPanel,
    KpiUnit,
    MonthAmount,
    NetworkPanel,
    Node,
    Part,
    RevenuePanel,
    Tie,
    TransactionsPanel,
)
from rapport.calls.model import LocalisedText

Row = Mapping[str, Any]
Rows = Sequence[Row]
OPEN = frozenset({"open", "in_progress", "escalated"})
Better = Literal["higher", "lower", "neither"]

# Column, English, Japanese, unit, which way is better.
MEASURES: tuple[tuple[str, str, str, KpiUnit, Better], ...] = (
    ("balance", "Balance", "残高", KpiUnit.MONEY, "higher"),
    ("deposits", "Deposits", "預金", KpiUnit.MONEY, "higher"),
    ("income", "Money in, this month", "当月の入金", KpiUnit.MONEY, "higher"),
    ("outgoings", "Money out, this month", "当月の出金", KpiUnit.MONEY, "neither"),
    ("credit_limit", "Credit limit", "与信枠", KpiUnit.MONEY, "neither"),
    ("credit_used", "Credit used", "与信利用額", KpiUnit.MONEY, "lower"),
    ("days_past_due", "Days past due", "延滞日数", KpiUnit.DAYS, "lower"),
    ("products", "Products held", "契約商品数", KpiUnit.COUNT, "higher"),
    ("logins_30d", "Logins in 30 days", "30日間のログイン数", KpiUnit.COUNT, "higher"),
    ("calls_90d", "Calls in 90 days", "90日間の通話数", KpiUnit.COUNT, "neither"),
    ("nps", "Recommends us (0 to 10)", "推奨度（0〜10）", KpiUnit.POINTS, "higher"),
    ("churn_probability", "Likely to leave", "解約の可能性", KpiUnit.SHARE, "lower"),
    ("lifetime_value", "Lifetime value", "生涯価値", KpiUnit.MONEY, "higher"),
)


def loaded(*tables: Rows) -> int | None:
    """When the warehouse last loaded any of these rows, epoch ms; the oldest of the tables that have some."""
    latest = [max((row["loaded_at"] for row in rows if row.get("loaded_at")), default=None) for rows in tables]
    known = [at for at in latest if at is not None]
    return min(known) if known else None


def kpis(rows: Rows) -> KpiPanel:
    """The latest month against the month before it; a measure that is not known is left out."""
    if not rows:
        return KpiPanel()
    # A business may have a row for each of its people: the first stands for the month.
    months: dict[str, Row] = {}
    for row in rows:
        months.setdefault(row["month"], row)
    newest = sorted(months, reverse=True)
    now, before = months[newest[0]], months[newest[1]] if len(newest) > 1 else {}
    found = [
        Kpi(
            code=code,
            name=LocalisedText(en=en, ja=ja),
            unit=unit,
            value=now[code],
            previous=before.get(code),
            better=better,
        )
        for code, en, ja, unit, better in MEASURES
        if now.get(code) is not None
    ]
    used = _ratio(now)
    if used is not None:
        name = LocalisedText(en="Share of credit used", ja="与信利用率")
        before_used = _ratio(before)
        found.append(
            Kpi(code="utilisation", name=name, unit=KpiUnit.SHARE, value=used, previous=before_used, better="lower")
        )
    return KpiPanel(as_of=loaded(rows), month=newest[0][:7], currency=now.get("currency"), kpis=tuple(found))


def _ratio(row: Row) -> float | None:
    limit, used = row.get("credit_limit"), row.get("credit_used")
    return round(used / limit, 4) if limit and used is not None else None


def network(relations: Rows, payments: Rows, subject: Subject) -> NetworkPanel:
    """People, their businesses, and what these pay to one another and to others."""
    nodes: dict[str, Node] = {}
    ties = []
    for row in relations:
        pcin, bcin = row["pcin"], row["bcin"]
        nodes[pcin] = Node(id=pcin, kind="person", subject=pcin == subject.pcin)
        nodes[bcin] = Node(
            id=bcin,
            kind="business",
            name=row["business_name"],
            sector=row["sector"],
            subject=bcin == subject.bcin,
        )
        ties.append(Tie(source=pcin, target=bcin, kind="role", role=row["role"]))
    for row in payments:
        target = row["counterparty_bcin"]
        nodes.setdefault(target, Node(id=target, kind="business", name=row["counterparty_name"]))
        ties.append(
            Tie(
                source=row["bcin"],
                target=target,
                kind="payments",
                payments=row["payments"],
                amount=round(row["amount"], 2),
                currency=row["currency"],
            )
        )
    return NetworkPanel(as_of=loaded(relations, payments), nodes=tuple(nodes.values()), ties=tuple(ties))


def businesses(relations: Rows, subject: Subject) -> list[str]:
    """The subject's own businesses, at most twenty."""
    own = {row["bcin"] for row in relations if row["pcin"] == subject.pcin or row["bcin"] == subject.bcin}
    return sorted(own)[:20]


def revenue(rows: Rows, this_month: str) -> RevenuePanel:
    """What the bank earns with the customer, by month and by product line. `this_month` is not over yet: it is shown
    and not compared.
    """
    currency, rest, own = _main_currency(rows)
    months: dict[str, float] = defaultdict(float)
    lines: Counter[str] = Counter()
    for row in own:
        months[row["month"][:7]] += row["revenue"]
        lines[row["product_line"]] += row["revenue"]
    trend = [MonthAmount(month=month, amount=round(amount, 2)) for month, amount in sorted(months.items())]
    whole = [point.amount for point in trend if point.month < this_month]
    before, lately = sum(whole[-6:-3]), sum(whole[-3:])
    return RevenuePanel(
        as_of=loaded(rows),
        currency=currency,
        other_currencies=rest,
        trend=tuple(trend),
        mix=_parts(lines),
        change=round(lately / before - 1, 4) if len(whole) >= 6 and before > 0 else None,
    )


def transactions(rows: Rows) -> TransactionsPanel:
    """Money in and out by month, and what the money that went out was for."""
    currency, rest, own = _main_currency(rows)
    flows: dict[str, dict[str, float]] = defaultdict(lambda: {"credit": 0.0, "debit": 0.0})
    spent: Counter[str] = Counter()
    for row in own:
        flows[row["period"]][row["direction"]] += row["amount"]
        if row["direction"] == "debit":
            spent[row["category"]] += row["amount"]
    return TransactionsPanel(
        as_of=loaded(rows),
        currency=currency,
        other_currencies=rest,
        payments=sum(row["payments"] for row in own),
        largest=max((row["largest"] for row in own), default=None),
        months=tuple(
            Flow(month=month, incoming=round(flow["credit"], 2), outgoing=round(flow["debit"], 2))
            for month, flow in sorted(flows.items())
        ),
        outgoing=_parts(spent),
    )


def inhibits(rows: Rows) -> InhibitsPanel:
    """Blocks that stand, and those that were lifted, newest first."""
    found = [
        Inhibit(
            code=row["inhibit_code"],
            description=row["description"],
            severity=row["severity"],
            set_on=row["set_on"],
            lifted_on=row["lifted_on"],
        )
        for row in rows
    ]
    return InhibitsPanel(
        as_of=loaded(rows),
        active=tuple(item for item in found if item.lifted_on is None),
        lifted=tuple(item for item in found if item.lifted_on is not None),
    )


def journey(rows: Rows) -> JourneyPanel:
    """Steps, newest first."""
    steps = [
        JourneyStep(
            at=row["happened_at"],
            stage=row["stage"],
            touchpoint=row["touchpoint"],
            channel=row["channel"],
            outcome=row["outcome"],
        )
        for row in rows
    ]
    return JourneyPanel(as_of=loaded(rows), steps=tuple(sorted(steps, key=lambda step: -step.at)))


def complaints(rows: Rows) -> ComplaintsPanel:
    """Open ones first, then newest first."""
    fields = Complaint.model_fields
    found = [Complaint(**{name: row.get(name) for name in fields}) for row in rows]
    found.sort(key=lambda item: item.opened_on, reverse=True)
    found.sort(key=lambda item: item.status not in OPEN)
    return ComplaintsPanel(
        as_of=loaded(rows), open=sum(item.status in OPEN for item in found), items=tuple(found)
    )  # fmt: skip


def _main_currency(rows: Rows) -> tuple[str | None, tuple[str, ...], list[Row]]:
    """The currency of most rows, the others, and the rows of the first: amounts of two currencies are never added."""
    count = Counter(row["currency"] for row in rows)
    if not count:
        return None, (), []
    main = min(count, key=lambda currency: (-count[currency], currency))
    return main, tuple(sorted(set(count) - {main})), [row for row in rows if row["currency"] == main]


def _parts(amounts: Mapping[str, float]) -> tuple[Part, ...]:
    """Shares of a whole, largest first; what is not positive has no share."""
    positive: Iterable[tuple[str, float]] = [(name, amount) for name, amount in amounts.items() if amount > 0]
    whole = sum(amount for _, amount in positive)
    parts = [Part(name=name, amount=round(amount, 2), share=round(amount / whole, 4)) for name, amount in positive]
    return tuple(sorted(parts, key=lambda part: (-part.amount, part.name)))
