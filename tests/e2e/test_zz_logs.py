"""What was logged in the whole session: no code, token, secret, phone number, address or name. Runs last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.e2e.applicants import applicant
from tests.e2e.client import Person

pytestmark = pytest.mark.e2e
PATTERNS = {
    "a phone number": re.compile(r"(?<![\w.-])\+?81[789]0\d{8}(?!\d)"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]{2,}"),
    "a signed token": re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a private key": re.compile(r"PRIVATE KEY"),
}


PLANTED = (
    ("a phone number", "sent to +819012345678"),
    ("a phone number", '{"to":"819012345678"}'),
    ("an e-mail address", "to mei@example.jp now"),
    ("a signed token", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x"),
    ("a private key", "-----BEGIN PRIVATE KEY-----"),
)


@pytest.mark.parametrize(("what", "line"), PLANTED)
def test_the_scan_sees_what_it_looks_for(what: str, line: str) -> None:
    assert [name for name, pattern in PATTERNS.items() if pattern.search(line)] == [what]


def logged(stack: LocalStack) -> Iterator[tuple[str, str]]:
    """Every line of every log group."""
    client = stack.client("logs")
    groups = [g for page in client.get_paginator("describe_log_groups").paginate() for g in page["logGroups"]]
    for group in groups:
        name = group["logGroupName"]
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=name):
            yield from ((name, event["message"]) for event in page["events"])


def strings(value: object) -> Iterator[str]:
    """Every text in nested JSON that is long enough to be nobody else's."""
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, str) and len(value) >= 8:
        yield value


def secrets_of(stack: LocalStack) -> set[str]:
    """What nobody may read in a log: vendors' credentials, passwords, codes, links' tokens."""
    answer = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["VendorSecretsArn"])
    kept = json.loads(answer["SecretString"])
    public = {kept["vonage"]["application_id"], kept["vonage"]["sender"]}
    inbox = httpx.get(f"{stack.url}/sandbox/inbox/messages.json", timeout=30).json()
    links = {sms["text"].rpartition("#")[2] for sms in inbox["messages"] if "resume#" in sms["text"]}
    return {*strings(kept)} - public | {*stack.credentials.values()} | links


def test_no_line_of_the_session_tells_what_only_its_owner_may_know(stack: LocalStack, liam: Person) -> None:
    made = applicant(stack, liam)
    made.verify()
    made.sign()
    made.ended("active")
    inbox = httpx.get(f"{stack.url}/sandbox/inbox/messages.json", timeout=30).json()
    codes = re.compile(r"(?<![\w.-])(" + "|".join(code["code"] for code in inbox["codes"]) + r")(?![\w.-])")
    words = secrets_of(stack) | {made.name, "Noa Fischer", str(made.person.token)}
    lines = list(logged(stack))
    assert sum("vendor call" in line for _, line in lines) > 5
    found = {
        (group, what, line[:300])
        for group, line in lines
        for what, told in (
            *((what, bool(pattern.search(line))) for what, pattern in {**PATTERNS, "a code": codes}.items()),
            ("a secret or a name", any(word in line for word in words)),
        )
        if told
    }
    assert found == set()
