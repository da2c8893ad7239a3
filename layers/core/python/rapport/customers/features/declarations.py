"""The 75 features, each declared once: 65 of a customer at a cut-off, 10 of a transaction when it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rapport.calls.model import LocalisedText
from rapport.customers.features.algebra import (
    ANY,
    Aggregate,
    Change,
    Difference,
    Dimension,
    Distinct,
    Entropy,
    Expression,
    New,
    Number,
    Own,
    Ratio,
    Sign,
    Since,
    Statistic,
    This,
    Where,
)
from rapport.customers.features.calendar import NIGHT, WEEKEND
from rapport.customers.features.formula import formula, missing
from rapport.customers.vocabulary import CATEGORIES, CHANNELS


class Group(StrEnum):
    RECENCY = "recency"
    MONETARY = "monetary"
    FREQUENCY = "frequency"
    BEHAVIOURAL = "behavioural"
    TEMPORAL = "temporal"
    TREND = "trend"
    CATEGORY = "category"
    CONTEXT = "context"
    PATTERN = "pattern"
    BASIC = "basic"
    VELOCITY = "velocity"


class Known(StrEnum):
    """The first moment at which the value may be used."""

    CUT_OFF = "at any cut-off, from transactions strictly before it"
    ARRIVAL = "when the transaction arrives, from it alone"
    ARRIVAL_AND_PAST = "when the transaction arrives, from it and the customer's earlier ones"


class Unit(StrEnum):
    DAYS = "days"
    MONEY = "account currency"
    COUNT = "count"
    SHARE = "share, 0 to 1"
    RATIO = "ratio"
    CHANGE = "relative change, -1 to 1"
    POINTS = "difference of shares, -1 to 1"
    NATS = "nats"
    HOUR = "hours after local midnight"
    FLAG = "0 or 1"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its words, and the expression that computes it everywhere."""

    name: str
    group: Group
    unit: Unit
    known: Known
    label: LocalisedText
    description: str
    expression: Expression

    @property
    def formula(self) -> str:
        return formula(self.expression)

    @property
    def missing(self) -> str:
        """When the value is NaN; empty when it always has one."""
        return missing(self.expression)


PURCHASES = Where(sign=Sign.PURCHASE)
REFUNDS = Where(sign=Sign.REFUND)
ONLINE = Where(channels=frozenset({"online"}), name="online")
ATM = Where(channels=frozenset({"atm"}), name="cash machine")
DEBITS = Where(channels=frozenset({"direct_debit"}), name="direct debit")
# A direct debit goes on by itself after the customer has stopped caring.
OWN_ACTS = Where(channels=frozenset(CHANNELS) - {"direct_debit"}, name="self-initiated")
ONLINE_PURCHASES = Where(sign=Sign.PURCHASE, channels=frozenset({"online"}), name="online")
AT_NIGHT = Where(hours=NIGHT, name="night (0 to 6 h)")
ON_WEEKENDS = Where(weekdays=WEEKEND, name="weekend")


def _count(days: int, where: Where = ANY) -> Aggregate:
    return Aggregate(Statistic.COUNT, where, days)


def _sum(days: int, where: Where = PURCHASES) -> Aggregate:
    return Aggregate(Statistic.SUM, where, days)


def _max(days: int) -> Aggregate:
    return Aggregate(Statistic.MAX, PURCHASES, days)


def _deviation(days: int) -> Aggregate:
    return Aggregate(Statistic.DEVIATION, PURCHASES, days)


def _mean(days: int) -> Ratio:
    return Ratio(_sum(days), _count(days, PURCHASES))


def _share(where: Where, days: int) -> Ratio:
    return Ratio(_count(days, where), _count(days))


def _active(days: int) -> Aggregate:
    return Aggregate(Statistic.ACTIVE_DAYS, ANY, days)


def _gap(days: int) -> Ratio:
    return Ratio(Aggregate(Statistic.SPAN, ANY, days), Difference(_active(days), Number(1)))


def _of(group: Group, known: Known, *rows: tuple[str, Unit, Expression, str, str, str]) -> tuple[Feature, ...]:
    return tuple(
        Feature(name, group, unit, known, LocalisedText(en=en, ja=ja), description, expression)
        for name, unit, expression, en, ja, description in rows
    )


