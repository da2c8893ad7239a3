"""How long an SMS is: GSM 7-bit where every character is in its alphabet, else UCS-2 (3GPP TS 23.038)."""

from __future__ import annotations

SEGMENTS = 2
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


def sms_segments(text: str) -> int:
    """How many messages the network charges for a text."""
    if all(c in _BASIC or c in _EXTENDED for c in text):
        units, single, joined = sum(2 if c in _EXTENDED else 1 for c in text), 160, 153
    else:
        units, single, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= single else -(-units // joined)


def fits_sms(text: str) -> bool:
    return sms_segments(text) <= SEGMENTS
