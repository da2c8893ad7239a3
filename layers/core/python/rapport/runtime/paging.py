"""Query parameters of every list that pages: how many items, and where the page before ended."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

Limit = Annotated[int, Query(ge=1, le=100, description="Items a page")]
Cursor = Annotated[str | None, Query(max_length=2048, description="`next_cursor` of the page before")]
