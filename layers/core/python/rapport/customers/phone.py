"""Caller numbers as networks send them: E.164 where possible, and what their form already tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "private", "unknown", "withheld", "+266696687"})


class NumberKind(StrEnum):
    MOBILE = "MOBILE"
    FIXED = "FIXED"
    TOLL_FREE = "TOLL_FREE"
    PREMIUM = "PREMIUM"
    VOIP = "VOIP"
    OTHER = "OTHER"
    INVALID = "INVALID"
    WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """A caller's number; `e164` is None when it is withheld or no number at all."""

    e164: str | None
    kind: NumberKind
    country: str | None


_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: NumberKind.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.MOBILE,
    phonenumbers.PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    phonenumbers.PhoneNumberType.SHARED_COST: NumberKind.PREMIUM,
    phonenumbers.PhoneNumberType.VOIP: NumberKind.VOIP,
}


def read_number(address: object, default_country: str = "JP") -> CallerNumber:
    """Read a caller id: E.164, a national number of `default_country`, a SIP address, or nothing."""
    text = address.strip() if isinstance(address, str) else ""
    for scheme in ("sip:", "sips:", "tel:"):
        if text.lower().startswith(scheme):
            text = text[len(scheme) :].split("@", 1)[0].split(";", 1)[0]
    if text.lower() in WITHHELD:
        return CallerNumber(None, NumberKind.WITHHELD, None)
    try:
        number = phonenumbers.parse(text[:40], default_country)
    except phonenumbers.NumberParseException:
        return CallerNumber(None, NumberKind.INVALID, None)
    if not phonenumbers.is_possible_number(number):
        return CallerNumber(None, NumberKind.INVALID, None)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if not phonenumbers.is_valid_number(number):
        return CallerNumber(e164, NumberKind.INVALID, country)
    country = phonenumbers.region_code_for_number(number) or country
    return CallerNumber(e164, _KINDS.get(phonenumbers.number_type(number), NumberKind.OTHER), country)
