"""What a customer may apply for: names, fees and documents, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rapport.documents.model import DocumentKind, Language


class ProductId(StrEnum):
    CURRENT_ACCOUNT = "current_account"
    SAVINGS_ACCOUNT = "savings_account"
    CREDIT_CARD = "credit_card"


@dataclass(frozen=True)
class Product:
    """A product. `names` and `fees` (service, price) by language; `lends` says that the bank's money is at stake."""

    names: dict[Language, str]
    fees: dict[Language, tuple[tuple[str, str], ...]]
    documents: tuple[DocumentKind, ...]
    lends: bool = False


PRODUCTS: dict[ProductId, Product] = {
    ProductId.CURRENT_ACCOUNT: Product(
        names={"en": "current account", "ja": "普通預金口座"},
        fees={
            "en": (
                ("Account keeping", "free"),
                ("Transfer to another bank", "145 JPY"),
                ("Card replacement", "1,100 JPY"),
            ),
            "ja": (("口座維持", "無料"), ("他行あて振込", "145円"), ("カード再発行", "1,100円")),
        },
        documents=(DocumentKind.ACCOUNT_AGREEMENT,),
    ),
    ProductId.SAVINGS_ACCOUNT: Product(
        names={"en": "savings account", "ja": "定期預金口座"},
        fees={
            "en": (("Account keeping", "free"), ("Ending before the term", "interest at the ordinary rate")),
            "ja": (("口座維持", "無料"), ("中途解約", "普通預金の利率を適用")),
        },
        documents=(DocumentKind.ACCOUNT_AGREEMENT,),
    ),
    ProductId.CREDIT_CARD: Product(
        names={"en": "credit card", "ja": "クレジットカード"},
        fees={
            "en": (("Annual fee", "1,375 JPY"), ("Cash advance", "15 % a year"), ("Late payment", "14.6 % a year")),
            "ja": (("年会費", "1,375円"), ("キャッシング", "年15.0%"), ("遅延損害金", "年14.6%")),
        },
        documents=(DocumentKind.ACCOUNT_AGREEMENT, DocumentKind.RISK_DISCLOSURE),
        lends=True,
    ),
}
