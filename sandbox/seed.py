"""The demonstration tenant: made-up customers and what they do, users of each role, Connect agents, some past calls."""

from __future__ import annotations

import json
import random
import secrets
import string
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.callers.feed_store import KinesisStream
from rapport.callers.tokens import tokens_from
from rapport.calls.conversation import read_stored
from rapport.calls.model import AnalysisStatus, Band, Call, CallEvent, CallStatus, Channel, EventType, Role
from rapport.calls.ports import Commit, StoredCall, events_after
from rapport.calls.records import Turn
from rapport.calls.store import DynamoCallStore
from rapport.customers.ledger import Ledger
from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore
from rapport.identity.store import IdentityStore
from rapport.profiles.store import DynamoProfiles
from rapport.trends.counts_store import DynamoCounts
from rapport.trends.series import Place as Clock
from rapport.vendors.secrets import SecretStore

from sandbox import counts, recent
from sandbox.activity import Activity
from sandbox.spending import book, joined

if TYPE_CHECKING:
    from sandbox.stack import Described

DAY_MS = 86_400_000
ENGLISH = ("Alex Morgan", "Jamie Reed", "Taylor Brooks", "Jordan Hayes", "Casey Lane", "Riley Stone", "Morgan Wells",
           "Avery Price", "Quinn Foster", "Harper Lowe", "Rowan Blake", "Sydney Marsh")  # fmt: skip
JAPANESE = ("山田 花子", "佐々木 翔", "鈴木 美咲", "高橋 大輔", "渡辺 結衣", "伊藤 健", "小林 彩", "加藤 翼",
            "吉田 真央", "山本 蓮", "松本 葵", "井上 悠")  # fmt: skip


@dataclass(frozen=True)
class DemoUser:
    """A user of the demonstration tenant."""

    username: str
    role: str
    team: str | None
    locale: str

    @property
    def connect_agent_id(self) -> str:
        """The last part of the agent's ARN in the demonstration Connect instance."""
        return f"agent-{self.username}"


USERS = (
    DemoUser("hana.sato", "agent", "collections", "ja"),
    DemoUser("ken.mori", "agent", "collections", "ja"),
    DemoUser("emma.clark", "agent", "cards", "en"),
    DemoUser("yuki.tanaka", "supervisor", "collections", "ja"),
    DemoUser("liam.hughes", "analyst", None, "en"),
    DemoUser("mia.novak", "analyst", None, "en"),
    DemoUser("admin", "admin", None, "en"),
    DemoUser("mia.lopez", "customer", None, "en"),
)


@dataclass(frozen=True)
class Tenant:
    """What was seeded."""

    passwords: dict[str, str]
    customers: tuple[Customer, ...]


