"""Entry point of customers_import: one uploaded file, told by EventBridge."""

from __future__ import annotations

import os
import re
from typing import Any

import boto3
from rapport.customers.import_model import Import, ImportKind, ImportState, RowError
from rapport.customers.import_store import ImportFiles, ImportStore
from rapport.customers.import_targets import CustomerRows, TransactionRows
from rapport.customers.imports import MOST_BYTES, Importer
from rapport.customers.rows import WHOLE_ROW
from rapport.customers.settings import CustomersImportSettings
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger

settings = CustomersImportSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
imports = ImportStore(dynamodb, settings.customers_table)
files = ImportFiles(boto3.client("s3"), settings.files_bucket)
_KEY = re.compile(r"imports/([A-Za-z0-9-]{1,128})/[a-z]+\.[a-z]+")


def run(job: Import) -> Import:
    """The import after it has run."""
    if job.kind is ImportKind.CUSTOMERS:
        customers = CustomerRows(dynamodb, settings.customers_table)
        return Importer(customers, lambda: files.read(job), now_ms).run(job)
    transactions = TransactionRows(dynamodb, settings.customers_table)
    return Importer(transactions, lambda: files.read(job), now_ms).run(job)


def too_large(job: Import, size: int) -> Import:
    message = f"the file has {size} bytes, at most {MOST_BYTES} are read"
    error = RowError(row=1, column=WHOLE_ROW, message=message)
    return job.model_copy(update={"state": ImportState.REJECTED, "finished_at": now_ms(), "errors": (error,)})


def handler(event: dict[str, Any], context: Any) -> None:
    """Run the import of the object. Raising makes Lambda try again: every row is written once, however often."""
    del context
    arrived = event["detail"]["object"]
    matched = _KEY.fullmatch(arrived["key"])
    job = imports.begin(matched.group(1)) if matched else None
    if job is None or job.object_key != arrived["key"]:
        logger.info("nothing to import")
        return
    size = int(arrived.get("size", 0))
    over = too_large(job, size) if size > MOST_BYTES else run(job)
    imports.save(over)
    logger.info(
        "import is over",
        extra={
            "import_id": over.import_id,
            "state": over.state,
            "accepted": over.rows_accepted,
            "rejected": over.rows_rejected,
        },
    )
