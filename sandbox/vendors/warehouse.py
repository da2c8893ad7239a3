"""The six tables of the demonstration bank, made up: people C00001 to C00024, forty businesses, and what they did."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

PEOPLE, BUSINESSES = 24, 40
# Column and BigQuery type; the first DATE that `PARTITIONS` names is what a table is partitioned by.
TABLES: dict[str, dict[str, str]] = {
    "customer_kpis": {
        "month": "DATE", "pcin": "STRING", "bcin": "STRING", "business_name": "STRING", "role": "STRING",
        "sector": "STRING", "balance": "NUMERIC", "deposits": "NUMERIC", "credit_limit": "NUMERIC",
        "credit_used": "NUMERIC", "products": "INTEGER", "income": "NUMERIC", "outgoings": "NUMERIC",
        "days_past_due": "INTEGER", "logins_30d": "INTEGER", "calls_90d": "INTEGER", "nps": "INTEGER",
        "churn_probability": "FLOAT", "lifetime_value": "NUMERIC", "currency": "STRING", "loaded_at": "TIMESTAMP",
    },
    "revenue_data": {
        "month": "DATE", "bcin": "STRING", "product_line": "STRING", "revenue": "NUMERIC", "currency": "STRING",
        "loaded_at": "TIMESTAMP",
    },
    "transaction_data": {
        "booked_on": "DATE", "bcin": "STRING", "direction": "STRING", "category": "STRING", "amount": "NUMERIC",
        "currency": "STRING", "counterparty_bcin": "STRING", "counterparty_name": "STRING", "loaded_at": "TIMESTAMP",
    },
    "inhibit_data": {
        "set_on": "DATE", "pcin": "STRING", "bcin": "STRING", "inhibit_code": "STRING", "description": "STRING",
        "severity": "STRING", "lifted_on": "DATE", "loaded_at": "TIMESTAMP",
    },
    "customer_journeys": {
        "happened_on": "DATE", "happened_at": "TIMESTAMP", "pcin": "STRING", "bcin": "STRING", "stage": "STRING",
        "touchpoint": "STRING", "channel": "STRING", "outcome": "STRING", "loaded_at": "TIMESTAMP",
    },
    "complaints": {
        "opened_on": "DATE", "complaint_id": "STRING", "pcin": "STRING", "bcin": "STRING", "category": "STRING",
        "severity": "INTEGER", "status": "STRING", "closed_on": "DATE", "amount": "NUMERIC", "currency": "STRING",
        "summary": "STRING", "loaded_at": "TIMESTAMP",
    },
}  # fmt: skip
PARTITIONS = {
    "customer_kpis": "month", "revenue_data": "month", "transaction_data": "booked_on", "inhibit_data": "set_on",
    "customer_journeys": "happened_on", "complaints": "opened_on",
}  # fmt: skip
STORED = {"INTEGER": "INTEGER", "TIMESTAMP": "INTEGER", "NUMERIC": "REAL", "FLOAT": "REAL"}
SECTORS = ("Retail", "Logistics", "Hospitality", "Software", "Construction", "Health")
NAMES = ("Harbour", "Sakura", "Northgate", "Blue Pine", "Kaede", "Lakeside", "Meridian", "Tanuki", "Orchard", "Summit")
ENDINGS = ("Trading", "Foods", "Works", "Studio")
LINES = ("Lending", "Payments", "Accounts", "Foreign exchange")
SPENT = ("Suppliers", "Wages", "Rent", "Taxes", "Energy", "Travel")
BLOCKS = (("CARD-STOP", "Card reported lost", "high"), ("KYC-DUE", "Proof of identity is out of date", "medium"),
          ("NO-CREDIT", "No new credit", "high"), ("MAIL-RETURN", "Letters come back", "low"))  # fmt: skip
STAGES = ("aware", "apply", "onboard", "use", "service", "renew")
TOUCHES = (("Mobile app", "app"), ("Branch visit", "branch"), ("Phone call", "phone"), ("Web form", "web"),
           ("E-mail", "email"))  # fmt: skip
TROUBLES = ("Fees", "Card declined", "Waiting time", "Wrong booking", "App does not work")


def person(number: int) -> str:
    return f"C{number:05d}"


def business(number: int) -> str:
    return f"B{number:06d}"


def warehouse(today: date | None = None, seed: int = 7) -> sqlite3.Connection:
    """The tables in memory; the same for the same day and seed. Nothing in it is anybody's."""
    found = sqlite3.connect(":memory:", check_same_thread=False)
    rows = dict(_tables(today or datetime.now(UTC).date(), random.Random(seed)))
    for table, columns in TABLES.items():
        kinds = ", ".join(f"{name} {STORED.get(kind, 'TEXT')}" for name, kind in columns.items())
        found.execute(f'CREATE TABLE "{table}" ({kinds})')
        places = ", ".join(f":{name}" for name in columns)
        blank = dict.fromkeys(columns)
        found.executemany(f'INSERT INTO "{table}" VALUES ({places})', [{**blank, **row} for row in rows[table]])
    found.commit()
    found.execute("PRAGMA query_only = ON")
    return found


