"""What a customer leaves behind: an application that is over, documents, a record."""

from __future__ import annotations

import time
import uuid

from rapport.ai.chat_store import DynamoChatStore
from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore
from rapport.documents.model import Document, DocumentKind, DocumentState
from rapport.documents.store import DynamoDocumentStore
from rapport.onboarding.model import Applicant, Application, Event, EventType, State
from rapport.onboarding.store import DynamoJournal

from sandbox.stack import LocalStack
from tests.e2e.newcomers import Newcomer


class Remains:
    """Written as the contexts' own stores write it."""

    def __init__(self, stack: LocalStack, who: Newcomer) -> None:
        dynamodb = stack.client("dynamodb")
        self.who = who
        self.application_id = str(uuid.uuid4())
        self.customer_id = f"N-{uuid.uuid4().hex[:8]}"
        self.journal = DynamoJournal(dynamodb, stack.outputs["OnboardingTableName"])
        self.documents = DynamoDocumentStore(dynamodb, stack.outputs["DocumentsTableName"])
        self.conversations = DynamoChatStore(dynamodb, stack.outputs["AiTableName"])
        self.customers = CustomerStore(dynamodb, stack.outputs["CustomersTableName"])

    def leave(self) -> None:
        now = int(time.time() * 1000)
        name, phone, email = "Ito Mei", self.who.phone, self.who.form["email"]
        event = Event(
            seq=1, application_id=self.application_id, type=EventType.STARTED, at=now, by="system", state=State.ACTIVE
        ).sealed()
        application = Application(
            application_id=self.application_id,
            username=self.who.username,
            product="current_account",
            language="ja",
            state=State.ACTIVE,
            definition_version=1,
            started_at=now,
            changed_at=now,
            version=1,
            head=event.hash,
            customer_id=self.customer_id,
        )
        applicant = Applicant(
            application_id=self.application_id,
            username=self.who.username,
            name=name,
            phone=phone,
            email=email,
            birth_date="1990-01-31",
            country="JP",
            language="ja",
            product="current_account",
        )
        self.journal.begin(application, event, applicant)
        self.customers.put(Customer(customer_id=self.customer_id, name=name, phone=phone, email=email, joined_at=now))
        for kind, state in (
            (DocumentKind.ACCOUNT_AGREEMENT, DocumentState.SIGNED),
            (DocumentKind.WELCOME_LETTER, DocumentState.FINAL),
        ):
            self.documents.save(self._document(kind, state, now))

    def _document(self, kind: DocumentKind, state: DocumentState, at: int) -> Document:
        return Document(
            document_id=str(uuid.uuid4()),
            owner=self.application_id,
            username=self.who.username,
            kind=kind,
            language="ja",
            title=kind.value,
            template_version=1,
            revision=1,
            state=state,
            made_at=at,
            sha256="0" * 64,
            bytes=1,
        )
