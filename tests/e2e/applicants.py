"""An applicant at the front door of a local stack: signs in, applies, reads what the sandbox's inbox received."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

View = dict[str, Any]
# Numbers of a made-up range; no test shares one, because the screen counts them.
_NUMBERS = itertools.count(secrets.randbelow(80_000_000) + 10_000_000, 7)


def customer(stack: LocalStack, username: str | None = None) -> Person:
    """A new user of the pool in the group of customers, signed in."""
    name, password = username or f"c{secrets.token_hex(5)}", f"Rp-{secrets.token_hex(8)}-Z9"
    cognito, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="customer")
    return Person.signed_in(stack.url, name, password)


@contextmanager
def failing(stack: LocalStack, vendor: str, mode: str = "unavailable", delay_s: float = 8) -> Iterator[None]:
    """A vendor that fails until the block ends. `delay_s` is how slow a slow one is."""
    switch(stack, vendor, mode, delay_s)
    try:
        yield
    finally:
        switch(stack, vendor, "none", delay_s)


def switch(stack: LocalStack, vendor: str, mode: str, delay_s: float) -> None:
    body = {"mode": mode, "delay_s": delay_s}
    answer = httpx.post(f"{stack.url}/sandbox/{vendor}/_faults", json=body, timeout=30)
    assert answer.status_code == 200, answer.text


@contextmanager
def configured(stack: LocalStack, function: str, **settings: str) -> Iterator[None]:
    """A function under other settings, as an operator would deploy them."""
    client = stack.client("lambda")
    names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
    (name,) = [each for each in names if function in each]
    before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **settings}})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": before})


@dataclass
class Applicant:
    """Somebody who applies, with what they gave."""

    stack: LocalStack
    person: Person
    operator: Person
    name: str = "Mei Ito"
    product: str = "current_account"
    changes: dict[str, Any] = field(default_factory=dict)
    application_id: str = ""

    def __post_init__(self) -> None:
        digits = next(_NUMBERS)
        self.body = {
            "name": self.name,
            "phone": f"+8190{digits:08d}",
            "email": f"mei.{digits}@example.jp",
            "birth_date": "1990-04-01",
            "country": "JP",
            "language": "en",
            "product": self.product,
            **self.changes,
        }

    @property
    def number(self) -> str:
        return str(self.body["phone"]).removeprefix("+")

    def begin(self) -> View:
        key = {"idempotency-key": f"start-{self.number}"}
        first, again = (self.person.post("/api/onboarding/start", self.body, headers=key) for _ in range(2))
        made = self.expect(201, first)
        assert again.json() == made
        self.application_id = made["application_id"]
        return made

    def expect(self, status: int, answer: httpx.Response) -> View:
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        found: View = answer.json()
        return found

    def post(self, what: str, body: Any = None) -> httpx.Response:
        return self.person.post(f"/api/onboarding/{self.application_id}/{what}", body)

    def decide(self, what: str, body: Any = None) -> httpx.Response:
        return self.operator.post(f"/api/onboarding/{self.application_id}/{what}", body)

    def view(self) -> View:
        return self.expect(200, self.operator.get(f"/api/onboarding/{self.application_id}"))

    def until(self, state: str, what: str | None = None, *, within_s: float = 60) -> View:
        """Wait until the application is there, and waits for this if something is named."""

        def there(view: View) -> bool:
            waits_for = (view["waiting"] or {}).get("what")
            return view["state"] == state and (what is None or waits_for == what)

        return eventually(self.view, there, within_s=within_s)

    def inbox(self) -> dict[str, list[dict[str, Any]]]:
        """What this applicant received: `codes`, `messages`, `emails`."""
        url = f"{self.stack.url}/sandbox/inbox/messages.json"
        mine: dict[str, list[dict[str, Any]]] = httpx.get(url, params={"to": self.number}, timeout=30).json()
        letters = httpx.get(url, params={"to": self.body["email"]}, timeout=30).json()["emails"]
        return {**mine, "emails": letters}

    def code(self) -> str:
        return str(eventually(self.inbox, lambda inbox: bool(inbox["codes"]))["codes"][-1]["code"])

    def verify(self) -> None:
        self.until("phone", "code")
        self.expect(200, self.post("code", {"code": self.code()}))

    def hold_video(self) -> None:
        self.until("video", "video")
        self.expect(200, self.decide("video-held"))

    def sign(self) -> View:
        view = self.until("documents", "signature")
        for document in view["documents"]:
            body = {"document_id": document["document_id"], "name": self.name.upper()}
            view = self.expect(200, self.post("sign", body))
        return view

    def history(self) -> View:
        """Events and whether their chain is whole."""
        return self.expect(200, self.operator.get(f"/api/onboarding/{self.application_id}/events"))

    def types(self) -> list[str]:
        return [event["type"] for event in self.history()["events"]]

    def execution(self) -> str:
        """The status of the application's execution."""
        machines = self.stack.client("stepfunctions").list_state_machines()["stateMachines"]
        (arn,) = [machine["stateMachineArn"] for machine in machines if "nboarding" in machine["name"]]
        arn = f"{arn.replace(':stateMachine:', ':execution:')}:{self.application_id}"
        return str(self.stack.client("stepfunctions").describe_execution(executionArn=arn)["status"])

    def ended(self, state: str, *, within_s: float = 60) -> None:
        """Wait for the end: the state, the execution over, the chain whole."""
        self.until(state, within_s=within_s)
        assert eventually(self.execution, lambda status: status != "RUNNING") == "SUCCEEDED"
        assert self.history()["verification"]["intact"]


def applicant(stack: LocalStack, operator: Person, **given: Any) -> Applicant:
    """A new customer with a new application."""
    made = Applicant(stack, customer(stack), operator, **given)
    made.begin()
    return made
