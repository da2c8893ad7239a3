"""Calls: the look-up function and the consumers of Connect's streams and events."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.function import Foundation, RapportFunction
from infra.specs import function_specs


class CallsStack(Stack):
    """Every function without routes of its own: streams, events, the contact flow's look-up, the push."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation) -> None:
        super().__init__(scope, construct_id, description="Rapport: live calls")
        self.functions = {
            spec.name: RapportFunction(self, spec, foundation)
            for spec in function_specs().values()
            if not (spec.routes or spec.websocket_routes or spec.websocket_authorizer)
        }
        for name, function in self.functions.items():
            if function.spec.connect_invoked:
                CfnOutput(
                    self,
                    "LookupFunctionName",
                    value=function.function.function_name,
                    description=f"{name}, which the contact flow invokes",
                )

    @property
    def lookup_function_arn(self) -> str:
        """ARN of the function that the contact flow invokes."""
        return self.functions["calls_lookup"].function.function_arn
