"""Entry point of live_connection: $connect and $disconnect."""

from __future__ import annotations

import os
import time
from typing import Any

import boto3
from rapport.identity.model import Principal
from rapport.live.model import Connection
from rapport.live.settings import ConnectionSettings
from rapport.live.store import LiveStore

settings = ConnectionSettings.from_environment(os.environ)
store = LiveStore(boto3.client("dynamodb"), settings.live_table)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Store the connection with what the authorizer found, or remove it."""
    del context
    request = event["requestContext"]
    connection_id = request["connectionId"]
    if request["eventType"] == "DISCONNECT":
        store.close(connection_id)
        return {"statusCode": 200}
    who = request["authorizer"]
    connection = Connection(
        connection_id=connection_id,
        principal=Principal.model_validate_json(who["principal"]),
        expires_at=int(who["expires_at"]),
    )
    store.open(connection, now_s=int(time.time()))
    return {"statusCode": 200}
