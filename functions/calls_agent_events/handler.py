"""Entry point of calls_agent_events: a batch of the agent event stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.gateway import SqsPoisonSink
from rapport.calls.kinesis import raw_records
from rapport.calls.stream import apply_each
from rapport.identity.presence import AgentPresence
from rapport.identity.settings import PresenceSettings
from rapport.identity.store import IdentityStore
from rapport.runtime.batch import batch_answer

settings = PresenceSettings.from_environment(os.environ)
presence = AgentPresence(IdentityStore(boto3.client("dynamodb"), settings.identity_table))
poison = SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again."""
    del context
    return batch_answer(apply_each(raw_records(event), presence.apply, poison))
