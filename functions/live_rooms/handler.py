"""Entry point of live_rooms: every message that a client sends."""

from __future__ import annotations

import os
import time
from typing import Any

import boto3
from rapport.calls.store import DynamoCallStore
from rapport.identity.store import IdentityStore
from rapport.live.gateway import ApiGatewayPost
from rapport.live.service import Rooms
from rapport.live.settings import RoomsSettings
from rapport.live.store import LiveStore

settings = RoomsSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
rooms = Rooms(
    connections=LiveStore(dynamodb, settings.live_table),
    calls=DynamoCallStore(dynamodb, settings.calls_table),
    teams=IdentityStore(dynamodb, settings.identity_table),
    post=ApiGatewayPost(boto3.client("apigatewaymanagementapi", endpoint_url=settings.live_management_url)),
    now_s=lambda: int(time.time()),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    del context
    rooms.receive(event["requestContext"]["connectionId"], event.get("body") or "")
    return {"statusCode": 200}
