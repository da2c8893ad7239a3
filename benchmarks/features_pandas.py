"""The same 75 features in plain pandas, as one would write them for a notebook: the baseline of the benchmark.

Group-bys and rolling windows over a frame of codes and numbers, the form that suits pandas best. Aggregates that
share a window come from one `agg`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rapport.customers.features.calendar import DAY_MS, OFFSET_MS
from rapport.customers.features.declarations import CUSTOMER_NAMES, TRANSACTION_NAMES
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.transactions import Transactions

_ONLINE, _ATM, _DEBIT = (CHANNELS.index(name) for name in ("online", "atm", "direct_debit"))


def frame_of(transactions: Transactions) -> pd.DataFrame:
    """The columns as a frame; not part of what is timed."""
    names = ("customer", "at", "amount", "category", "channel", "merchant", "country")
    return pd.DataFrame({name: getattr(transactions, name) for name in names})


def _with_local_time(frame: pd.DataFrame) -> pd.DataFrame:
    local = pd.to_datetime(frame["at"] + OFFSET_MS, unit="ms")
    return frame.assign(local=local, day=local.dt.normalize(), hour=local.dt.hour, weekday=local.dt.day_of_week)


def customer_features(frame: pd.DataFrame, as_of: int, customers: int) -> pd.DataFrame:  # noqa: PLR0915 - a notebook
    """A row per customer code, a column per feature."""
    known = _with_local_time(frame[frame["at"] < as_of])
    today = pd.to_datetime(as_of - 1 + OFFSET_MS, unit="ms").normalize()
    purchases, refunds = known[known["amount"] > 0], known[known["amount"] < 0]
    out = pd.DataFrame(index=pd.RangeIndex(customers))

    def last(rows: pd.DataFrame, days: int) -> pd.DataFrame:
        return rows[rows["day"] > today - pd.Timedelta(days=days)]

    def since(rows: pd.DataFrame, moment: str) -> pd.Series:
        return (as_of - rows.groupby("customer")["at"].agg(moment)) / DAY_MS

    def size(rows: pd.DataFrame) -> pd.Series:
        return rows.groupby("customer").size().reindex(out.index, fill_value=0)

    def change(recent: pd.Series, both: pd.Series) -> pd.Series:
        return (recent - (both - recent)) / both.where(both > 0)

    out["days_since_transaction"] = since(known, "max")
    out["days_since_own_action"] = since(known[known["channel"] != _DEBIT], "max")
    out["days_since_online_purchase"] = since(purchases[purchases["channel"] == _ONLINE], "max")
    out["observed_days"] = since(known, "min")

    bought = {}
    for days in (7, 30, 60, 90, 180, 365):
        found = last(purchases, days).groupby("customer")["amount"].agg(["sum", "mean", "max", "std"])
        bought[days] = found.reindex(out.index)
        bought[days]["sum"] = bought[days]["sum"].fillna(0.0)
    for days in (7, 30, 90, 365):
        out[f"spend_{days}d"] = bought[days]["sum"]
    for days in (30, 90, 365):
        out[f"mean_purchase_{days}d"] = bought[days]["mean"]
        out[f"max_purchase_{days}d"] = bought[days]["max"]
    returned = {days: -last(refunds, days).groupby("customer")["amount"].sum() for days in (90, 365)}
    returned = {days: found.reindex(out.index, fill_value=0.0) for days, found in returned.items()}
    spent = bought[365]["sum"].where(bought[365]["sum"] > 0)
    out["net_spend_90d"] = out["spend_90d"] - returned[90]
    out["refunds_90d"] = returned[90]
    out["refund_share_365d"] = returned[365] / spent
    out["sd_purchase_365d"] = bought[365]["std"]
    out["variation_purchase_365d"] = bought[365]["std"] / bought[365]["mean"]
    out["largest_purchase_share_90d"] = bought[90]["max"] / bought[90]["sum"]

    windows = {days: last(known, days) for days in (7, 30, 60, 90, 365)}
    counts = {days: size(rows) for days, rows in windows.items()}
    for days in (7, 30, 90, 365):
        out[f"transactions_{days}d"] = counts[days]
    for days in (30, 90, 365):
        active = windows[days].groupby("customer")["day"].nunique()
        out[f"active_days_{days}d"] = active.reindex(out.index, fill_value=0)
    out["spend_per_active_day_90d"] = out["spend_90d"] / out["active_days_90d"].where(out["active_days_90d"] > 0)
    out["refund_count_365d"] = size(last(refunds, 365))

    quarter = windows[90].assign(
        online=windows[90]["channel"] == _ONLINE,
        atm=windows[90]["channel"] == _ATM,
        direct_debit=windows[90]["channel"] == _DEBIT,
        night=windows[90]["hour"] < 6,
        weekend=windows[90]["weekday"] >= 5,
    )
    shares = quarter.groupby("customer")[["online", "atm", "direct_debit", "night", "weekend"]].mean()
    for name in shares:
        out[f"{name}_share_90d"] = shares[name]
    year = windows[365]
    out["merchants_90d"] = quarter.groupby("customer")["merchant"].nunique().reindex(out.index, fill_value=0)
    distinct = year.groupby("customer")[["merchant", "country"]].nunique().reindex(out.index, fill_value=0)
    out["transactions_per_merchant_365d"] = counts[365] / distinct["merchant"].where(distinct["merchant"] > 0)
    out["countries_365d"] = distinct["country"]
    table = pd.crosstab(year["customer"], year["category"])
    share = table.div(table.sum(axis=1), axis=0)
    out["category_entropy_365d"] = -(share * np.log(share.where(share > 0))).sum(axis=1)

    days_active = year.drop_duplicates(["customer", "day"])
    gaps = days_active.groupby("customer")["day"].diff().dt.days.groupby(days_active["customer"]).agg(["mean", "std"])
    out["mean_gap_365d"], out["sd_gap_365d"] = gaps["mean"], gaps["std"]
    out["silence_ratio_365d"] = out["days_since_transaction"] / out["mean_gap_365d"]

    out["spend_change_30d"] = change(bought[30]["sum"], bought[60]["sum"])
    out["spend_change_90d"] = change(bought[90]["sum"], bought[180]["sum"])
    out["transactions_change_30d"] = change(counts[30], counts[60])
    online_year = (year["channel"] == _ONLINE).groupby(year["customer"]).mean()
    out["online_share_change_90d"] = out["online_share_90d"] - online_year

    by_category = last(purchases, 365).pivot_table(
        index="customer", columns="category", values="amount", aggfunc="sum", fill_value=0.0
    )
    by_category = by_category.reindex(index=out.index, columns=range(len(CATEGORIES)), fill_value=0.0)
    by_category = by_category.div(spent, axis=0)
    by_category.columns = [f"spend_share_{name}_365d" for name in CATEGORIES]
    return out.join(by_category)[list(CUSTOMER_NAMES)]


def transaction_features(frame: pd.DataFrame) -> pd.DataFrame:
    """A row per transaction, a column per feature; the frame is sorted by customer and time."""
    rows = _with_local_time(frame)
    rows["purchase"] = rows["amount"].clip(lower=0.0)
    rows["is_purchase"] = (rows["amount"] > 0).astype(float)
    rows["part"] = rows["hour"] // 6
    rows["one"] = 1.0
    out = pd.DataFrame(index=rows.index)

    def before(keys: list[str], column: str, window: str, on: str) -> np.ndarray:
        """Rolling sums of a group's rows in the window, less the row itself; in the frame's order."""
        grouped = rows if keys == ["customer"] else rows.sort_values(keys, kind="stable")
        rolled = grouped.groupby(keys)[[on, column]].rolling(window, on=on)[column].sum().to_numpy()
        earlier = pd.Series(rolled, index=grouped.index) - grouped[column]
        return np.asarray(earlier.reindex(rows.index))

    spent, bought = (before(["customer"], name, "90D", "day") for name in ("purchase", "is_purchase"))
    count = before(["customer"], "one", "90D", "day")
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(bought > 0.5, spent / bought, np.nan)
        out["tx_amount_ratio_90d"] = rows["amount"].abs() / mean
        for name, key in (("category", "category"), ("part_of_day", "part"), ("weekday", "weekday")):
            same = before(["customer", key], "one", "90D", "day")
            out[f"tx_{name}_share_90d"] = np.where(count > 0.5, same / count, np.nan)
    for name in ("merchant", "country"):
        previous = rows.groupby(["customer", name], sort=False)["day"].shift()
        seen = previous > rows["day"] - pd.Timedelta(days=365)
        out[f"tx_new_{name}"] = (~seen).astype(float)
    out["tx_amount"] = rows["amount"]
    out["tx_hour"] = (rows["local"] - rows["day"]).dt.total_seconds() / 3600
    out["tx_count_1h"] = before(["customer"], "one", "1h", "local")
    out["tx_spend_24h"] = before(["customer"], "purchase", "24h", "local")
    return out[list(TRANSACTION_NAMES)]