def _tables(today: date, rng: random.Random) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    night = datetime(today.year, today.month, today.day, 2, tzinfo=UTC) - timedelta(days=1)

    def loaded(hours: int) -> int:
        """When the nightly load of a table ended, in microseconds."""
        return int((night + timedelta(hours=hours)).timestamp() * 1_000_000)

    firms = {
        business(number): {
            "business_name": f"{NAMES[number % 10]} {ENDINGS[number // 10 % 4]}",
            "sector": SECTORS[number % 6],
        }
        for number in range(1, BUSINESSES + 1)
    }
    roles = _roles(rng, list(firms))
    for table, rows, hours in (
        ("customer_kpis", _kpis(today, rng, roles, firms), 0),
        ("revenue_data", _revenue(today, rng, list(firms)), 1),
        ("transaction_data", _transactions(today, rng, firms), 2),
        ("inhibit_data", _inhibits(today, rng), 3),
        ("customer_journeys", _journeys(today, rng), 3),
        ("complaints", _complaints(today, rng), 4),
    ):
        yield table, [{**row, "loaded_at": loaded(hours)} for row in rows]


def _roles(rng: random.Random, firms: list[str]) -> list[tuple[str, str, str]]:
    """Who stands behind which business. C00001 owns two, one of them together with C00002."""
    made = [(person(1), business(1), "owner"), (person(1), business(2), "director"), (person(2), business(2), "owner")]
    for number in range(3, PEOPLE + 1):
        for firm in rng.sample(firms[2:], rng.randint(0, 3)):
            made.append((person(number), firm, rng.choice(["owner", "director", "guarantor"])))
    return made