RECENCY = _of(
    Group.RECENCY,
    Known.CUT_OFF,
    ("days_since_transaction", Unit.DAYS, Since(ANY),
     "Days since the last transaction", "最終取引からの日数", "How long the account has been silent."),
    ("days_since_own_action", Unit.DAYS, Since(OWN_ACTS),
     "Days since the customer last acted", "最後の自発的な取引からの日数",
     "Silence of the customer, whatever direct debits still run."),
    ("days_since_online_purchase", Unit.DAYS, Since(ONLINE_PURCHASES),
     "Days since the last online purchase", "最後のオンライン購入からの日数", "Silence of the online channel."),
)  # fmt: skip

MONETARY = _of(
    Group.MONETARY,
    Known.CUT_OFF,
    ("spend_7d", Unit.MONEY, _sum(7), "Spending, 7 days", "支出額（7日）", "Purchases of the last week."),
    ("spend_30d", Unit.MONEY, _sum(30), "Spending, 30 days", "支出額（30日）", "Purchases of the last month."),
    ("spend_90d", Unit.MONEY, _sum(90), "Spending, 90 days", "支出額（90日）", "Purchases of the last quarter."),
    ("spend_365d", Unit.MONEY, _sum(365), "Spending, 1 year", "支出額（1年）", "Purchases of the last year."),
    ("net_spend_90d", Unit.MONEY, Difference(_sum(90), _sum(90, REFUNDS)),
     "Spending less refunds, 90 days", "返金控除後の支出額（90日）", "Negative when more came back than went out."),
    ("refunds_90d", Unit.MONEY, _sum(90, REFUNDS),
     "Refunded, 90 days", "返金額（90日）", "Money that came back, as a positive amount."),
    ("refund_share_365d", Unit.RATIO, Ratio(_sum(365, REFUNDS), _sum(365)),
     "Refunds per spending, 1 year", "支出に対する返金の比率（1年）", "Above 1 when more came back than was spent."),
    ("mean_purchase_30d", Unit.MONEY, _mean(30), "Mean purchase, 30 days", "平均購入額（30日）", "Size of a purchase."),
    ("mean_purchase_90d", Unit.MONEY, _mean(90), "Mean purchase, 90 days", "平均購入額（90日）", "Size of a purchase."),
    ("mean_purchase_365d", Unit.MONEY, _mean(365), "Mean purchase, 1 year", "平均購入額（1年）", "Size of a purchase."),
    ("sd_purchase_365d", Unit.MONEY, _deviation(365),
     "Spread of purchases, 1 year", "購入額の標準偏差（1年）", "Standard deviation, of a sample."),
    ("variation_purchase_365d", Unit.RATIO, Ratio(_deviation(365), _mean(365)),
     "Relative spread of purchases, 1 year", "購入額の変動係数（1年）", "Standard deviation per mean."),
    ("max_purchase_30d", Unit.MONEY, _max(30), "Largest purchase, 30 days", "最大購入額（30日）", "The largest one."),
    ("max_purchase_90d", Unit.MONEY, _max(90), "Largest purchase, 90 days", "最大購入額（90日）", "The largest one."),
    ("max_purchase_365d", Unit.MONEY, _max(365), "Largest purchase, 1 year", "最大購入額（1年）", "The largest one."),
    ("largest_purchase_share_90d", Unit.SHARE, Ratio(_max(90), _sum(90)),
     "Share of the largest purchase, 90 days", "最大購入額の割合（90日）", "How much was one purchase."),
    ("spend_per_active_day_90d", Unit.MONEY, Ratio(_sum(90), _active(90)),
     "Spending per active day, 90 days", "取引日あたりの支出額（90日）", "Per local day with a transaction."),
)  # fmt: skip

