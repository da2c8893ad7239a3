"""Rows become panels, and panels become insights."""

from __future__ import annotations

from datetime import date
from typing import Any

from rapport.assist import panels as fold
from rapport.assist.identity import Subject
from rapport.assist.insights import insights
from rapport.assist.model import (
    ComplaintsPanel,
    InhibitsPanel,
    JourneyPanel,
    KpiPanel,
    NetworkPanel,
    Panel,
    PanelName,
    PanelState,
    RevenuePanel,
    TransactionsPanel,
)

from tests.builders.assist import LOADED, rows

ANN = Subject(pcin="C00001")
TODAY = date(2026, 11, 21)


def table(name: str) -> list[dict[str, Any]]:
    found = rows()[name]
    assert isinstance(found, list)
    return found


def every() -> dict[PanelName, Panel]:
    return {
        PanelName.NETWORK: fold.network(table("relations"), table("payments"), ANN),
        PanelName.KPIS: fold.kpis(table("kpis")),
        PanelName.REVENUE: fold.revenue(table("revenue"), "2026-11"),
        PanelName.TRANSACTIONS: fold.transactions(table("transactions")),
        PanelName.INHIBITS: fold.inhibits(table("inhibits")),
        PanelName.JOURNEY: fold.journey(table("journey")),
        PanelName.COMPLAINTS: fold.complaints(table("complaints")),
    }


def test_there_are_ten_or_more_kpis_each_against_the_month_before() -> None:
    panel = fold.kpis(table("kpis"))
    assert len(panel.kpis) >= 10
    assert panel.month == "2026-11"
    balance = next(kpi for kpi in panel.kpis if kpi.code == "balance")
    assert (balance.value, balance.previous) == (1200.0, 1000.0)
    utilisation = next(kpi for kpi in panel.kpis if kpi.code == "utilisation")
    assert utilisation.value == 0.9


def test_a_measure_that_is_not_known_is_left_out_and_not_zero() -> None:
    row = {**table("kpis")[0], "nps": None, "credit_limit": None}
    assert {"nps", "credit_limit", "utilisation"}.isdisjoint(kpi.code for kpi in fold.kpis([row]).kpis)


def test_a_network_names_businesses_but_no_people() -> None:
    panel = fold.network(table("relations"), table("payments"), ANN)
    assert {node.id for node in panel.nodes} == {"C00001", "C00002", "B000001", "B000002", "B000009"}
    assert all(node.name is None for node in panel.nodes if node.kind == "person")
    assert [node.id for node in panel.nodes if node.subject] == ["C00001"]
    assert [tie.target for tie in panel.ties if tie.kind == "payments"] == ["B000009"]
    assert panel.as_of == LOADED - 1000  # as old as the older of its two tables
    assert fold.businesses(table("relations"), ANN) == ["B000001", "B000002"]


def test_revenue_compares_whole_months_only() -> None:
    panel = fold.revenue(table("revenue"), "2026-11")
    assert [point.amount for point in panel.trend] == [200, 200, 200, 160, 160, 160, 20]
    assert panel.change == -0.2
    assert [(part.name, part.share) for part in panel.mix] == [("Lending", 0.5), ("Payments", 0.5)]


def test_two_currencies_are_never_added() -> None:
    foreign = {**table("revenue")[0], "currency": "JPY", "revenue": 1_000_000}
    panel = fold.revenue([*table("revenue"), foreign], "2026-11")
    assert (panel.currency, panel.other_currencies) == ("EUR", ("JPY",))
    assert panel.trend[0].amount == 200


def test_money_in_and_out_by_month() -> None:
    panel = fold.transactions(table("transactions"))
    assert [(flow.incoming, flow.outgoing) for flow in panel.months] == [(50, 70)] * 4
    assert [(part.name, part.amount, part.share) for part in panel.outgoing] == [("Rent", 280.0, 1.0)]
    assert panel.payments == 16


def test_blocks_that_stand_are_apart_from_those_that_were_lifted() -> None:
    lifted = {**table("inhibits")[0], "lifted_on": "2026-02-01"}
    panel = fold.inhibits([*table("inhibits"), lifted])
    assert (len(panel.active), len(panel.lifted)) == (1, 1)


def test_open_complaints_come_first() -> None:
    closed = {**table("complaints")[0], "status": "closed", "opened_on": "2026-11-01", "complaint_id": "K2"}
    panel = fold.complaints([closed, *table("complaints")])
    assert [item.complaint_id for item in panel.items] == ["K1", "K2"]
    assert panel.open == 1


def test_empty_tables_make_empty_panels_without_an_age() -> None:
    panels: list[Panel] = [
        fold.kpis([]), fold.network([], [], ANN), fold.revenue([], "2026-11"), fold.transactions([]), fold.inhibits([]),
        fold.journey([]), fold.complaints([]),
    ]  # fmt: skip
    assert [type(panel) for panel in panels] == [
        KpiPanel, NetworkPanel, RevenuePanel, TransactionsPanel, InhibitsPanel, JourneyPanel, ComplaintsPanel,
    ]  # fmt: skip
    assert all(panel.as_of is None for panel in panels)


def test_insights_follow_from_every_panel_alerts_first() -> None:
    found = insights(every(), TODAY)
    assert [insight.code for insight in found.insights] == [
        "past-due", "cash-flow-negative", "inhibit-active", "complaint-old",
        "credit-full", "may-leave", "detractor", "revenue-falling", "journey-abandoned",
        "several-businesses",
    ]  # fmt: skip
    assert found.as_of == LOADED - 1000
    assert all(insight.text.en and insight.text.ja for insight in found.insights)
    assert found.missing == ()


def test_insights_name_the_panels_they_could_not_see() -> None:
    panels = {**every(), PanelName.REVENUE: RevenuePanel(state=PanelState.UNAVAILABLE)}
    found = insights(panels, TODAY)
    assert found.missing == (PanelName.REVENUE,)
    assert "revenue-falling" not in {insight.code for insight in found.insights}


def test_insights_of_nothing_are_unavailable_rather_than_good() -> None:
    panels = {name: panel.model_copy(update={"state": PanelState.UNAVAILABLE}) for name, panel in every().items()}
    assert insights(panels, TODAY).state is PanelState.UNAVAILABLE
