"""Which numbers get a code. Codes cost money, and fraudsters own numbers that earn it (SMS pumping)."""

from __future__ import annotations

from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberType

from rapport.runtime.errors import InvalidInputError

# Premium, shared-cost, personal, satellite and voicemail numbers earn somebody money; land lines take no SMS.
REACHED_BY_SMS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
FIELD = "phone_number"


def mobile(text: str, countries: Collection[str]) -> str:
    """A mobile number in E.164 of one of these countries (ISO 3166, two letters), or `InvalidInputError`."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidInputError("give the number with its country code, e.g. +819012345678", field=FIELD)
    if phonenumbers.region_code_for_number(number) not in countries:
        raise InvalidInputError("no codes are sent to numbers of this country", field=FIELD)
    if phonenumbers.number_type(number) not in REACHED_BY_SMS:
        raise InvalidInputError("give a mobile number: codes are sent by SMS", field=FIELD)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """An E.164 number of which the last two digits show."""
    return f"+{'*' * (len(number) - 3)}{number[-2:]}"


def block(number: str) -> str:
    """The thousand numbers around this one: whoever pumps SMS rents them by the block."""
    return number[:-3]