FREQUENCY = _of(
    Group.FREQUENCY,
    Known.CUT_OFF,
    ("transactions_7d", Unit.COUNT, _count(7), "Transactions, 7 days", "取引数（7日）", "Of any kind."),
    ("transactions_30d", Unit.COUNT, _count(30), "Transactions, 30 days", "取引数（30日）", "Of any kind."),
    ("transactions_90d", Unit.COUNT, _count(90), "Transactions, 90 days", "取引数（90日）", "Of any kind."),
    ("transactions_365d", Unit.COUNT, _count(365), "Transactions, 1 year", "取引数（1年）", "Of any kind."),
    ("active_days_30d", Unit.COUNT, _active(30), "Active days, 30 days", "取引のあった日数（30日）",
     "Local days with a transaction."),
    ("active_days_90d", Unit.COUNT, _active(90), "Active days, 90 days", "取引のあった日数（90日）",
     "Local days with a transaction."),
    ("active_days_365d", Unit.COUNT, _active(365), "Active days, 1 year", "取引のあった日数（1年）",
     "Local days with a transaction."),
    ("refund_count_365d", Unit.COUNT, _count(365, REFUNDS), "Refunds, 1 year", "返金回数（1年）", "How often."),
)  # fmt: skip

_CATEGORY_COUNTS = tuple(_count(365, Where(category=category)) for category in CATEGORIES)
BEHAVIOURAL = _of(
    Group.BEHAVIOURAL,
    Known.CUT_OFF,
    ("online_share_90d", Unit.SHARE, _share(ONLINE, 90),
     "Online share, 90 days", "オンライン取引の割合（90日）", "Of the number of transactions."),
    ("atm_share_90d", Unit.SHARE, _share(ATM, 90),
     "Cash machine share, 90 days", "ATM取引の割合（90日）", "Of the number of transactions."),
    ("direct_debit_share_90d", Unit.SHARE, _share(DEBITS, 90),
     "Direct debit share, 90 days", "口座振替の割合（90日）", "High in an account that is the household's main one."),
    ("merchants_90d", Unit.COUNT, Distinct(Dimension.MERCHANT, 90),
     "Merchants, 90 days", "利用店舗数（90日）", "Different ones."),
    ("transactions_per_merchant_365d", Unit.RATIO, Ratio(_count(365), Distinct(Dimension.MERCHANT, 365)),
     "Transactions per merchant, 1 year", "店舗あたりの取引数（1年）", "Loyalty to merchants."),
    ("countries_365d", Unit.COUNT, Distinct(Dimension.COUNTRY, 365),
     "Countries, 1 year", "利用国数（1年）", "Different ones."),
    ("category_entropy_365d", Unit.NATS, Entropy(_CATEGORY_COUNTS, "share of each category in transactions, 365 d"),
     "Variety of categories, 1 year", "利用カテゴリの多様性（1年）", "0 for one category, ln 20 for all alike."),
)  # fmt: skip

TEMPORAL = _of(
    Group.TEMPORAL,
    Known.CUT_OFF,
    ("night_share_90d", Unit.SHARE, _share(AT_NIGHT, 90),
     "Night share, 90 days", "深夜取引の割合（90日）", "Of the number of transactions, by local hour."),
    ("weekend_share_90d", Unit.SHARE, _share(ON_WEEKENDS, 90),
     "Weekend share, 90 days", "週末取引の割合（90日）", "Of the number of transactions, Saturdays and Sundays."),
    ("mean_gap_365d", Unit.DAYS, _gap(365),
     "Mean days between active days, 1 year", "取引日の平均間隔（1年）", "Rhythm of the account."),
    ("sd_gap_365d", Unit.DAYS, Aggregate(Statistic.GAP_DEVIATION, ANY, 365),
     "Spread of days between active days, 1 year", "取引日の間隔の標準偏差（1年）", "Regularity of the account."),
    ("silence_ratio_365d", Unit.RATIO, Ratio(Since(ANY), _gap(365)),
     "Silence against the usual gap", "通常の間隔に対する無取引期間の比率", "Above 1: silent for longer than usual."),
    ("observed_days", Unit.DAYS, Since(ANY, first=True),
     "Days since the first transaction", "初回取引からの日数", "Length of the history, of all time."),
)  # fmt: skip

