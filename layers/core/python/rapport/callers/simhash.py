"""Fingerprints of 64 bits (Charikar, STOC 2002), which events told of what was said before there were sketches.

None is made any more. Those in the stream, in stored calls and at stored places still link calls with each other, so
that an old stream folded again finds what it found.
"""

from __future__ import annotations

BANDS = 8
# At most so many bits apart is the same script.
NEAR = 12


def near(one: str, other: str) -> int | None:
    """How many bits apart two fingerprints of 16 hexadecimal digits are, 0 to 12; None for texts that are no version
    of one script.
    """
    apart = (int(one, 16) ^ int(other, 16)).bit_count()
    return apart if apart <= NEAR else None


def bands(fingerprint: str) -> list[str]:
    """Eight pieces of a byte with their place: texts within 7 bits share one for certain, within 12 mostly."""
    return [f"{place}{fingerprint[2 * place : 2 * place + 2]}" for place in range(BANDS)]
