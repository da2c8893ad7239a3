"""Money in answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

# Exact inside, a JSON number outside.
Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
