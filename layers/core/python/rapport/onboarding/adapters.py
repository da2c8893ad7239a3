"""Vendors and other contexts as onboarding's ports."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore
from rapport.documents.model import DocumentKind, NewDocument
from rapport.documents.service import DocumentService
from rapport.onboarding.model import Applicant, Application, Step
from rapport.onboarding.ports import CheckOutcome
from rapport.onboarding.products import PRODUCTS, ProductId
from rapport.onboarding.reminding import Reminder
from rapport.onboarding.words import MESSAGES
from rapport.vendors.email import SesEmail
from rapport.vendors.errors import VendorRefused
from rapport.vendors.kintone import Kintone
from rapport.vendors.vonage import VerificationOutcome, Vonage

VIDEO_TOKEN_S = 2 * 3600
# How the ids of customers begin who came by an application.
CUSTOMER = "app-"
LANGUAGE_TAGS = {"en": "en-US", "ja": "ja-JP"}
VERIFY_LOCALES = {"en": "en-us", "ja": "ja-jp"}
_OUTCOMES = {
    VerificationOutcome.COMPLETED: CheckOutcome.COMPLETED,
    VerificationOutcome.WRONG_CODE: CheckOutcome.WRONG,
    VerificationOutcome.TOO_MANY_TRIES: CheckOutcome.TOO_MANY,
    VerificationOutcome.EXPIRED: CheckOutcome.EXPIRED,
}


class VonageVerifications:
    """Implements `Verifications`."""

    def __init__(self, vonage: Vonage, brand: str) -> None:
        self._vonage = vonage
        self._brand = brand

    def start(self, applicant: Applicant) -> str:
        """Send a code. One that runs for the number already is taken over: its code is still good."""
        try:
            started = self._vonage.start_verification(
                applicant.phone.removeprefix("+"),
                self._brand,
                VERIFY_LOCALES[applicant.language],
                applicant.application_id,
            )
        except VendorRefused as refused:
            if refused.code == "concurrent" and refused.reference:
                return refused.reference
            raise
        return started.request_id

    def check(self, request_id: str, code: str) -> CheckOutcome:
        """What Vonage says to a code."""
        return _OUTCOMES[self._vonage.check_verification(request_id, code).outcome]

    def cancel(self, request_id: str) -> None:
        """Stop a verification. Vonage refuses that at first and near the end: it ends by itself within minutes."""
        try:
            self._vonage.cancel_verification(request_id)
        except VendorRefused:
            return


class VonageVideos:
    """Implements `Videos`."""

    def __init__(self, vonage: Vonage) -> None:
        self._vonage = vonage

    def create(self, application_id: str) -> str:
        """A session. A retry makes another one, which nobody enters."""
        del application_id
        return self._vonage.create_video_session().session_id

    def token(self, session_id: str, *, role: str, name: str) -> str:
        """A token for two hours, made here."""
        return self._vonage.video_client_token(
            session_id, "moderator" if role == "operator" else "publisher", name, VIDEO_TOKEN_S
        )

    def end(self, session_id: str) -> None:
        """Nothing to end at the vendor: without a token nobody enters, and tokens end by themselves."""
        del session_id


class ApplicationDocuments:
    """Implements `Documents`."""

    def __init__(self, documents: DocumentService, bank: str) -> None:
        self._documents = documents
        self._bank = bank

    def make(self, applicant: Applicant, kind: str) -> str:
        """A document of the plan, filled for the applicant."""
        product = PRODUCTS[ProductId(applicant.product)]
        today = datetime.now(UTC)
        language = applicant.language
        values = {
            "bank_name": self._bank,
            "customer_name": applicant.name,
            "product_name": product.names[language],
            "application_id": applicant.application_id,
            "date": f"{today:%Y年%m月%d日}" if language == "ja" else f"{today:%d %B %Y}",
            "personal_note": _NOTES[language],
            "fees": [{"service": service, "price": price} for service, price in product.fees[language]],
        }
        new = NewDocument(
            owner=applicant.application_id,
            username=applicant.username,
            kind=DocumentKind(kind),
            language=language,
            values=values,
        )
        return self._documents.make(new).document_id

    def sign(self, document_id: str, *, by: str, at: int) -> None:
        """Put the applicant's name under a draft."""
        self._documents.sign(document_id, by=by, at=at)

    def discard(self, document_id: str) -> None:
        """Throw a document away."""
        self._documents.discard(document_id)


