"""The house state machine, made from a `WorkflowSpec` and its definition: own role, logs without data, alarms."""

from __future__ import annotations

import json

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from rapport.runtime.function_spec import Resource
from rapport.runtime.workflow_spec import WorkflowSpec

from infra.acknowledge import acknowledge
from infra.constructs.function import Foundation, grant_arns
from infra.specs import WORKFLOWS, construct_id_of, fixed_name, workflow_arn

# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: log delivery has no resource to name.
DELIVER_LOGS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
TRACE = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


class RapportWorkflow(Construct):
    """One state machine under its own role. Its ARN follows from its name, so that the functions it invokes
    may answer it without standing on it.
    """

    def __init__(
        self, scope: Construct, spec: WorkflowSpec, foundation: Foundation, functions: dict[str, lambda_.Function]
    ) -> None:
        super().__init__(scope, f"{construct_id_of(spec.name)}Workflow")
        self.spec = spec
        self._foundation = foundation
        stack = Stack.of(self)
        invoked = {name: functions[name].function_arn for name in spec.functions}
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            description=f"Rapport {spec.name}: its own functions and named grants, nothing else",
        )
        self._allow(("lambda:InvokeFunction",), list(invoked.values()))
        for grant in spec.grants:
            self._allow(grant.actions, grant_arns(foundation, grant))
            for folder in grant.folders:
                self._acknowledge_folder(folder)
            if grant.resource is Resource.TRAINING_JOBS:
                acknowledge(
                    self.role,
                    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:"
                    "training-job/rapport-*]",
                    "A training job is named after its run, when it starts.",
                )
        self._allow((*DELIVER_LOGS, *TRACE), ["*"])
        acknowledge(
            self.role, "AwsSolutions-IAM5[Resource::*]", "Log delivery and X-Ray have no resource type to restrict to."
        )
        own = workflow_arn(stack, spec.name)
        if spec.distributed:
            self._start_children(own)
        definition = (WORKFLOWS / spec.name / "definition.json").read_text(encoding="utf-8")
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=fixed_name(spec.name),
            comment=spec.description,
            definition_body=sfn.DefinitionBody.from_string(definition),
            definition_substitutions={**foundation.values_in(definition), **invoked},
            role=self.role.without_policy_updates(),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "Logs",
                    # Step Functions trims the resource policy by this prefix instead of growing it.
                    log_group_name=f"/aws/vendedlogs/states/{fixed_name(spec.name)}",
                    retention=logs.RetentionDays.THREE_MONTHS,
                    encryption_key=foundation.key,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,  # inputs and outputs hold personal data
            ),
        )
        self.machine.node.add_dependency(self.role)
        self._alarm("Failed", self.machine.metric_failed(period=Duration.minutes(1)))
        self._alarm("TimedOut", self.machine.metric_timed_out(period=Duration.minutes(1)))
        if spec.schedule:
            self._run_on(spec.schedule)

    def _allow(self, action_names: tuple[str, ...], resources: list[str]) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=list(action_names), resources=resources))

    def _acknowledge_folder(self, folder: str) -> None:
        for finding in self._foundation.bucket_findings:
            acknowledge(
                self.role,
                f"AwsSolutions-IAM5[Resource::{finding}/{folder}/*]",
                "A role may reach every object of its own folder, and no other.",
            )

    def _start_children(self, own: str) -> None:
        """What a distributed map needs to run its items as executions of its own state machine."""
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{fixed_name(self.spec.name)}/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self._allow(("states:StartExecution",), [own])
        self._allow(("states:DescribeExecution", "states:StopExecution"), [executions])
        acknowledge(
            self.role,
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:"
            f"{fixed_name(self.spec.name)}/*]",
            "A distributed map's executions are named when they start.",
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{self.spec.name}: an execution has {name.lower()}",
        )
        alarm.add_alarm_action(actions.SnsAction(self._foundation.alarms))

    def _run_on(self, schedule: str) -> None:
        failures = sqs.Queue.from_queue_arn(self, "Failures", self._foundation.stream_failures.queue_arn)
        rule = events.Rule(self, "Schedule", schedule=events.Schedule.expression(schedule))
        rule.add_target(
            targets.SfnStateMachine(
                self.machine,
                input=events.RuleTargetInput.from_object({"scheduled": True}),
                dead_letter_queue=failures,
                retry_attempts=10,
                max_event_age=Duration.hours(2),
            )
        )


def definition_of(name: str) -> dict[str, object]:
    """The definition of a workflow as it is written, with its placeholders."""
    read: dict[str, object] = json.loads((WORKFLOWS / name / "definition.json").read_text(encoding="utf-8"))
    return read
