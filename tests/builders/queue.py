"""Events of the bus as a queue hands them to a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def queued(*details: Mapping[str, Any]) -> dict[str, Any]:
    """A batch of events with these `detail`s; their message ids are m-0, m-1, …"""
    return {
        "Records": [
            {
                "messageId": f"m-{number}",
                "eventSource": "aws:sqs",
                "body": json.dumps({"version": "0", "source": "rapport.calls", "detail": detail}),
            }
            for number, detail in enumerate(details)
        ]
    }