_NOTES = {
    "en": "Please read this document in peace. If a sentence is unclear, ask us before you sign.",
    "ja": "どうぞごゆっくりお読みください。分かりにくいところは、署名の前にお尋ねください。",
}


class KintoneCrm:
    """Implements `Crm`. The app has the fields that docs/onboarding.md lists; `application_id` is unique in it."""

    KEY = "application_id"

    def __init__(self, kintone: Kintone, app: str) -> None:
        self._kintone = kintone
        self._app = app

    def write(self, applicant: Applicant, application: Application) -> str:
        """Insert or update the record of the application."""
        record = {
            "name": applicant.name,
            "phone": applicant.phone,
            "email": applicant.email,
            "product": applicant.product,
            "language": applicant.language,
            "status": "onboarded",
            "reviewed": "yes" if application.case_id else "no",
        }
        return self._kintone.upsert(self._app, self.KEY, application.application_id, record).id

    def cancel(self, application_id: str) -> None:
        """Mark the record cancelled, and take the personal data out of it."""
        blank = {"name": "", "phone": "", "email": "", "status": "cancelled"}
        self._kintone.upsert(self._app, self.KEY, application_id, blank)


class Sender:
    """Implements `Messages` (an SMS, and an e-mail that says more) and `Reminds`. `link` leads to the applicant."""

    def __init__(self, vonage: Vonage, email: SesEmail, *, bank: str, link: str) -> None:
        self._vonage = vonage
        self._email = email
        self._bank = bank
        self._link = link

    def send(self, applicant: Applicant, application: Application, name: str) -> None:
        """Send both; the e-mail first, because it may be sent twice with less harm than an SMS."""
        self.send_with(applicant, application, name, self._link)

    def send_with(self, applicant: Applicant, application: Application, name: str, link: str) -> None:
        """The same with another link."""
        message = MESSAGES[name][applicant.language]
        product = PRODUCTS[ProductId(applicant.product)].names[applicant.language]
        fields = {"bank": self._bank, "name": applicant.name, "product": product, "link": link}
        self._mail(applicant, message.subject.format(**fields), message.text.format(**fields))
        self._vonage.send_sms(
            applicant.phone.removeprefix("+"), message.sms.format(**fields), f"{application.application_id}-{name}"
        )

    def remind(self, applicant: Applicant, reminder: Reminder) -> None:
        """Send words of the assistant's; the bank signs them, as it does its own."""
        if reminder.channel == "email":
            self._mail(applicant, reminder.subject or self._bank, f"{reminder.text}\n\n{self._bank}")
            return
        self._vonage.send_sms(
            applicant.phone.removeprefix("+"), f"{self._bank}: {reminder.text}", f"{applicant.application_id}-reminder"
        )

    def _mail(self, applicant: Applicant, subject: str, text: str) -> None:
        html = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")).replace("\n", "<br>")
        self._email.send(applicant.email, subject, text, html)


class RecordOfCustomers:
    """Implements `Customers`."""

    def __init__(self, store: CustomerStore) -> None:
        self._store = store

    def activate(self, applicant: Applicant, application: Application) -> str:
        """The customer's record, under an id that follows from the application."""
        customer = Customer(
            customer_id=f"{CUSTOMER}{application.application_id}",
            name=applicant.name,
            phone=applicant.phone,
            email=applicant.email,
            language=LANGUAGE_TAGS[applicant.language],
            joined_at=application.started_at,
        )
        self._store.put(customer)
        return customer.customer_id


def application_of(customer_id: str) -> str | None:
    """The application that made a customer; None for one who came another way."""
    return customer_id.removeprefix(CUSTOMER) if customer_id.startswith(CUSTOMER) else None


class Inbox:
    """Implements `Reviews`: the operators' inbox lists applications themselves, so a case is only a name."""

    def open(self, application: Application, *, step: Step | None) -> str:
        """The same name for the same reason."""
        return f"{application.application_id}/{step.value if step else 'review'}"