TREND = _of(
    Group.TREND,
    Known.CUT_OFF,
    ("spend_change_30d", Unit.CHANGE, Change(_sum(30), Difference(_sum(60), _sum(30))),
     "Change of spending, 30 days", "支出の変化（30日）", "Against the 30 days before."),
    ("transactions_change_30d", Unit.CHANGE, Change(_count(30), Difference(_count(60), _count(30))),
     "Change of the number of transactions, 30 days", "取引数の変化（30日）", "Against the 30 days before."),
    ("spend_change_90d", Unit.CHANGE, Change(_sum(90), Difference(_sum(180), _sum(90))),
     "Change of spending, 90 days", "支出の変化（90日）", "Against the 90 days before."),
    ("online_share_change_90d", Unit.POINTS, Difference(_share(ONLINE, 90), _share(ONLINE, 365)),
     "Change of the online share", "オンライン割合の変化", "Last 90 days against the year."),
)  # fmt: skip

_JAPANESE = dict(
    zip(
        CATEGORIES,
        ("食料品", "外食", "交通", "燃料", "旅行", "宿泊", "光熱水道", "通信", "住居", "保険",
         "医療", "薬局", "教育", "衣料品", "家電", "家財", "娯楽", "ギャンブル", "現金", "振込"),
        strict=True,
    )
)  # fmt: skip
CATEGORY = _of(
    Group.CATEGORY,
    Known.CUT_OFF,
    *(
        (
            f"spend_share_{category}_365d",
            Unit.SHARE,
            Ratio(_sum(365, Where(sign=Sign.PURCHASE, category=category)), _sum(365)),
            f"Share of {category} in spending, 1 year",
            f"支出に占める{_JAPANESE[category]}の割合（1年）",
            "Of the amount of purchases.",
        )
        for category in CATEGORIES
    ),
)


def _usual(dimension: Dimension) -> Ratio:
    return _share(Where(same=dimension), 90)


TRANSACTION_FEATURES = (
    *_of(
        Group.CONTEXT,
        Known.ARRIVAL_AND_PAST,
        ("tx_amount_ratio_90d", Unit.RATIO, Ratio(This(Own.SIZE), _mean(90)),
         "Amount against the usual purchase", "通常の購入額に対する比率", "Above 1: larger than the mean purchase."),
        ("tx_category_share_90d", Unit.SHARE, _usual(Dimension.CATEGORY),
         "How usual the category is", "カテゴリの通常利用割合", "Share of earlier transactions in this category."),
        ("tx_new_merchant", Unit.FLAG, New(Dimension.MERCHANT, 365),
         "New merchant", "初めての店舗", "1 for a customer's first transaction."),
        ("tx_new_country", Unit.FLAG, New(Dimension.COUNTRY, 365),
         "New country", "初めての国", "1 for a customer's first transaction."),
    ),
    *_of(
        Group.PATTERN,
        Known.ARRIVAL_AND_PAST,
        ("tx_part_of_day_share_90d", Unit.SHARE, _usual(Dimension.PART),
         "How usual the time of day is", "時間帯の通常利用割合", "Share of earlier ones in this quarter of the day."),
        ("tx_weekday_share_90d", Unit.SHARE, _usual(Dimension.WEEKDAY),
         "How usual the weekday is", "曜日の通常利用割合", "Share of earlier transactions on this weekday."),
    ),
    *_of(
        Group.BASIC,
        Known.ARRIVAL,
        ("tx_amount", Unit.MONEY, This(Own.AMOUNT), "Amount", "取引額", "Negative for a refund."),
        ("tx_hour", Unit.HOUR, This(Own.HOUR), "Time of day", "取引時刻", "Local, with fraction."),
    ),
    *_of(
        Group.VELOCITY,
        Known.ARRIVAL_AND_PAST,
        ("tx_count_1h", Unit.COUNT, Aggregate(Statistic.COUNT, ANY, hours=1),
         "Transactions in the hour before", "直前1時間の取引数", "Without the one at hand."),
        ("tx_spend_24h", Unit.MONEY, Aggregate(Statistic.SUM, PURCHASES, hours=24),
         "Spending in the 24 hours before", "直前24時間の支出額", "Without the one at hand."),
    ),
)  # fmt: skip

CUSTOMER_FEATURES = (*RECENCY, *MONETARY, *FREQUENCY, *BEHAVIOURAL, *TEMPORAL, *TREND, *CATEGORY)
FEATURES = (*CUSTOMER_FEATURES, *TRANSACTION_FEATURES)
CUSTOMER_NAMES = tuple(feature.name for feature in CUSTOMER_FEATURES)
TRANSACTION_NAMES = tuple(feature.name for feature in TRANSACTION_FEATURES)
