"""What works without being asked over HTTP: consumers of streams and events, schedules, and workflows."""

from __future__ import annotations

from collections.abc import Collection

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.function import Foundation, RapportFunction
from infra.constructs.reminders import FUNCTION, Reminders
from infra.constructs.workflow import RapportWorkflow
from infra.specs import function_specs, workflow_specs

# Contexts by stack. A context is the first word of a function's or workflow's name.
STACKS = {
    "RapportCalls": ("Rapport: live calls", frozenset({"calls"})),
    "RapportOnboarding": ("Rapport: onboarding", frozenset({"onboarding"})),
    "RapportIntelligence": (
        "Rapport: callers, profiles, recommendations, trends",
        frozenset({"realtime", "profiles", "callers", "recommendations", "trends", "assist"}),
    ),
    "RapportModels": ("Rapport: customers, models, scoring", frozenset({"customers", "models", "scoring", "cases"})),
}


class BackgroundStack(Stack):
    """Every function of some contexts that has no routes of its own, and their workflows."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        contexts: Collection[str],
        foundation: Foundation,
    ) -> None:
        super().__init__(scope, construct_id, description=description)
        self.functions = {
            spec.name: RapportFunction(self, spec, foundation)
            for spec in function_specs().values()
            if spec.is_background and spec.context in contexts
        }
        invocable = {name: made.function for name, made in self.functions.items()}
        self.workflows = {
            spec.name: RapportWorkflow(self, spec, foundation, invocable)
            for spec in workflow_specs().values()
            if spec.name.partition("_")[0] in contexts
        }
        if FUNCTION in self.functions:
            Reminders(self, "Reminders")
        self.lookup_arn: str | None = None
        for name, function in self.functions.items():
            if function.spec.connect_invoked:
                self.lookup_arn = function.function.function_arn
                CfnOutput(
                    self,
                    "LookupFunctionName",
                    value=function.function.function_name,
                    description=f"{name}, which the contact flow invokes",
                )
