"""Settings of the recommendations functions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from rapport.recommendations.experiment import Experiment
from rapport.runtime.settings import (
    CallsTable,
    CustomersTable,
    IdentityTable,
    ProfilesTable,
    RecommendationsTable,
    Settings,
)


class RecommendationExperiment(Settings):
    """The hold-out: per cent of customers, days until an outcome is looked at, and customers in each group before
    anything is claimed. Another name shuffles the groups and starts anew.
    """

    recommendation_experiment: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] = "first"
    recommendation_holdout_percent: Annotated[int, Field(ge=0, le=50)] = 10
    recommendation_outcome_days: Annotated[int, Field(ge=1, le=180)] = 28
    recommendation_minimum: Annotated[int, Field(ge=30)] = 100

    @property
    def experiment(self) -> Experiment:
        return Experiment(
            name=self.recommendation_experiment,
            holdout=self.recommendation_holdout_percent / 100,
            days=self.recommendation_outcome_days,
            minimum=self.recommendation_minimum,
        )


class RecommendationsApiSettings(
    RecommendationsTable, CustomersTable, CallsTable, ProfilesTable, IdentityTable, RecommendationExperiment
):
    """recommendations_api."""


class RecommendationsOutcomesSettings(RecommendationsTable, CustomersTable, RecommendationExperiment):
    """recommendations_outcomes."""
