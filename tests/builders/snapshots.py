"""Snapshots of customers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from rapport.calls.model import Band, LocalisedText
from rapport.customers.snapshot import Ahead, Snapshot

from tests.builders.customers import at

LOYAL = LocalisedText(en="Loyal customers", ja="常連顧客")


def snapshot(customer_id: str = "C1", **fields: Any) -> Snapshot:
    """A loyal customer who is worth 1,200 dollars."""
    defaults: dict[str, Any] = {
        "at": at("2025-06-01"),
        "currency": "USD",
        "segment": "loyal",
        "segment_name": LOYAL,
        "recency_days": 10.0,
        "frequency": 40.0,
        "mean_purchase": 30.0,
        "value_12m": 1_200.0,
        "probability_active": 0.9,
        "churn": 0.04,
        "level": Band.LOW,
        "ahead": (Ahead(month="2025-07", expected=100.0, low=50.0, high=150.0),),
        "synthetic": True,
        "versions": {"churn": "1.0.0"},
    }
    return Snapshot.model_validate({**defaults, "customer_id": customer_id, **fields})


@st.composite
def snapshots(draw: st.DrawFn, customer_id: str, when: int) -> Snapshot:
    """Any snapshot of a customer at a moment: with and without purchases."""
    bought = draw(st.booleans())
    return snapshot(
        customer_id,
        at=when,
        currency=draw(st.sampled_from(["USD", "JPY"])) if bought else None,
        segment=draw(st.sampled_from(["loyal", "lost-big"])) if bought else None,
        recency_days=draw(st.floats(0, 400)) if bought else None,
        frequency=float(draw(st.integers(1, 5_000))) if bought else None,
        mean_purchase=draw(st.floats(0.01, 1e6)) if bought else None,
        value_12m=draw(st.floats(0, 1e7)) if bought else 0.0,
        churn=draw(st.floats(0, 1)),
        level=draw(st.sampled_from(list(Band))),
        ahead=tuple(
            Ahead(month=month, expected=expected, low=0.0, high=2 * expected)
            for month, expected in draw(
                st.dictionaries(st.sampled_from(["2025-07", "2025-08"]), st.floats(0, 1e6))
            ).items()
        ),
    )
