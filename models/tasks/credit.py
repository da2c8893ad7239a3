"""Credit: applications, from the form and what was known of earlier ones; directions where they are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rapport.calls.model import LocalisedText

from models.data.bank.credit import FORM
from models.data.bank.period import DAY_MS, Bools, Columns, Floats, Ints, Strings
from models.data.bank.tables import Tables, TablesError
from models.tasks.frame import Split, TrainingSet, held_out, known_by, places

NAME = "credit"
OUTCOME_DAYS = 365
MOST_REASONS = 4
# The later part of the mature applications, and a year before it nothing, so that every label was known in time.
_TEST_SHARE = 0.3
MONOTONE = {
    "stated_income": -1,
    "debt_to_income": 1,
    "credit_utilisation": 1,
    "missed_payments_12m": 1,
    "months_since_missed": -1,
    "enquiries_6m": 1,
    "open_loans": 1,
    "months_employed": -1,
    "tenure_months": -1,
    "instalment_to_income": 1,
    "known_defaults": 1,
}


# Principal reasons: a code, a sentence in English and Japanese, and the features that speak for it.
_REASONS = (
    ("missed_payments", ("missed_payments_12m", "months_since_missed"),
     "Payments were missed in the last twelve months.", "過去12か月に支払いの遅れがあります。"),
    ("past_default", ("known_defaults",),
     "An earlier credit was not repaid.", "以前のお借入れの返済が済んでいません。"),
    ("utilisation", ("credit_utilisation",),
     "A large part of the available credit is in use.", "ご利用可能枠の多くをすでにお使いです。"),
    ("debt", ("debt_to_income", "open_loans"),
     "Existing debt is high for the income.", "収入に対して既存のお借入れが多くなっています。"),
    ("amount", ("requested_amount", "term_months", "instalment_to_income"),
     "The amount or its instalments are high for the income.",
     "収入に対してお申込額や毎月の返済額が大きくなっています。"),
    ("income", ("stated_income",),
     "The stated income is low for this credit.", "ご申告の収入がこのお借入れには不足しています。"),
    ("enquiries", ("enquiries_6m", "earlier_applications"),
     "There were many recent applications for credit.", "最近のお借入れの申込みが多くなっています。"),
    ("employment", ("months_employed",),
     "The present employment is recent.", "現在のお勤め先での期間が短くなっています。"),
    ("tenure", ("tenure_months",),
     "The relationship with the bank is recent.", "当行とのお取引期間が短くなっています。"),
)  # fmt: skip
REASONS: dict[str, tuple[LocalisedText, tuple[str, ...]]] = {
    code: (LocalisedText(en=en, ja=ja), features) for code, features, en, ja in _REASONS
}


def principal_reasons(contributions: Mapping[str, float], most: int = MOST_REASONS) -> list[str]:
    """Codes of what raised this applicant's risk, the strongest first, at most `most`; none for what lowered it.

    `contributions`: of each feature to the log-odds of default, against an average applicant (SHAP).
    """
    sums = {code: sum(contributions.get(name, 0.0) for name in features) for code, (_, features) in REASONS.items()}
    raised = sorted((code for code in sums if sums[code] > 0), key=lambda code: (-sums[code], code))
    return raised[:most]


def training_set(tables: Tables, now: int | None = None) -> TrainingSet:
    """A row per application whose outcome was certain at `now`, epoch milliseconds (None: the last transaction).

    A loan of last month has not had the time to default: to take it as repaid would make recent loans look good.
    """
    form, labels = tables.applications, tables.labels.get(NAME)
    if not form or labels is None:
        raise TablesError(f"{NAME} needs the tables applications and labels_{NAME}")
    place = places(labels["application_id"], form["application_id"])
    time, target = form["at"].astype(np.int64), labels["label"][place].astype(np.float64)
    known_at = np.maximum(labels["known_at"][place].astype(np.int64), time + OUTCOME_DAYS * DAY_MS)
    columns: Columns = {name: form[name].astype(np.float64) for name in FORM}
    columns["instalment_to_income"] = form["requested_amount"] / form["term_months"] / form["stated_income"]
    earlier, defaults = earlier_loans(form["customer_id"], time, known_at, (target > 0) & (place >= 0))
    columns |= {"earlier_applications": earlier, "known_defaults": defaults}
    moment = int(tables.transactions["at"].max()) if now is None else now
    found = TrainingSet(
        name=NAME,
        columns=columns,
        target=target,
        truth=labels["probability"][place] if "probability" in labels else np.full(len(place), np.nan),
        customer=form["customer_id"],
        row=form["application_id"],
        time=time,
        known_at=known_at,
        synthetic="probability" in labels,
        monotone=MONOTONE,
    )
    return found.rows(known_by(found, moment) & (place >= 0))


def earlier_loans(customer: Strings, time: Ints, known_at: Ints, bad: Bools) -> tuple[Floats, Floats]:
    """For each application, how many earlier ones the customer made, and how many had by then been seen to default."""
    _, code = np.unique(customer, return_inverse=True)
    return _count_before(code, time, code, time), _count_before(code[bad], known_at[bad], code, time)


def _count_before(code: Ints, at: Ints, whose: Ints, when: Ints) -> Floats:
    """How many of the events (code, at) each (whose, when) has strictly before it."""
    first = int(min(at.min(initial=0), when.min(initial=0)))
    span = int(max(at.max(initial=0), when.max(initial=0))) - first + 2
    keys = np.sort(code * span + at - first)
    found: Floats = (np.searchsorted(keys, whose * span + when - first) - np.searchsorted(keys, whose * span)).astype(
        np.float64
    )
    return found


def splits(found: TrainingSet, *, seed: int = 0) -> tuple[Split, ...]:
    """Other customers; then later applications, by models of those whose outcome was known when the later began."""
    moment = int(np.quantile(found.time, 1 - _TEST_SHARE))
    return (
        held_out(found, "customers held out", seed=seed),
        held_out(
            found,
            "later in time, mature outcomes, customers held out",
            seed=seed,
            train=known_by(found, moment),
            test=found.time >= moment,
        ),
    )
