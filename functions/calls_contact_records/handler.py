"""Entry point of calls_contact_records: a batch of the contact record stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.desk import CallRegister
from rapport.calls.gateway import SqsPoisonSink
from rapport.calls.joins import ContactJoiner
from rapport.calls.kinesis import raw_records
from rapport.calls.settings import JoinSettings
from rapport.calls.store import DynamoCallStore
from rapport.calls.stream import apply_each
from rapport.identity.store import IdentityStore
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms

settings = JoinSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
joiner = ContactJoiner(
    register=CallRegister(store=DynamoCallStore(dynamodb, settings.calls_table), clock=now_ms),
    agents=IdentityStore(dynamodb, settings.identity_table),
    clock=now_ms,
)
poison = SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again."""
    del context
    return batch_answer(apply_each(raw_records(event), joiner.apply_contact_record, poison))
