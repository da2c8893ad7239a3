"""credit: will this new credit default within a year?"""

from __future__ import annotations

from models.tasks import credit
from models.tasks.definition import definition

DEFINITION = definition(
    credit.NAME, "1.1.0", "Will this new credit default within a year?", credit.training_set, customers=6_000
)
