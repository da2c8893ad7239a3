"""The words of reports, in both languages."""

from __future__ import annotations

from rapport.calls.model import LocalisedText
from rapport.reports.model import Language

TEXTS = {
    "customers": LocalisedText(en="Customers", ja="顧客"),
    "transactions": LocalisedText(en="Transactions", ja="取引"),
    "cohorts": LocalisedText(en="Cohorts", ja="コホート"),
    "as_of": LocalisedText(en="As of {end} (UTC)", ja="{end} 時点(UTC)"),
    "period": LocalisedText(en="{start} to {end} (UTC)", ja="{start} ~ {end}(UTC)"),
    "table": LocalisedText(en="Table", ja="表"),
    "value": LocalisedText(en="Value", ja="値"),
    "share": LocalisedText(en="Share", ja="割合"),
    "name": LocalisedText(en="Name", ja="項目"),
    "purchases": LocalisedText(en="Purchases", ja="購入件数"),
    "spent": LocalisedText(en="Spent", ja="購入額"),
    "refunds": LocalisedText(en="Refunds", ja="返金件数"),
    "refunded": LocalisedText(en="Refunded", ja="返金額"),
    "net": LocalisedText(en="Net", ja="純額"),
    "by_month": LocalisedText(en="By month", ja="月別"),
    "by_category": LocalisedText(en="By category", ja="カテゴリー別"),
    "by_channel": LocalisedText(en="By channel", ja="チャネル別"),
    "segments": LocalisedText(en="Segments", ja="セグメント"),
    "risks": LocalisedText(en="Risk bands", ja="リスク区分"),
    "languages": LocalisedText(en="Languages", ja="言語"),
    "vip": LocalisedText(en="VIP", ja="VIP"),
    "joined": LocalisedText(en="Month of joining", ja="加入月"),
    "cohort": LocalisedText(en="Cohort", ja="コホート"),
    "size": LocalisedText(en="Joined", ja="加入者数"),
    "age": LocalisedText(en="Age (months)", ja="経過月数"),
    "month": LocalisedText(en="Month", ja="月"),
    "active": LocalisedText(en="Active", ja="アクティブ"),
    "active_share": LocalisedText(en="Active share", ja="アクティブ率"),
    "currency": LocalisedText(en="Currency", ja="通貨"),
    "activity": LocalisedText(en="Activity", ja="活動"),
    "spending": LocalisedText(en="Spending", ja="支出"),
    "activity_by_age": LocalisedText(en="Active share by age in months", ja="経過月数別アクティブ率"),
    "empty": LocalisedText(en="Nothing in this period.", ja="この期間のデータはありません。"),
    "unknown": LocalisedText(en="unknown", ja="不明"),
    "yes": LocalisedText(en="yes", ja="はい"),
    "no": LocalisedText(en="no", ja="いいえ"),
    "HIGH": LocalisedText(en="high", ja="高"),
    "MEDIUM": LocalisedText(en="medium", ja="中"),
    "LOW": LocalisedText(en="low", ja="低"),
    "card_present": LocalisedText(en="card in store", ja="店頭カード"),
    "online": LocalisedText(en="online", ja="オンライン"),
    "atm": LocalisedText(en="cash machine", ja="ATM"),
    "transfer": LocalisedText(en="transfer", ja="振込"),
    "direct_debit": LocalisedText(en="direct debit", ja="口座振替"),
    "groceries": LocalisedText(en="groceries", ja="食料品"),
    "restaurants": LocalisedText(en="restaurants", ja="外食"),
    "transport": LocalisedText(en="transport", ja="交通"),
    "fuel": LocalisedText(en="fuel", ja="燃料"),
    "travel": LocalisedText(en="travel", ja="旅行"),
    "lodging": LocalisedText(en="lodging", ja="宿泊"),
    "utilities": LocalisedText(en="utilities", ja="光熱費"),
    "telecom": LocalisedText(en="telecom", ja="通信"),
    "housing": LocalisedText(en="housing", ja="住居"),
    "insurance": LocalisedText(en="insurance", ja="保険"),
    "health": LocalisedText(en="health", ja="医療"),
    "pharmacy": LocalisedText(en="pharmacy", ja="薬局"),
    "education": LocalisedText(en="education", ja="教育"),
    "clothing": LocalisedText(en="clothing", ja="衣料品"),
    "electronics": LocalisedText(en="electronics", ja="電化製品"),
    "home": LocalisedText(en="home", ja="住まい用品"),
    "entertainment": LocalisedText(en="entertainment", ja="娯楽"),
    "gambling": LocalisedText(en="gambling", ja="賭け事"),
    "cash": LocalisedText(en="cash", ja="現金"),
    "transfers": LocalisedText(en="transfers", ja="送金"),
}


def words(key: str, language: Language) -> str:
    """The text of a key; a value that has none is its own text."""
    found = TEXTS.get(key)
    return key if found is None else str(getattr(found, language.value))
