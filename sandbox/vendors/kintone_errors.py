"""Kintone's errors: a code, a message, and the fields it names."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

MESSAGES = {
    "CB_AU01": (401, "Please login."),
    "CB_NO02": (403, "No privilege to proceed."),
    "CB_VA01": (400, "Missing or invalid input."),
    "GAIA_AP01": (404, "The app not found. The app may have been deleted."),
    "GAIA_RE01": (404, "The specified record is not found."),
    "GAIA_CO02": (409, "The revision is not the latest. Someone may update a record."),
    "GAIA_LO04": (520, "The value does not exist in the datasource app for lookup."),
    "GAIA_TO04": (429, "The number of concurrent requests to this domain has exceeded the limit."),
    "GAIA_UN10": (400, "RECORD_NUMBER cannot be specified."),
    "GAIA_QU01": (400, "Invalid query."),
}


class KintoneError(Exception):
    """An error by its code, with fields where it names some."""

    def __init__(self, code: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors

    def response(self) -> web.Response:
        status, message = MESSAGES[self.code]
        body: dict[str, Any] = {"code": self.code, "id": secrets.token_urlsafe(15), "message": message}
        if self.errors:
            body["errors"] = {path: {"messages": [text]} for path, text in self.errors.items()}
        headers = {"X-ConcurrencyLimit-Limit": "100"} if status == 429 else {}
        return web.json_response(body, status=status, headers=headers)


def shape(status: int) -> web.Response:
    """A failure of the platform; 503 comes from its load balancer, as HTML."""
    if status == 503:
        return web.Response(status=503, text="<html><body>Service Unavailable</body></html>", content_type="text/html")
    return KintoneError("GAIA_TO04" if status == 429 else "CB_NO02").response()
