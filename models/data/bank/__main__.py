"""`python -m models.data.bank [--seed N] [--customers N] [--out DIR] [--format parquet|csv]`: make the bank."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.data.bank.bank import CUSTOMERS, Bank, generate
from models.data.bank.ceiling import ceiling
from models.data.bank.period import FIRST
from models.data.bank.tables import FORMATS, tables, write

QUESTIONS = {
    "churn": "no transaction in the 90 days after a cut-off, of customers active in the 90 days before",
    "fraud": "a transaction is fraud",
    "credit": "a new credit defaults within 12 months",
    "payment": "a customer who calls then fails to pay",
}


def lines(bank: Bank) -> list[str]:
    """Counts, prevalences and ceilings, each line with the word SYNTHETIC."""
    japanese = sum(customer["language"] == "ja-JP" for customer in bank.customers)
    amount = bank.transactions["amount"]
    callers = len({found.call.customer.customer_id for found in bank.calls})
    found = [
        f"seed {bank.seed}: {len(bank.customers):,} customers, {japanese:,} of them with Japanese names",
        f"{len(amount):,} transactions, {int((amount < 0).sum()):,} of them refunds, in 18 months from {FIRST}",
        f"{len(bank.calls):,} calls by {callers:,} customers; {len(bank.applications['at']):,} credit applications",
    ]
    for task, labels in bank.labels.items():
        c = ceiling(labels)
        found.append(
            f"{task:7} {c.rows:6,} rows, {c.positives:5,} positive (prevalence {c.prevalence:.4f}); "
            f"Bayes ceiling expected: AUC {c.auc:.3f}, average precision {c.ap:.3f}; "
            f"on the outcomes as drawn: {c.drawn_auc:.3f}, {c.drawn_ap:.3f}; customers "
            f"{len(np.unique(labels['customer_id'])):,}"
        )
    return [f"SYNTHETIC  {line}" for line in found]


def readme(bank: Bank) -> str:
    """The text that lies beside the files."""
    questions = [f"- `labels_{task}`: {question}" for task, question in QUESTIONS.items()]
    return "\n".join(
        [
            "# SYNTHETIC demonstration bank",
            "",
            "**SYNTHETIC. Nobody in these files exists, and no figure from them says anything about a real bank.**",
            "Names are composed by chance; telephone numbers come from ranges kept for fiction or never assigned.",
            "",
            f"Made by `python -m models.data.bank --seed {bank.seed} --customers {len(bank.customers)}`.",
            "",
            "- `customers`: as of the end of the period",
            "- `transactions`: purchases above 0, refunds below 0, one account currency; `at` in epoch milliseconds",
            "- `applications`: forms of applications for credit",
            "- `calls`, `turns`: telephone calls and what was said",
            *questions,
            "",
            "In every table of labels: `at` (when the question is asked), `known_at` (when the answer is known),",
            "`label` (the answer as it fell) and `probability` (the true one, given a hidden state that no other file",
            "holds: the Bayes ceiling, never a feature).",
            "",
            "```",
            *lines(bank),
            "```",
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.data.bank", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--out", type=Path, help="write the tables into this folder")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    given = parser.parse_args(arguments)
    try:
        bank = generate(given.seed, given.customers)
    except ValueError as error:
        raise SystemExit(f"error: {error}") from error
    print("\n".join(lines(bank)))
    if given.out:
        written = write(tables(bank), given.out, given.format)
        (given.out / "README.md").write_text(readme(bank))
        print(f"SYNTHETIC  wrote {len(written)} tables and a README.md into {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
