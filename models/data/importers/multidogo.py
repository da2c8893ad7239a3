"""MultiDoGO, finance: customers' turns with intents (Peskov et al., EMNLP 2019), CDLA-Permissive-1.0.

Files `finance_train.tsv` and `finance_dev.tsv` with the columns conversationId, utterance, intent. The licence lays
no duty on results of computation, such as a model, that hold no more than a trifling part of the data.
"""

from __future__ import annotations

import csv
from pathlib import Path

from models.intent import Turns

# Their name to ours. Turns with two intents at once, and one intent that occurs once, are left out.
INTENTS = {
    "reportlostcard": "lost_card",
    "replacecard": "replace_card",
    "updateaddress": "update_address",
    "checkbalance": "balance",
    "transfermoney": "transfer",
    "disputecharge": "dispute",
    "closeaccount": "close_account",
    "getroutingnumber": "account_details",
    "checkoffereligibility": "offer_eligibility",
    "orderchecks": "order_checks",
    "openinggreeting": "greeting",
    "closinggreeting": "farewell",
    "thankyou": "thanks",
    "confirmation": "confirmation",
    "rejection": "rejection",
    "contentonly": "information",
    "outofdomain": "other",
}


def read(folder: Path, part: str) -> Turns:
    """The turns of `train` or `dev`, grouped by conversation. Raises `FileNotFoundError` when the file is not there."""
    path = folder / f"finance_{part}.tsv"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: MultiDoGO needs finance_train.tsv and finance_dev.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return Turns.of(
        [(row["utterance"], INTENTS[row["intent"]], row["conversationId"]) for row in rows if row["intent"] in INTENTS]
    )
