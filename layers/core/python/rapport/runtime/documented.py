"""How operations say in the OpenAPI document what they answer: only codes that can really come."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from rapport.runtime.http import PROBLEM_JSON, Problem


def problems(
    *statuses: int,
    ok: type[BaseModel] | None = None,
    created: type[BaseModel] | None = None,
    accepted: type[BaseModel] | None = None,
    empty: bool = False,
    model: type[Problem] = Problem,
) -> dict[int, Any]:
    """The `responses` of an operation: its success and the problems it may answer with, which are a `model`."""
    found: dict[int, Any] = {}
    if ok is not None:
        found[200] = {"description": "Done", "content": {"application/json": {"model": ok}}}
    if created is not None:
        found[201] = {"description": "Created", "content": {"application/json": {"model": created}}}
    if accepted is not None:
        found[202] = {"description": "Accepted", "content": {"application/json": {"model": accepted}}}
    if empty:
        found[204] = {"description": "Done"}
    # The gateway itself refuses an address that is too long, whatever the operation.
    for status in sorted({*statuses, HTTPStatus.REQUEST_URI_TOO_LONG.value}):
        found[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_JSON: {"model": model}},
        }
    return found
