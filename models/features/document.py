"""Generates docs/features.md from the declarations; `--check` says whether it is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from rapport.customers.features.declarations import CUSTOMER_FEATURES, FEATURES, TRANSACTION_FEATURES, Feature

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "features.md"
_HEAD = """# Features

{total} features: {customer} of a customer at a cut-off, {transaction} of a transaction when it arrives.
Generated from `rapport/customers/features/declarations.py` by `python -m models.features.document`: each is declared
once, and both the online state and the batch computation interpret that declaration.

- **Windows** of days are local calendar days (Japan, UTC+9): `7 d` is the day of the last instant before the cut-off
  and the six before it. Windows of hours are rolling, to the millisecond.
- **The cut-off** itself is outside: a feature sees transactions strictly before it. A feature of a transaction sees
  those that arrived before it, also in the same millisecond.
- **Amounts** are in the account's currency and count in whole thousandths. Purchases are above zero, refunds below;
  refunds are summed as positive amounts. An amount of zero is a transaction, but neither of the two.
- **Counts and sums** of nothing are 0; other values are NaN where the table says so, which models treat as missing.
- **Standard deviations** are those of a sample (n - 1).

Online, a customer's state (`rapport.customers.features.online.CustomerState`) keeps whole numbers per local day of the
last year, so that nothing drops out of a window early or late, the last day of each merchant and country, and the
last 24 hours one by one. Features of the customer do not depend on the order of arrival. As JSON the state of 10,000
transactions a year stays below 300 kB. When the declarations change, stored states are refused and must be rebuilt.
For training, `models.features.training_set` pairs features from before a cut-off with outcomes of a horizon after
it, and refuses a cut-off whose horizon is not over.
"""


def render() -> str:
    """The whole document."""
    counts = {"total": len(FEATURES), "customer": len(CUSTOMER_FEATURES), "transaction": len(TRANSACTION_FEATURES)}
    parts = [_HEAD.format(**counts)]
    for title, features in (("Of a customer", CUSTOMER_FEATURES), ("Of a transaction", TRANSACTION_FEATURES)):
        parts.append(f"## {title}\n")
        parts.extend(_group(group, list(rows)) for group, rows in groupby(features, key=lambda feature: feature.group))
    return "\n".join(parts)


def _group(group: str, features: list[Feature]) -> str:
    moments = sorted({feature.known.value for feature in features})
    lines = [
        f"### {group.capitalize()} ({len(features)})",
        "",
        f"Known {'; '.join(moments)}.",
        "",
        "| feature | meaning | formula | unit | NaN when |",
        "|---|---|---|---|---|",
        *_rows(features),
        "",
    ]
    return "\n".join(lines)


def _rows(features: Iterable[Feature]) -> Iterable[str]:
    for feature in features:
        meaning = f"{feature.label.en} / {feature.label.ja}. {feature.description}"
        cells = (f"`{feature.name}`", meaning, feature.formula, feature.unit.value, feature.missing or "never")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str]) -> int:
    """Write the document, or with --check compare it: 1 when it is out of date."""
    text = render()
    if "--check" in arguments:
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
            print("error: docs/features.md is out of date: python -m models.features.document", file=sys.stderr)
            return 1
        return 0
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
