"""Settings of the functions that train."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CustomersTable, FilesBucket, IdentityTable, ModelsTable, Settings


class TrainingWorkflow(Settings):
    """The state machine's ARN."""

    models_training_workflow: str


class TrainingApiSettings(ModelsTable, FilesBucket, IdentityTable, TrainingWorkflow):
    """models_training_api."""


class TrainingStepsSettings(ModelsTable, FilesBucket, CallsTable, CustomersTable, TrainingWorkflow):
    """models_training. `training_image` is the container of SageMaker jobs; empty where there are none."""

    training_image: str = ""


class TrainSettings(ModelsTable, FilesBucket, CallsTable, CustomersTable, TrainingWorkflow):
    """models_train. `training_bundle` is the zip of packages as s3://bucket/key; empty where they are installed."""

    training_bundle: str = ""
