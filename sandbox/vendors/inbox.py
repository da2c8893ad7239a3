"""What people would have received: messages, codes, e-mails, documents. A page for persons, JSON for tests."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

SESSION = web.AppKey("session", ClientSession)
KEPT = 200
KEPT_DOCUMENTS = 40
_LINK = re.compile(r"https?://[^\s<>\"']+")
STYLE = """
:root { color-scheme: light dark; --line: #8a8f98; --soft: #f2f3f5; --ink: #16191f; --page: #fff; --link: #0550ae }
@media (prefers-color-scheme: dark) { :root { --soft: #1c2128; --ink: #e6edf3; --page: #0d1117; --link: #79b8ff } }
body { font: 16px/1.5 system-ui, "Hiragino Sans", "Noto Sans CJK JP", sans-serif; color: var(--ink);
  background: var(--page); margin: 0 auto; max-width: 60rem; padding: 1rem }
a { color: var(--link) } h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
article { border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; margin: .6rem 0 }
h3 { font-size: 1rem; margin: 0 } .meta { margin: 0; opacity: .85; font-size: .9rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .4rem 0 }
.code { font: 600 1.6rem ui-monospace, monospace; letter-spacing: .15em; margin: .2rem 0 }
"""
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@dataclass(frozen=True, kw_only=True)
class Sms:
    """`at` in epoch seconds."""

    message_uuid: str
    to: str
    sender: str
    text: str
    client_ref: str
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, kw_only=True)
class Code:
    request_id: str
    to: str
    brand: str
    code: str
    locale: str
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, kw_only=True)
class Document:
    document_id: str
    title: str
    size: int
    content: bytes = field(repr=False)
    at: float = field(default_factory=time.time)


class Inbox:
    """Newest last; the oldest are forgotten."""

    def __init__(self) -> None:
        self.messages: deque[Sms] = deque(maxlen=KEPT)
        self.codes: deque[Code] = deque(maxlen=KEPT)
        self.documents: deque[Document] = deque(maxlen=KEPT_DOCUMENTS)


def inbox_application(inbox: Inbox, *, emulator_url: str) -> web.Application:
    """The inbox below /sandbox/inbox. E-mails are read from the emulator's SES when asked."""
    application = web.Application()

    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(timeout=ClientTimeout(total=5)) as session:
            app[SESSION] = session
            yield

    async def emails() -> list[dict[str, Any]]:
        try:
            async with application[SESSION].get(f"{emulator_url}/_ministack/ses/messages") as answer:
                found = await answer.json(content_type=None)
        except (ClientError, TimeoutError, ValueError):
            return []
        listed = [message for messages in found.get("messages", {}).values() for message in messages]
        return sorted((_email(message) for message in listed), key=lambda email: float(email["at"]))[-KEPT:]

    async def as_json(request: web.Request) -> web.Response:
        to = request.query.get("to", "")
        body = {
            "messages": [asdict(sms) for sms in inbox.messages if to in ("", sms.to)],
            "codes": [asdict(code) for code in inbox.codes if to in ("", code.to)],
            "emails": [email for email in await emails() if to in ("", *email["to"])],
            "documents": [
                {"document_id": d.document_id, "title": d.title, "size": d.size, "at": d.at} for d in inbox.documents
            ],
        }
        return web.json_response(body, headers={"cache-control": "no-store"})

    async def as_page(request: web.Request) -> web.Response:
        if "application/json" in request.headers.get("accept", ""):
            return await as_json(request)
        return web.Response(text=page(inbox, await emails()), content_type="text/html", headers=HEADERS)

    async def document(request: web.Request) -> web.Response:
        for found in inbox.documents:
            if found.document_id == request.match_info["document_id"]:
                headers = {**HEADERS, "content-disposition": f'inline; filename="{found.document_id}.pdf"'}
                return web.Response(body=found.content, content_type="application/pdf", headers=headers)
        raise web.HTTPNotFound

    application.cleanup_ctx.append(opened)
    application.router.add_get("", as_page)
    application.router.add_get("/", as_page)
    application.router.add_get("/messages.json", as_json)
    application.router.add_get("/documents/{document_id}", document)
    return application


def _email(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": str(message.get("MessageId", "")),
        "sender": str(message.get("Source", "")),
        "to": [str(address) for address in message.get("To", [])],
        "subject": str(message.get("Subject") or ""),
        "text": str(message.get("BodyText") or ""),
        "html": str(message.get("BodyHtml") or ""),
        "at": float(message.get("Timestamp", 0)),
    }


def page(inbox: Inbox, emails: Iterable[dict[str, Any]]) -> str:
    """The page: nothing on it is anything but text, whatever a message holds."""
    codes = [
        _article(f"Code for {code.to}", f"{code.brand}, {code.locale}", code.at,
                 f'<p class="code">{escape(code.code)}</p>')
        for code in reversed(inbox.codes)
    ]  # fmt: skip
    messages = [
        _article(f"SMS to {sms.to}", f"from {sms.sender}", sms.at, _text(sms.text)) for sms in reversed(inbox.messages)
    ]
    letters = [
        _article(email["subject"] or "(no subject)", f"to {', '.join(email['to'])} from {email['sender']}",
                 email["at"], _text(email["text"]))
        for email in reversed(list(emails))
    ]  # fmt: skip
    documents = [
        _article(
            found.title,
            f"{found.size:,} bytes",
            found.at,
            f'<p><a href="/sandbox/inbox/documents/{escape(found.document_id)}">Open the PDF</a></p>',
        )
        for found in reversed(inbox.documents)
    ]
    sections = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{title} ({len(found)})</h2>'
        f"{''.join(found) or '<p>None yet.</p>'}</section>"
        for name, title, found in (
            ("codes", "Verification codes", codes),
            ("messages", "SMS", messages),
            ("emails", "E-mails", letters),
            ("documents", "Documents", documents),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox inbox</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>Sandbox inbox</h1>"
        "<p>What customers would have received. Nothing left this machine. "
        '<a href="/sandbox/inbox">Refresh</a> · <a href="/sandbox/inbox/messages.json">JSON</a></p>'
        f"{sections}</main></body></html>"
    )


def _article(title: str, meta: str, at: float, body: str) -> str:
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    return (
        f"<article><h3>{escape(title)}</h3>"
        f'<p class="meta">{escape(meta)} · <time datetime="{when}">{when.replace("T", " ")}</time></p>{body}</article>'
    )


def _text(text: str) -> str:
    """Escaped text with its addresses as links."""
    parts, last = [], 0
    for match in _LINK.finditer(text):
        link = escape(match[0])
        parts += [escape(text[last : match.start()]), f'<a href="{link}" rel="noreferrer">{link}</a>']
        last = match.end()
    return f"<pre>{''.join(parts)}{escape(text[last:])}</pre>"
