"""Settings of the scoring functions."""

from __future__ import annotations

from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable, ModelsTable, Settings


class InferenceApiSettings(CustomersTable, ModelsTable, FilesBucket, IdentityTable):
    """The inference API: the customer record, the registry, uploaded versions, idempotency records."""


class SnapshotsSettings(CustomersTable, ModelsTable, FilesBucket):
    """scoring_snapshots."""


class FeaturesApiSettings(CustomersTable):
    """features_api."""


class ScoringBatchWorkflow(Settings):
    """ARN of the state machine that scores a batch."""

    scoring_batch_workflow: str


class ScoringApiSettings(ModelsTable, FilesBucket, IdentityTable, ScoringBatchWorkflow):
    """Batches over HTTP."""


class ScoringBatchStartSettings(ModelsTable, ScoringBatchWorkflow):
    """Begins the batch of an uploaded file."""


class ScoringBatchPlanSettings(ModelsTable, FilesBucket):
    """Splits a batch into chunks."""


class ScoringBatchChunkSettings(CustomersTable, ModelsTable, FilesBucket):
    """Scores a chunk of a batch."""


class ScoringBatchFinishSettings(ModelsTable, FilesBucket):
    """Joins what became of a batch."""
