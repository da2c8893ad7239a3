"""Entry point of docs_api. The document is generated (`make openapi`) and packaged beside this."""

from __future__ import annotations

import json
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponseContentSchema
from rapport.runtime.documented import problems
from rapport.runtime.errors import MethodNotAllowedError
from rapport.runtime.http import create_app, refuse, serve

app = create_app()
DOCUMENT = Path(__file__).parent / "openapi.json"  # put here by tools/build.py
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; font-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)
SWAGGER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rapport API</title><link rel="stylesheet" href="/api-docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/api-docs/swagger-ui-bundle.js"></script>
<script src="/api-docs/swagger-start.js"></script></body></html>
"""
REDOC = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rapport API</title></head><body><redoc spec-url="/api/openapi.json"></redoc>
<script src="/api-docs/redoc.standalone.js"></script></body></html>
"""
TEXT: OpenAPIResponseContentSchema = {"schema": {"type": "string"}}
OBJECT: OpenAPIResponseContentSchema = {"schema": {"type": "object"}}


def page(html: str) -> Response[str]:
    headers = {"content-security-policy": POLICY, "cache-control": "public, max-age=300"}
    return Response(HTTPStatus.OK.value, content_type="text/html; charset=utf-8", body=html, headers=headers)


@app.get(
    "/api/openapi.json", tags=["docs"], summary="This document", operation_id="getOpenapi", security=[],
    responses={200: {"description": "OpenAPI 3.1", "content": {"application/json": OBJECT}}, **problems(429)},
)  # fmt: skip
def openapi() -> Response[str]:
    headers = {"cache-control": "public, max-age=300"}
    return Response(
        HTTPStatus.OK.value, content_type="application/json", body=DOCUMENT.read_text(encoding="utf-8"), headers=headers
    )


@app.get(
    "/api/docs", tags=["docs"], summary="Interactive documentation", operation_id="getDocs", security=[],
    responses={200: {"description": "A page", "content": {"text/html": TEXT}}, **problems(429)},
)  # fmt: skip
def docs() -> Response[str]:
    return page(SWAGGER)


@app.get(
    "/api/redoc", tags=["docs"], summary="Reference documentation", operation_id="getRedoc", security=[],
    responses={200: {"description": "A page", "content": {"text/html": TEXT}}, **problems(429)},
)  # fmt: skip
def redoc() -> Response[str]:
    return page(REDOC)


@cache
def operations() -> list[tuple[re.Pattern[str], str]]:
    """Every documented path as a pattern, with the methods it has."""
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    return [
        (re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))), ", ".join(method.upper() for method in methods))
        for path, methods in paths.items()
    ]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve the pages. API Gateway sends here, too, what no other route takes: 405 if only the method is wrong."""
    path = event.get("rawPath", "")
    if event.get("routeKey", "").startswith("ANY "):
        for pattern, methods in operations():
            if pattern.fullmatch(path):
                return refuse(event, MethodNotAllowedError(f"this address takes {methods}"), {"allow": methods})
    return serve(app, event, context)