def customers(count: int = 24, seed: int = 11) -> tuple[Customer, ...]:
    """Made-up customers with numbers from ranges that are reserved for fiction or never assigned."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        japanese = number % 2 == 1
        stress = rng.random()
        made.append(
            Customer(
                customer_id=f"C{number + 1:05d}",
                name=(JAPANESE if japanese else ENGLISH)[number // 2 % 12],
                phone=f"+8190000{10000 + number:05d}"[:13] if japanese else f"+1202555{100 + number:04d}",
                language="ja-JP" if japanese else "en-US",
                vip=number in (4, 7),
                days_past_due=round(60 * stress) if stress > 0.35 else 0,
                missed_payments_12m=round(4 * stress) if stress > 0.35 else 0,
                balance_due=round(300 + 4000 * stress, 2),
                credit_utilisation=round(0.1 + 0.85 * stress, 2),
                tenure_months=rng.randint(3, 160),
                promises_kept_share=round(1 - 0.8 * stress, 2),
                calls_90d=rng.randint(0, 4),
            )
        )
    return tuple(made)


def a_customer(language: str) -> Customer:
    """The first customer who speaks the language."""
    return next(customer for customer in customers() if customer.language == language)


def seed(stack: Described, credentials: Path) -> Tenant:
    """Seed everything; doing it again changes nothing."""
    outputs = stack.outputs
    dynamodb = stack.client("dynamodb")
    people = tuple(joined(customers()))
    store = CustomerStore(dynamodb, outputs["CustomersTableName"])
    for customer in people:
        store.put(customer)
    ledger = Ledger(dynamodb, outputs["CustomersTableName"])
    book(ledger, people)
    recent.book(ledger, int(time.time() * 1000))
    activity = _activity(stack)
    activity.begin()
    passwords = _users(stack, IdentityStore(dynamodb, outputs["IdentityTableName"]))
    credentials.write_text(json.dumps(passwords, indent=1))
    credentials.chmod(0o600)
    # The calls are of the last days: a profile that knew them first would take the weeks before for late.
    activity.end()
    _history(DynamoCallStore(dynamodb, outputs["CallsTableName"]), people)
    counts.book(DynamoCounts(dynamodb, outputs["TrendsTableName"]), int(time.time() * 1000), Clock(9))
    _snapshots(stack)
    return Tenant(passwords, people)


def _activity(stack: Described) -> Activity:
    outputs = stack.outputs
    vendors = SecretStore(stack.client("secretsmanager"), outputs["VendorSecretsArn"])
    return Activity(
        KinesisStream(stack.client("kinesis"), outputs["IntelligenceStreamName"]),
        DynamoProfiles(stack.client("dynamodb"), outputs["ProfilesTableName"]),
        tokens_from(vendors),
        int(time.time() * 1000),
    )


def _snapshots(stack: Described) -> None:
    """Start the daily round through all customers now; nobody waits for it."""
    client = stack.client("lambda")
    names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
    (name,) = [name for name in names if "ScoringSnapshots" in name]
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")


def _password() -> str:
    """Random, and within every rule of the pool."""
    body = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))
    return f"Rp-{body}-9z"


def _users(stack: Described, identity: IdentityStore) -> dict[str, str]:
    cognito, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    passwords: dict[str, str] = {}
    for team in {user.team for user in USERS if user.team}:
        cognito.create_group(UserPoolId=pool, GroupName=f"team:{team}")
    for user in USERS:
        passwords[user.username] = _password()
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.username,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": f"{user.username}@example.com"},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "locale", "Value": user.locale},
            ],
        )
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=user.username, Password=passwords[user.username], Permanent=True
        )
        for group in (user.role, f"team:{user.team}" if user.team else None):
            if group:
                cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.username, GroupName=group)
        identity.put_user(user.username, user.team, user.locale)
        if user.role == "agent":
            identity.link_agent(user.connect_agent_id, user.username, user.team)
    return passwords


def _history(store: DynamoCallStore, people: tuple[Customer, ...]) -> None:
    """Twelve ended calls of the last days, so that lists are not empty."""
    rng = random.Random(5)
    now = int(time.time() * 1000)
    for number in range(12):
        customer = people[number * 2 % len(people)]
        agent = USERS[number % 3]
        started = now - (number + 1) * DAY_MS // 3
        contact_id = f"history-{number:03d}"
        if store.load(contact_id) is not None:
            continue
        value = rng.randint(12, 85)
        band = Band.HIGH if value >= 70 else Band.MEDIUM if value >= 40 else Band.LOW
        japanese = customer.language == "ja-JP"
        words = (
            ("お電話ありがとうございます。", "残高を確認したいのですが。")
            if japanese
            else ("thank you for calling", "i would like to check my balance")
        )
        turns = tuple(
            read_stored(
                Turn(f"turn-{i}", role, role.value, text, i * 4000, i * 4000 + 3000),
                value,
                band,
            )
            for i, (role, text) in enumerate(zip((Role.AGENT, Role.CUSTOMER), words, strict=True))
        )
        call = Call(
            contact_id=contact_id,
            channel=Channel.VOICE,
            language=customer.language,
            status=CallStatus.ENDED,
            analysis=AnalysisStatus.COMPLETED,
            seq=1,
            started_at=started,
            ended_at=started + rng.randint(2, 9) * 60_000,
            agent_id=agent.username,
            team=agent.team,
            customer_id=customer.customer_id,
            customer_name=customer.name,
            phone=customer.phone,
            outcome=rng.choice(["PAID", "PROMISED", "RESOLVED", "CALLBACK"]),
        )
        event = CallEvent(
            contact_id=contact_id,
            seq=1,
            type=EventType.SCORE,
            at=started,
            agent_id=call.agent_id,
            team=call.team,
            call=call,
        )
        stored = StoredCall(call, language=customer.language, started=True, completed=True)
        store.commit(Commit(stored=stored, expected_seq=0, events=events_after(0, [event]), turns=turns))
