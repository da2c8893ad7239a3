"""Settings of the scoring functions."""

from __future__ import annotations

from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable, ModelsTable


class InferenceApiSettings(CustomersTable, ModelsTable, FilesBucket, IdentityTable):
    """The inference API: the customer record, the registry, uploaded versions, idempotency records."""


class SnapshotsSettings(CustomersTable, ModelsTable, FilesBucket):
    """scoring_snapshots."""


class FeaturesApiSettings(CustomersTable):
    """features_api."""