def months(today: date, count: int) -> list[str]:
    """First days of the last months, oldest first; the last one is under way."""
    first = today.year * 12 + today.month - 1
    return [date(index // 12, index % 12 + 1, 1).isoformat() for index in range(first - count + 1, first + 1)]


def _kpis(today: date, rng: random.Random, roles: list[tuple[str, str, str]], firms: dict[str, Any]) -> Iterator[Any]:
    own = [(person(number), "", "") for number in range(1, PEOPLE + 1)]
    for pcin, bcin, role in [*own, *roles]:
        size = 10 if bcin else 1
        limit = rng.choice([2_000, 5_000, 10_000]) * size
        balance, used = rng.uniform(500, 9_000) * size, rng.uniform(0.1, 0.95)
        for month in months(today, 14):
            balance *= rng.uniform(0.9, 1.12)
            used = min(1.0, max(0.0, used + rng.uniform(-0.06, 0.06)))
            yield {
                "month": month, "pcin": pcin, "bcin": bcin, "role": role,
                "business_name": firms[bcin]["business_name"] if bcin else "",
                "sector": firms[bcin]["sector"] if bcin else "",
                "balance": round(balance, 2), "deposits": round(balance * rng.uniform(0.2, 0.7), 2),
                "credit_limit": limit, "credit_used": round(limit * used, 2), "products": rng.randint(1, 6),
                "income": round(rng.uniform(1_500, 4_000) * size, 2),
                "outgoings": round(rng.uniform(1_400, 4_200) * size, 2),
                "days_past_due": rng.choice([0, 0, 0, 0, 12, 35]), "logins_30d": rng.randint(0, 40),
                "calls_90d": rng.randint(0, 6), "nps": rng.randint(2, 10),
                "churn_probability": round(rng.betavariate(2, 6), 3),
                "lifetime_value": round(rng.uniform(800, 7_000) * size, 2), "currency": "EUR",
            }  # fmt: skip


def _revenue(today: date, rng: random.Random, firms: list[str]) -> Iterator[Any]:
    for bcin in firms:
        level = {line: rng.uniform(50, 900) for line in LINES}
        drift = rng.uniform(0.94, 1.06)
        for month in months(today, 14):
            for line in LINES:
                level[line] *= drift * rng.uniform(0.93, 1.07)
                yield {
                    "month": month, "bcin": bcin, "product_line": line, "revenue": round(level[line], 2),
                    "currency": "EUR",
                }  # fmt: skip


def _transactions(today: date, rng: random.Random, firms: dict[str, Any]) -> Iterator[Any]:
    names = list(firms)
    for bcin in names:
        partners = rng.sample([name for name in names if name != bcin], 3)
        for _ in range(160):
            incoming = rng.random() < 0.45
            other = rng.choice(partners) if rng.random() < 0.3 else ""
            yield {
                "booked_on": (today - timedelta(days=rng.randint(0, 200))).isoformat(), "bcin": bcin,
                "direction": "credit" if incoming else "debit",
                "category": "Customers" if incoming else rng.choice(SPENT),
                "amount": round(rng.lognormvariate(6.5, 0.9), 2), "currency": "EUR", "counterparty_bcin": other,
                "counterparty_name": firms[other]["business_name"] if other else "",
            }  # fmt: skip


def _inhibits(today: date, rng: random.Random) -> Iterator[Any]:
    for number in (1, 3, 5, 8, 13, 21):
        for code, description, severity in rng.sample(BLOCKS, 2):
            since = today - timedelta(days=rng.randint(20, 600))
            lifted = since + timedelta(days=10) if rng.random() < 0.5 and number != 1 else None
            yield {
                "set_on": since.isoformat(), "pcin": person(number), "bcin": "", "inhibit_code": code,
                "description": description, "severity": severity, "lifted_on": lifted.isoformat() if lifted else None,
            }  # fmt: skip


def _journeys(today: date, rng: random.Random) -> Iterator[Any]:
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for number in range(1, PEOPLE + 1):
        for _ in range(rng.randint(3, 12)):
            at = midnight - timedelta(minutes=rng.randint(60, 180 * 1440))
            touchpoint, channel = rng.choice(TOUCHES)
            yield {
                "happened_on": at.date().isoformat(), "happened_at": int(at.timestamp() * 1_000_000),
                "pcin": person(number), "bcin": "", "stage": rng.choice(STAGES), "touchpoint": touchpoint,
                "channel": channel, "outcome": rng.choice(["completed", "completed", "completed", "abandoned"]),
            }  # fmt: skip


def _complaints(today: date, rng: random.Random) -> Iterator[Any]:
    for number in range(1, PEOPLE + 1, 2):
        for index in range(rng.randint(1, 3)):
            opened = today - timedelta(days=rng.randint(3, 300))
            closed = None if index == 0 else min(today, opened + timedelta(days=rng.randint(2, 40)))
            trouble = rng.choice(TROUBLES)
            yield {
                "opened_on": opened.isoformat(), "complaint_id": f"K{number:03d}-{index}", "pcin": person(number),
                "bcin": "", "category": trouble, "severity": rng.randint(1, 4),
                "status": "open" if closed is None else "closed",
                "closed_on": closed.isoformat() if closed else None,
                "amount": round(rng.uniform(5, 300), 2), "currency": "EUR",
                "summary": f"{trouble}: the customer wants an answer",
            }  # fmt: skip
