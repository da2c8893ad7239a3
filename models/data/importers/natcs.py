"""NatCS, finance: first requests of spoken customers (Gung et al. 2023; DSTC 11 Track 2), CDLA-Permissive-2.0.

File `test-finance.test-utterances.jsonl` with utterance and intent. Its intents overlap with ours in part only.
"""

from __future__ import annotations

import json
from pathlib import Path

from models.intent import Turns

INTENTS = {
    "CheckAccountBalance": "balance",
    "CheckCreditCardBalance": "balance",
    "MakeTransfer": "transfer",
    "CloseAccount": "close_account",
    "UpdateStreetAddress": "update_address",
    "OrderCheck": "order_checks",
    "RequestNewCard": "replace_card",
}


def read(folder: Path) -> Turns:
    """Turns whose intent is one of ours, every turn a group of its own. Raises `FileNotFoundError`."""
    path = folder / "test-finance.test-utterances.jsonl"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Turns.of(
        [(row["utterance"], INTENTS[row["intent"]], row["utterance_id"]) for row in rows if row["intent"] in INTENTS]
    )
