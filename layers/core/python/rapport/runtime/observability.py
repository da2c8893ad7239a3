"""Structured logs with the correlation id of the request, and metrics. Never text, names, numbers or tokens."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
