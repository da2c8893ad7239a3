"""The house Lambda function, made from a `FunctionSpec`: own role, named grants, logs, alarms, sources."""

from __future__ import annotations

import json
from dataclasses import dataclass

import jsii
from aws_cdk import Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from rapport.runtime.function_spec import (
    EventSource,
    FunctionSpec,
    Grant,
    Layer,
    ObjectSource,
    Resource,
    StreamSource,
    TableSource,
)

from infra.acknowledge import acknowledge
from infra.constructs.queue import EventQueue
from infra.constructs.reminders import acknowledge_schedules
from infra.settings import Deployment
from infra.specs import construct_id_of, fixed_name

READ_STREAM = (
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)
# How cdk-nag spells the connections of the live API: inside its own stack, and imported by another.
LIVE_API_FINDINGS = tuple(
    f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:{api}/live/*/@connections/*"
    for api in ("<LiveApi149456B6>", "RapportApi:ExportsOutputRefLiveApi149456B6CADEFBED")
)
# Where functions log, by their own names, so that administrators can be shown the lines.
LOG_GROUPS = "/rapport/"
READ_QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
READ_TABLE_STREAM = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
)


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What functions stand on. `arns` resolves a grant's resource; `values` resolves a settings key."""

    deployment: Deployment
    key: kms.IKey
    alarms: sns.ITopic
    stream_failures: sqs.IQueue
    tables: dict[Resource, dynamodb.ITable]
    streams: dict[Resource, kinesis.IStream]
    buckets: dict[Resource, str]
    arns: dict[Resource, str]
    values: dict[str, str]
    # The zip of training packages; None where they are installed.
    training_bundle_arn: str | None = None
    # How cdk-nag spells the buckets, imported from the data stack.
    bucket_findings: tuple[str, ...] = ("RapportData:ExportsOutputFnGetAttFilesBucket7C17EE2EArn267E46EA",)

    def values_in(self, text: str) -> dict[str, str]:
        """The settings that a text names as `${KEY}`."""
        return {key: value for key, value in self.values.items() if f"${{{key}}}" in text}


def grant_arns(foundation: Foundation, grant: Grant) -> list[str]:
    """What a grant's actions are allowed on."""
    arn = foundation.arns[grant.resource]
    if grant.indexes:
        return [f"{arn}/index/{index}" for index in grant.indexes]
    if grant.folders:
        return [f"{arn}/{folder}/*" for folder in grant.folders]
    if grant.executions:
        return [f"{arn.replace(':stateMachine:', ':execution:')}:*"]
    return [arn]


def layers_of(stack: Stack, deployment: Deployment, spec: FunctionSpec) -> list[lambda_.ILayerVersion]:
    """The layers of a function, one version of each per stack.

    Layers are not shared between stacks: a cross-stack export of a version could never be updated while used.
    """
    names = [
        "dependencies",
        Layer.CORE.value,
        *(layer.value for layer in spec.layers if layer is not Layer.CORE),
    ]
    found: list[lambda_.ILayerVersion] = []
    for name in names:
        construct_id = f"{name.capitalize()}Layer"
        existing = stack.node.try_find_child(construct_id)
        if isinstance(existing, lambda_.LayerVersion):
            found.append(existing)
            continue
        found.append(
            lambda_.LayerVersion(
                stack,
                construct_id,
                code=lambda_.Code.from_asset(str(deployment.build_root / "layers" / name)),
                compatible_architectures=[deployment.architecture],
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
                description=f"Rapport {name}",
            )
        )
    return found


class RapportFunction(Construct):
    """One function under its own role with exactly the grants of its spec."""

    def __init__(self, scope: Construct, spec: FunctionSpec, foundation: Foundation) -> None:
        super().__init__(scope, construct_id_of(spec.name))
        self.spec = spec
        self._foundation = foundation
        deployment = foundation.deployment
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"{LOG_GROUPS}{spec.name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            encryption_key=foundation.key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # By ARN: the queue's own stack already lets EventBridge send, and must not depend on this one.
        self._failures = sqs.Queue.from_queue_arn(self, "Failures", foundation.stream_failures.queue_arn)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Rapport {spec.name}: its own logs, traces and named grants, nothing else",
        )
        self._allow(("logs:CreateLogStream", "logs:PutLogEvents"), [self.log_group.log_group_arn])
        for grant in spec.grants:
            self._allow(grant.actions, grant_arns(foundation, grant))
        if spec.training_bundle and foundation.training_bundle_arn:
            self._allow(("s3:GetObject",), [foundation.training_bundle_arn])
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=fixed_name(spec.name) if spec.named else None,
            description=spec.description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=deployment.architecture,
            handler="handler.handler",
            code=lambda_.Code.from_asset(str(deployment.build_root / "functions" / spec.name)),
            layers=layers_of(Stack.of(self), deployment, spec),
            role=self.role.without_policy_updates(),
            memory_size=spec.memory_mb,
            ephemeral_storage_size=Size.mebibytes(spec.ephemeral_mb) if spec.ephemeral_mb else None,
            timeout=Duration.seconds(spec.timeout_s),
            reserved_concurrent_executions=spec.reserved_concurrency,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            environment=self._environment(),
        )
        self._allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ["*"])
        self._acknowledge_findings()
        self._alarm("Errors", self.function.metric_errors(period=Duration.minutes(1)), 1)
        self._alarm("Throttles", self.function.metric_throttles(period=Duration.minutes(1)), 1)
        for stream_source in spec.stream_sources:
            self._consume(stream_source)
        for table_source in spec.table_sources:
            self._follow(table_source)
        for source in spec.event_sources:
            if source.queued:
                self._take_from_queue(source)
        patterns = [self._pattern(source) for source in spec.event_sources if not source.queued]
        patterns += [self._arrivals(source) for source in spec.object_sources]
        rules = [events.Rule(self, f"Rule{number}", event_pattern=pattern) for number, pattern in enumerate(patterns)]
        if spec.schedule:
            rules.append(events.Rule(self, "Schedule", schedule=events.Schedule.expression(spec.schedule)))
        for rule in rules:
            self._invoke_by(rule)
        if rules:
            self._keep_failed_events()

    def _invoke_by(self, rule: events.Rule) -> None:
        """The rule invokes the function, with retries and a place for what is given up."""
        rule.add_target(
            targets.LambdaFunction(
                self.function, dead_letter_queue=self._failures, retry_attempts=10, max_event_age=Duration.hours(2)
            )
        )

    def _keep_failed_events(self) -> None:
        """What the function itself fails on goes to the failure queue after two more attempts: a rule's own
        queue is only for what could not be delivered.
        """
        queue = self._foundation.stream_failures
        self._allow(("sqs:SendMessage",), [queue.queue_arn])
        config = lambda_.CfnEventInvokeConfig(
            self,
            "Asynchronous",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=2 * 3600,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=queue.queue_arn)
            ),
        )
        config.node.add_dependency(self.role)

    def _pattern(self, source: EventSource) -> events.EventPattern:
        return events.EventPattern(source=self._event_sources(source.source), detail_type=list(source.detail_types))

    def _arrivals(self, source: ObjectSource) -> events.EventPattern:
        """Objects made in a folder of a bucket."""
        return events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [self._foundation.buckets[source.bucket]]},
                "object": {"key": [{"prefix": f"{source.folder}/"}]},
            },
        )

    def _event_sources(self, source: str) -> list[str]:
        """Nobody but AWS may put events from `aws.*`, so the local replay puts `sandbox.aws.*`."""
        return [source, f"sandbox.{source}"] if self._foundation.deployment.is_local else [source]

    def _environment(self) -> dict[str, str]:
        """Exactly the keys of the function's settings, then the house's observability keys."""
        values = self._foundation.values
        missing = sorted(self.spec.settings.environment_keys() - values.keys())
        if missing:
            raise ValueError(f"{self.spec.name}: nothing provides the settings {', '.join(missing)}")
        return {
            **{key: values[key] for key in sorted(self.spec.settings.environment_keys())},
            "POWERTOOLS_SERVICE_NAME": self.spec.name,
            "POWERTOOLS_METRICS_NAMESPACE": f"Rapport/{self.spec.context}",
            "POWERTOOLS_LOG_LEVEL": self._foundation.deployment.log_level,
        }

    def _allow(self, action_names: tuple[str, ...], resources: list[str]) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=list(action_names), resources=resources))

    def _acknowledge_findings(self) -> None:
        acknowledge(
            self.role,
            "AwsSolutions-IAM5[Resource::*]",
            "X-Ray's two write actions have no resource type to restrict them to.",
        )
        if any(grant.resource is Resource.LIVE_API for grant in self.spec.grants):
            for finding in LIVE_API_FINDINGS:
                reason = "A WebSocket connection's id is known only once it has connected."
                acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{finding}]", reason)
        if any(grant.resource is Resource.FUNCTION_LOGS for grant in self.spec.grants):
            finding = f"arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:{LOG_GROUPS}*"
            reason = "Administrators read the logs of every function, and of nothing else."
            acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{finding}]", reason)
        if any(grant.resource is Resource.REMINDERS for grant in self.spec.grants):
            acknowledge_schedules(self.role)
        for grant in self.spec.grants:
            for folder in grant.folders:
                reason = "A role may reach every object of its own folder, and no other."
                for finding in self._foundation.bucket_findings:
                    acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{finding}/{folder}/*]", reason)
            if grant.executions:
                name = grant.resource.removesuffix("-workflow")
                finding = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:rapport-{name}:*"
                reason = "An execution's id is known only once it has started."
                acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{finding}]", reason)
        for rule in ("AwsSolutions-L1", "Serverless-LambdaLatestVersion"):
            acknowledge(self.function, rule, "Python 3.13 is the newest runtime that every pinned wheel supports.")
        acknowledge(
            self.function,
            "Serverless-LambdaDLQ",
            "Every asynchronous source names its own failure queue on the mapping or rule; API calls have no queue.",
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, threshold: float) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{self.spec.name}: {name.lower()}",
        )
        alarm.add_alarm_action(actions.SnsAction(self._foundation.alarms))

    def _consume(self, source: StreamSource) -> None:
        stream = self._foundation.streams[source.stream]
        self._allow(READ_STREAM, [stream.stream_arn])
        self._map(
            stream.stream_arn,
            batch_size=source.batch_size,
            parallelization_factor=source.parallelization_factor,
            retry_attempts=source.maximum_retry_attempts,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            filters=None,
        )
        self._alarm("IteratorAge", self.function.metric("IteratorAge", statistic="Maximum"), 60_000)

    def _follow(self, source: TableSource) -> None:
        table = self._foundation.tables[source.table]
        if table.table_stream_arn is None:
            raise ValueError(f"{self.spec.name}: {source.table} has no stream")
        self._allow(READ_TABLE_STREAM, [table.table_stream_arn])
        pattern = {
            "eventName": ["INSERT"],
            "dynamodb": {"Keys": {"sk": {"S": [{"prefix": source.key_prefix}]}}},
        }
        self._map(
            table.table_stream_arn,
            batch_size=source.batch_size,
            parallelization_factor=1,
            retry_attempts=10,
            starting_position=lambda_.StartingPosition.LATEST,
            filters=[{"pattern": json.dumps(pattern)}],
        )

    def _take_from_queue(self, source: EventSource) -> None:
        """The rule fills a queue of the function's own, which hands out batches: two at a time, five times at most."""
        queue = EventQueue(
            self,
            "Events",
            timeout_s=self.spec.timeout_s,
            failures=self._failures,
            enforce_tls=not self._foundation.deployment.is_local,
        ).queue
        self._allow(READ_QUEUE, [queue.queue_arn])
        events.Rule(self, "QueuedRule", event_pattern=self._pattern(source)).add_target(
            targets.SqsQueue(queue, dead_letter_queue=self._failures)
        )
        mapping = lambda_.EventSourceMapping(
            self,
            "QueueSource",
            target=self.function,
            event_source_arn=queue.queue_arn,
            batch_size=10,
            max_concurrency=2,
            report_batch_item_failures=True,
        )
        mapping.node.add_dependency(self.role)
        reason = "A mapping of a queue has no destination: the queue's own redrive policy names the failure queue."
        acknowledge(mapping, "Serverless-LambdaEventSourceMappingDestination", reason)
        self._alarm("QueueAge", queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1)), 900)

    def _map(
        self,
        arn: str,
        *,
        batch_size: int,
        parallelization_factor: int,
        retry_attempts: int,
        starting_position: lambda_.StartingPosition,
        filters: list[dict[str, str]] | None,
    ) -> None:
        """A stream mapping with the house defaults: partial failures, bisect, a place for what is given up."""
        queue = self._foundation.stream_failures
        self._allow(("sqs:SendMessage",), [queue.queue_arn])
        mapping = lambda_.EventSourceMapping(
            self,
            "Source",
            target=self.function,
            event_source_arn=arn,
            batch_size=batch_size,
            parallelization_factor=parallelization_factor,
            starting_position=starting_position,
            retry_attempts=retry_attempts,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            max_record_age=Duration.hours(12),
            on_failure=_FailureQueue(queue),
            filters=filters,
        )
        mapping.node.add_dependency(self.role)


@jsii.implements(lambda_.IEventSourceDlq)
class _FailureQueue:
    """Names the queue without CDK's own grant: the role's statements are all written above."""

    def __init__(self, queue: sqs.IQueue) -> None:
        self._queue = queue

    def bind(
        self, target: lambda_.IEventSourceMapping, target_handler: lambda_.IFunction
    ) -> lambda_.DlqDestinationConfig:
        del target, target_handler
        return lambda_.DlqDestinationConfig(destination=self._queue.queue_arn)
