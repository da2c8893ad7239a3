"""Made-up merchants: ten per category in each of four pools, the home market of either language, online and abroad."""

from __future__ import annotations

import numpy as np
from rapport.customers.vocabulary import CATEGORIES

from models.data.bank.period import Ints, Strings

POOLS = ("US", "JP", "online", "abroad")
PER_CATEGORY = 10
_ENGLISH = ("Maple", "Harbor", "Summit", "Cedar", "Lakeside", "Orchard", "Pioneer", "Beacon", "Willow", "Granite")
_JAPANESE = ("みなと", "青葉", "ひまわり", "さつき", "あさひ", "北斗", "若葉", "つばめ", "千代", "すみれ")
_ONLINE = ("Pixel", "Nimbus", "Quickly", "Bluebird", "Parcel", "Orbit", "Lantern", "Kite", "Mosaic", "Tango")
_ABROAD = ("Porto", "Central", "Grand", "Riviera", "Metro", "Royal", "Plaza", "Europa", "Pacific", "Nova")
_NOUNS = {
    "groceries": ("Market", "スーパー"), "restaurants": ("Kitchen", "食堂"), "transport": ("Transit", "交通"),
    "fuel": ("Fuel", "石油"), "travel": ("Travel", "トラベル"), "lodging": ("Inn", "ホテル"),
    "utilities": ("Power", "電力"), "telecom": ("Mobile", "モバイル"), "housing": ("Homes", "不動産"),
    "insurance": ("Insurance", "保険"), "health": ("Clinic", "医院"), "pharmacy": ("Pharmacy", "薬局"),
    "education": ("Academy", "学院"), "clothing": ("Clothing", "衣料"), "electronics": ("Electronics", "電器"),
    "home": ("Furnishings", "家具"), "entertainment": ("Cinema", "シネマ"), "gambling": ("Games", "遊技"),
    "cash": ("Bank ATM", "銀行ATM"), "transfers": ("Transfer", "送金"),
}  # fmt: skip
_PREFIXES = (_ENGLISH, _JAPANESE, _ONLINE, _ABROAD)
# Where customers travel, and where merchants abroad are.
ABROAD = ("KR", "TW", "TH", "SG", "GB", "FR", "ES", "IT", "AU", "CA", "MX", "DE")

NAMES: Strings = np.array(
    [
        f"{prefix}{noun[1]}" if pool == 1 else f"{prefix} {noun[0]}" + (" Online" if pool == 2 else "")
        for pool, prefixes in enumerate(_PREFIXES)
        for noun in (_NOUNS[name] for name in CATEGORIES)
        for prefix in prefixes
    ]
)


def code(pool: Ints, category: Ints, number: Ints) -> Ints:
    """Position in `NAMES`; `number` runs round the ten."""
    found: Ints = (pool * len(CATEGORIES) + category) * PER_CATEGORY + number % PER_CATEGORY
    return found
