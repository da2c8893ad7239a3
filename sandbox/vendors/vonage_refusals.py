"""How Vonage refuses: problem+json, and what it asks of a message and of a verification."""

from __future__ import annotations

import re
import uuid
from typing import Any

from aiohttp import web

ERRORS = "https://developer.vonage.com/api-errors"
NUMBER = re.compile(r"[1-9][0-9]{6,14}")
BRAND = re.compile(r"[^\\/{}:$]{1,18}")
CLIENT_REF = re.compile(r"[a-zA-Z0-9]{0,40}")
TITLES = {
    401: ("unauthorized", "Unauthorized", "You did not provide correct credentials."),
    402: ("low-balance", "Low balance", "This request could not be performed due to your account balance being low."),
    404: ("not-found", "Not Found", "Request was not found or it has been verified already."),
    429: ("throttled", "Rate Limit Hit", "Please wait, then retry your request"),
    500: ("internal-error", "Internal error", "There was an error processing your request in the Platform."),
    503: ("internal-error", "Service unavailable", "There was an error processing your request in the Platform."),
}


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> web.Response:
    """problem+json as Vonage writes it."""
    body = {"type": f"{ERRORS}#{kind}", "title": title, "detail": detail, "instance": uuid.uuid4().hex, **more}
    return web.json_response(body, status=status, content_type="application/problem+json")


def standard(status: int) -> web.Response:
    """The platform's usual words for a status."""
    return problem(status, *TITLES[status])


def invalid(name: str, reason: str) -> web.Response:
    """A parameter that is not accepted."""
    return problem(
        422,
        "invalid-params",
        "Invalid params",
        "The value of one or more parameters is invalid.",
        invalid_parameters=[{"name": name, "reason": reason}],
    )


def wrong_message(body: Any) -> web.Response | None:
    """What is wrong with a message, if anything."""
    if not isinstance(body, dict):
        return invalid("body", "must be a JSON object")
    if body.get("message_type") != "text" or body.get("channel") != "sms":
        return invalid("channel", "the sandbox sends text by sms")
    if not NUMBER.fullmatch(str(body.get("to", ""))):
        return invalid("to", "must be in E.164 without '+'")
    if not body.get("from"):
        return invalid("from", "is required")
    if not isinstance(body.get("text"), str) or not 0 < len(body["text"]) <= 1000:
        return invalid("text", "must have 1 to 1000 characters")
    return None


def wrong_verification(body: Any) -> web.Response | None:
    """What is wrong with the start of a verification, if anything."""
    if not isinstance(body, dict):
        return invalid("body", "must be a JSON object")
    if not BRAND.fullmatch(str(body.get("brand", ""))):
        return invalid("brand", "Brand is required")
    workflow = body.get("workflow")
    if not isinstance(workflow, list) or not 1 <= len(workflow) <= 3 or not isinstance(workflow[0], dict):
        return invalid("workflow", "must have 1 to 3 steps")
    if not NUMBER.fullmatch(str(workflow[0].get("to", ""))):
        return invalid("workflow[0].to", "must be in E.164 without '+'")
    if not _between(body.get("code_length", 4), 4, 10):
        return invalid("code_length", "must be from 4 to 10")
    if not _between(body.get("channel_timeout", 180), 15, 900):
        return invalid("channel_timeout", "must be from 15 to 900")
    if not CLIENT_REF.fullmatch(str(body.get("client_ref", ""))):
        return invalid("client_ref", "must be alphanumeric, at most 40 characters")
    return None


def _between(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
