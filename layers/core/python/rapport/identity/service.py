"""What other contexts need of identity: phone numbers as they are stored."""

from __future__ import annotations

import phonenumbers

from rapport.runtime.errors import InvalidInputError


def e164(text: str) -> str:
    """A phone number in E.164, or `InvalidInputError` naming the field."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidInputError("give the number with its country code, e.g. +81312345678", field="phone_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
