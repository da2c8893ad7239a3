"""What the help was used for and what it cost, from the sums of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rapport.ai.model import Feature, Model, Source

# Upper bounds in ms of the latency counters; what is slower falls into the last.
BUCKETS = (5, 10, 25, 50, 100, 250, 500, 1000, 2000, 4000, 8000, 15000, 30000)


def bucket_of(latency_ms: int) -> int:
    return next((bound for bound in BUCKETS if latency_ms <= bound), BUCKETS[-1])


class DaySums(Model):
    """Counters of one day and feature."""

    day: str
    feature: Feature
    counts: dict[str, int]


class FeatureUsage(Model):
    """One feature on one day (UTC), or over all days where `day` is null. Tokens and micro-USD."""

    day: str | None
    feature: Feature
    asked: int
    by_model: int
    by_rules: int
    cached: int
    cost_micro_usd: int
    unpriced: int
    input_tokens: int
    output_tokens: int


class Latency(Model):
    """Percentiles in ms: the upper bound of the counter that holds them. Null where nothing was asked."""

    source: Source
    asked: int
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None


class FallbackCount(Model):
    reason: str
    count: int


class BudgetLeft(Model):
    """Today's budget of a feature in micro-USD."""

    feature: Feature
    limit_micro_usd: int
    used_micro_usd: int
    left_micro_usd: int


class UsageReport(Model):
    """Usage of a period: by day and feature, in total by feature, fallbacks, latency, today's budgets."""

    first_day: str
    last_day: str
    days: list[FeatureUsage]
    features: list[FeatureUsage]
    fallbacks: list[FallbackCount]
    latency: list[Latency]
    budget: list[BudgetLeft]


def report(
    sums: Iterable[DaySums], *, first_day: str, last_day: str, used: Mapping[str, int], limit: int
) -> UsageReport:
    """The report of a period from its sums and of today's budgets from what is used."""
    rows = sorted(sums, key=lambda row: (row.day, row.feature))
    totals: dict[Feature, Counter[str]] = {}
    for row in rows:
        totals.setdefault(row.feature, Counter()).update(row.counts)
    everything = Counter[str]()
    for counts in totals.values():
        everything.update(counts)
    reasons = [(name.removeprefix("c_why_"), count) for name, count in everything.items() if name.startswith("c_why_")]
    return UsageReport(
        first_day=first_day,
        last_day=last_day,
        days=[_usage(row.day, row.feature, row.counts) for row in rows],
        features=[_usage(None, feature, counts) for feature, counts in sorted(totals.items())],
        fallbacks=[FallbackCount(reason=r, count=c) for r, c in sorted(reasons, key=lambda pair: (-pair[1], pair[0]))],
        latency=[_latency(source, everything) for source in Source],
        budget=[_budget(feature, used.get(feature.value, 0), limit) for feature in Feature],
    )


def _budget(feature: Feature, used: int, limit: int) -> BudgetLeft:
    return BudgetLeft(feature=feature, limit_micro_usd=limit, used_micro_usd=used, left_micro_usd=max(0, limit - used))


def _usage(day: str | None, feature: Feature, counts: Mapping[str, int]) -> FeatureUsage:
    return FeatureUsage(
        day=day,
        feature=feature,
        asked=counts.get("c_asked", 0),
        by_model=counts.get("c_source_model", 0),
        by_rules=counts.get("c_source_rules", 0),
        cached=counts.get("c_cached", 0),
        cost_micro_usd=counts.get("c_cost", 0),
        unpriced=counts.get("c_unpriced", 0),
        input_tokens=counts.get("c_input", 0),
        output_tokens=counts.get("c_output", 0),
    )


def _latency(source: Source, counts: Mapping[str, int]) -> Latency:
    seen = [(bound, counts.get(f"c_ms_{source.value}_{bound}", 0)) for bound in BUCKETS]
    asked = sum(count for _, count in seen)

    def percentile(share: float) -> int | None:
        passed = 0
        for bound, count in seen:
            passed += count
            if asked and passed >= share * asked:
                return bound
        return None

    return Latency(source=source, asked=asked, p50_ms=percentile(0.5), p95_ms=percentile(0.95), p99_ms=percentile(0.99))
