"""Entry point of cases_outcomes: a batch of the cases table's stream, events only."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.cases.model import CaseEvent
from rapport.cases.outcomes import OutcomeRecorder
from rapport.cases.settings import CasesOutcomesSettings
from rapport.registry.store import DynamoRegistry
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms
from rapport.runtime.errors import DependencyUnavailableError
from rapport.runtime.observability import logger

settings = CasesOutcomesSettings.from_environment(os.environ)
recorder = OutcomeRecorder(DynamoRegistry(boto3.client("dynamodb"), settings.models_table), now_ms)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the first record that must be delivered again; those after it come with it, in order."""
    del context
    for record in event["Records"]:
        happened = CaseEvent.model_validate_json(record["dynamodb"]["NewImage"]["json"]["S"])
        # The head of the chain, where whoever can write to the table cannot reach it (docs/cases.md).
        head = {"case_id": happened.case_id, "seq": happened.seq, "head": happened.hash}
        try:
            labelled = recorder.record(happened)
        except DependencyUnavailableError:
            logger.exception("outcome not recorded", extra=head)
            return batch_answer([record["dynamodb"]["SequenceNumber"]])
        logger.info("case event", extra={**head, "labelled": labelled})
    return batch_answer([])
