"""What follows from the panels: rules with thresholds, in words. No model, and no text from outside in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rapport.assist.model import (
    ComplaintsPanel,
    InhibitsPanel,
    Insight,
    InsightsPanel,
    JourneyPanel,
    KpiPanel,
    NetworkPanel,
    Panel,
    PanelName,
    PanelState,
    RevenuePanel,
    TransactionsPanel,
)
from rapport.assist.panels import OPEN
from rapport.calls.model import LocalisedText

FALLING, GROWING = -0.10, 0.10
FULL, LEAVING, CONCENTRATED = 0.80, 0.50, 0.70
OLD_COMPLAINT_DAYS = 14
LOSING_MONTHS = 3
LOW_NPS = 6


def insights(panels: Mapping[PanelName, Panel], today: date) -> InsightsPanel:
    """What the panels that are there allow to say, alerts first; as old as the oldest of them."""
    missing = tuple(name for name in PanelName if panels[name].state is PanelState.UNAVAILABLE)
    there = [panel for name, panel in panels.items() if name not in missing]
    found = [insight for panel in there for insight in _of(panel, today)]
    found.sort(key=lambda insight: ("alert", "notice", "good").index(insight.level))
    ages = [panel.as_of for panel in there if panel.as_of is not None]
    reads = [panel.read_at for panel in there if panel.read_at is not None]
    state = PanelState.FRESH
    if not there:
        state = PanelState.UNAVAILABLE
    elif any(panel.state is PanelState.STALE for panel in there):
        state = PanelState.STALE
    return InsightsPanel(
        state=state,
        as_of=min(ages, default=None),
        read_at=min(reads, default=None),
        insights=tuple(found),
        missing=missing,
    )


def _of(panel: Panel, today: date) -> Iterator[Insight]:
    match panel:
        case InhibitsPanel():
            yield from _inhibits(panel)
        case ComplaintsPanel():
            yield from _complaints(panel, today)
        case KpiPanel():
            yield from _kpis(panel)
        case RevenuePanel():
            yield from _revenue(panel)
        case TransactionsPanel():
            yield from _transactions(panel)
        case JourneyPanel():
            yield from _journey(panel)
        case NetworkPanel():
            yield from _network(panel)


def _inhibits(panel: InhibitsPanel) -> Iterator[Insight]:
    if panel.active:
        number = len(panel.active)
        yield Insight(
            code="inhibit-active",
            level="alert",
            source=PanelName.INHIBITS,
            text=_text(
                f"{number} blocks stand on the account." if number > 1 else "A block stands on the account.",
                f"口座に制限が{number}件あります。",
            ),
        )


def _complaints(panel: ComplaintsPanel, today: date) -> Iterator[Insight]:
    old = [
        item
        for item in panel.items
        if item.status in OPEN and (today - date.fromisoformat(item.opened_on)).days >= OLD_COMPLAINT_DAYS
    ]
    if old:
        days = max((today - date.fromisoformat(item.opened_on)).days for item in old)
        yield Insight(
            code="complaint-old",
            level="alert",
            source=PanelName.COMPLAINTS,
            text=_text(
                f"A complaint has been open for {days} days.", f"{days}日間解決していない苦情があります。"
            ),
        )  # fmt: skip
    elif panel.open:
        yield Insight(
            code="complaint-open",
            level="notice",
            source=PanelName.COMPLAINTS,
            text=_text(
                f"{panel.open} complaints are open." if panel.open > 1 else "A complaint is open.",
                f"対応中の苦情が{panel.open}件あります。",
            ),
        )


def _kpis(panel: KpiPanel) -> Iterator[Insight]:
    value = {kpi.code: kpi.value for kpi in panel.kpis}
    if value.get("days_past_due", 0) > 0:
        days = round(value["days_past_due"])
        yield _kpi("past-due", "alert", f"Payments are {days} days past due.", f"支払いが{days}日遅れています。")
    if value.get("utilisation", 0) >= FULL:
        used = f"{value['utilisation']:.0%}"
        yield _kpi("credit-full", "notice", f"{used} of the credit limit is used.", f"与信枠の{used}を利用中です。")
    if value.get("churn_probability", 0) >= LEAVING:
        chance = f"{value['churn_probability']:.0%}"
        yield _kpi("may-leave", "notice", f"May leave us ({chance}).", f"解約の可能性があります（{chance}）。")
    if value.get("nps", 10) <= LOW_NPS:
        yield _kpi("detractor", "notice", "Would not recommend us.", "推奨度が低いお客様です。")


def _kpi(code: str, level: str, en: str, ja: str) -> Insight:
    return Insight.model_validate(
        {"code": code, "level": level, "source": PanelName.KPIS, "text": {"en": en, "ja": ja}}
    )  # fmt: skip


def _revenue(panel: RevenuePanel) -> Iterator[Insight]:
    source = PanelName.REVENUE
    if panel.change is not None and panel.change <= FALLING:
        share = f"{-panel.change:.0%}"
        text = _text(f"Revenue fell by {share} in three months.", f"3か月で収益が{share}減少しました。")
        yield Insight(code="revenue-falling", level="notice", source=source, text=text)
    if panel.change is not None and panel.change >= GROWING:
        share = f"{panel.change:.0%}"
        text = _text(f"Revenue grew by {share} in three months.", f"3か月で収益が{share}増加しました。")
        yield Insight(code="revenue-growing", level="good", source=source, text=text)
    if panel.mix and panel.mix[0].share >= CONCENTRATED:
        share = f"{panel.mix[0].share:.0%}"
        text = _text(f"One product line makes {share} of the revenue.", f"収益の{share}が一つの商品群に偏っています。")
        yield Insight(code="revenue-concentrated", level="notice", source=source, text=text)


def _transactions(panel: TransactionsPanel) -> Iterator[Insight]:
    """The month that is not over yet is left out."""
    whole = panel.months[:-1]
    if len(whole) >= LOSING_MONTHS and all(flow.outgoing > flow.incoming for flow in whole[-LOSING_MONTHS:]):
        text = _text(
            f"More went out than came in, {LOSING_MONTHS} months in a row.",
            f"{LOSING_MONTHS}か月連続で出金が入金を上回っています。",
        )
        yield Insight(code="cash-flow-negative", level="alert", source=PanelName.TRANSACTIONS, text=text)


def _journey(panel: JourneyPanel) -> Iterator[Insight]:
    if panel.steps and panel.steps[0].outcome == "abandoned":
        text = _text("Gave up the last thing they began with us.", "直前の手続きが途中で中断されています。")
        yield Insight(code="journey-abandoned", level="notice", source=PanelName.JOURNEY, text=text)


def _network(panel: NetworkPanel) -> Iterator[Insight]:
    own = {tie.target for tie in panel.ties if tie.kind == "role" and _is_subject(panel, tie.source)}
    if len(own) >= 2:
        text = _text(f"Stands behind {len(own)} businesses.", f"{len(own)}社に関わるお客様です。")
        yield Insight(code="several-businesses", level="good", source=PanelName.NETWORK, text=text)


def _is_subject(panel: NetworkPanel, node_id: str) -> bool:
    return any(node.id == node_id and node.subject for node in panel.nodes)


def _text(en: str, ja: str) -> LocalisedText:
    return LocalisedText(en=en, ja=ja)
