"""Entry point of models_monitor: what every version was asked and said in the last week."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from aws_lambda_powertools.metrics import MetricUnit
from rapport.registry.compose import compose
from rapport.registry.settings import ModelsMonitorSettings
from rapport.runtime.observability import logger, metrics

DAYS = 7

settings = ModelsMonitorSettings.from_environment(os.environ)
registry = compose(
    layer=rapport_inference.ROOT / "models",
    dynamodb=boto3.client("dynamodb"),
    s3=boto3.client("s3"),
    table=settings.models_table,
    bucket=settings.files_bucket,
).registry


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Report on every model. The number of drifted versions is a metric, on which an alarm stands."""
    del event, context
    drifted = 0
    reports = [report for name in registry.asked() for report in registry.look(name, DAYS)]
    for report in reports:
        moved = [field.field for field in report.fields if field.drifted or field.missing_drifted]
        logger.info(
            "drift report",
            extra={"model": report.name, "version": report.version, "rows": report.rows, "drifted_fields": moved},
        )
        drifted += report.drifted
    metrics.add_metric(name="DriftedModels", unit=MetricUnit.Count, value=drifted)
    return {"reports": len(reports), "drifted": drifted}
