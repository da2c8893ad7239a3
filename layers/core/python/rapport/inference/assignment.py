"""Which model answers which customer: a split that needs no memory and never changes its mind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from rapport.runtime.errors import ConfigurationError


class Arm(StrEnum):
    """CHALLENGER answers its customers. SHADOW is scored for its customers, but the champion's answer counts."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"


def uniform(salt: str, customer_id: str) -> float:
    """A share in [0, 1) fixed for this pair: the first 53 bits of SHA-256 of both.

    The salt's length stands before it, or ("ab", "c") and ("a", "bc") would be one.
    """
    digest = hashlib.sha256(f"{len(salt)}:{salt}{customer_id}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of customers, 0 to 1. Another `salt` shuffles everybody anew.

    The challenger takes the low end and the shadow the high end, so that raising a share moves customers
    only into that arm and nobody out of it. Raises `ConfigurationError` for impossible shares.
    """

    salt: str
    challenger: float = 0.0
    shadow: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.challenger <= 1 and 0 <= self.shadow <= 1 and self.challenger + self.shadow <= 1):
            raise ConfigurationError(
                f"the shares of challenger ({self.challenger}) and shadow ({self.shadow}) must lie in 0 to 1 together"
            )

    def arm(self, customer_id: str) -> Arm:
        """The customer's arm."""
        share = uniform(self.salt, customer_id)
        if share < self.challenger:
            return Arm.CHALLENGER
        return Arm.SHADOW if share >= 1 - self.shadow else Arm.CHAMPION
