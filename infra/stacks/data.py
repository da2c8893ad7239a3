"""Data: the key, the tables, the streams, the files, the dead-letter queues and the alarm topic."""

from __future__ import annotations

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra.constructs.bucket import RapportBucket
from infra.constructs.queue import DeadLetterQueue
from infra.constructs.stream import RapportStream
from infra.constructs.table import Index, RapportTable
from infra.constructs.training import TrainingGround
from infra.settings import Deployment

CALL_INDEXES = (
    Index(name="by_agent", partition_key="agent_id", sort_key="started_at", sort_number=True),
    Index(name="by_team", partition_key="team", sort_key="started_at", sort_number=True),
    Index(name="active_by_team", partition_key="active_team", sort_key="started_at", sort_number=True),
    Index(name="by_customer", partition_key="customer_id", sort_key="started_at", sort_number=True),
)
CUSTOMER_INDEXES = (
    Index(name="by_phone", partition_key="phone"),
    Index(name="by_facet", partition_key="facet", sort_key="facet_sort"),
)
AI_INDEXES = (Index(name="by_user", partition_key="username", sort_key="at", sort_number=True, all_attributes=True),)
MODEL_INDEXES = (Index(name="by_subject", partition_key="subject", sort_key="at", sort_number=True),)
# Services through which this account's principals use the key.
USED_THROUGH = ("dynamodb", "kinesis", "s3", "secretsmanager", "sns", "sqs")
ONBOARDING_INDEXES = (
    Index(name="by_username", partition_key="username", sort_key="changed_at", sort_number=True),
    Index(name="by_state", partition_key="state", sort_key="changed_at", sort_number=True),
    Index(name="by_change", partition_key="listed", sort_key="changed_at", sort_number=True),
)
DOCUMENT_INDEXES = (
    Index(name="by_owner", partition_key="owner", sort_key="made_at", sort_number=True),
    Index(name="by_username", partition_key="username", sort_key="made_at", sort_number=True),
)
CASE_INDEXES = (
    Index(name="by_due", partition_key="listed", sort_key="due_at", sort_number=True, all_attributes=True),
    Index(name="by_state", partition_key="state", sort_key="due_at", sort_number=True, all_attributes=True),
    Index(name="by_assignee", partition_key="assignee", sort_key="due_at", sort_number=True, all_attributes=True),
)
RECOMMENDATION_INDEXES = (
    Index(name="by_due", partition_key="waiting", sort_key="due_at", sort_number=True, all_attributes=True),
)
CALLER_INDEXES = (
    Index(name="by_listed", partition_key="listed", sort_key="changed_at", sort_number=True, all_attributes=True),
)
# How many days a folder of the bucket keeps its objects: uploads are read at once, reports are fetched soon, a signed
# document is kept for seven years.
FILE_DAYS = {
    "batches/results": 30,
    "batches/uploads": 7,
    "batches/work": 7,
    "documents": 7 * 365,
    "imports": 7,
    "reports": 7,
    "training": 30,
}


class DataStack(Stack):
    """Everything that must outlive a redeployment of the code."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id, description="Rapport: data")
        keep = not deployment.is_local
        self.key = self._make_key(keep=keep)
        self.alarms = sns.Topic(self, "Alarms", master_key=self.key, enforce_ssl=True, display_name="Rapport alarms")
        if deployment.alarm_email:
            self.alarms.add_subscription(subscriptions.EmailSubscription(deployment.alarm_email))

        self.tables: dict[Resource, dynamodb.ITable] = {}
        for resource, name, indexes, stream in (
            (Resource.AI_TABLE, "Ai", AI_INDEXES, False),
            (Resource.CALLS_TABLE, "Calls", CALL_INDEXES, True),
            (Resource.CUSTOMERS_TABLE, "Customers", CUSTOMER_INDEXES, True),
            (Resource.IDENTITY_TABLE, "Identity", (), False),
            (Resource.MODELS_TABLE, "Models", MODEL_INDEXES, False),
            (Resource.LIVE_TABLE, "Live", (), False),
            (Resource.ONBOARDING_TABLE, "Onboarding", ONBOARDING_INDEXES, False),
            (Resource.DOCUMENTS_TABLE, "Documents", DOCUMENT_INDEXES, False),
            (Resource.VENDORS_TABLE, "Vendors", (), False),
            (Resource.CASES_TABLE, "Cases", CASE_INDEXES, True),
            (Resource.REALTIME_TABLE, "Realtime", (), False),
            (Resource.PROFILES_TABLE, "Profiles", (), False),
            (Resource.RECOMMENDATIONS_TABLE, "Recommendations", RECOMMENDATION_INDEXES, False),
            (Resource.CALLERS_TABLE, "Callers", CALLER_INDEXES, False),
            (Resource.TRENDS_TABLE, "Trends", (), False),
            (Resource.ASSIST_TABLE, "Assist", (), False),
        ):
            table = RapportTable(self, name, key=self.key, indexes=indexes, stream=stream, keep=keep).table
            self.tables[resource] = table
            CfnOutput(self, f"{name}TableName", value=table.table_name)

        self.streams: dict[Resource, kinesis.IStream] = {}
        for resource, name, shards in (
            (Resource.SEGMENT_STREAM, "Segment", deployment.segment_shards),
            (Resource.CONTACT_RECORD_STREAM, "ContactRecord", 1),
            (Resource.AGENT_EVENT_STREAM, "AgentEvent", 1),
            (Resource.INTELLIGENCE_STREAM, "Intelligence", deployment.intelligence_shards),
        ):
            made = RapportStream(self, f"{name}Stream", key=self.key, shards=shards).stream
            self.streams[resource] = made
            CfnOutput(self, f"{name}StreamName", value=made.stream_name)

        self.files = RapportBucket(
            self, "Files", key=self.key, days=FILE_DAYS, enforce_tls=not deployment.is_local, keep=keep
        ).bucket
        CfnOutput(self, "FilesBucketName", value=self.files.bucket_name)
        self.training = TrainingGround(self, "Training", deployment=deployment, files=self.files)

        self.poison = DeadLetterQueue(
            self, "Poison", key=self.key, alarms=self.alarms, enforce_tls=not deployment.is_local
        ).queue
        self.stream_failures = DeadLetterQueue(
            self, "StreamFailures", key=self.key, alarms=self.alarms, enforce_tls=not deployment.is_local
        ).queue
        self.stream_failures.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EventBridge",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.stream_failures.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        CfnOutput(self, "PoisonQueueUrl", value=self.poison.queue_url)
        CfnOutput(self, "StreamFailuresQueueUrl", value=self.stream_failures.queue_url)

    def _make_key(self, *, keep: bool) -> kms.Key:
        """One customer-managed key. Principals of this account use it through the services that hold the
        data, so a function that may read a table needs no second grant, and nobody uses the key directly.
        """
        key = kms.Key(
            self,
            "Key",
            alias="rapport/data",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
            description="Rapport: tables, streams, files, queues, logs",
        )
        use = ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        services = [f"{name}.{self.region}.amazonaws.com" for name in USED_THROUGH]
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ThroughServices",
                principals=[iam.AnyPrincipal()],
                actions=[*use, "kms:CreateGrant"],
                resources=["*"],
                conditions={"StringEquals": {"kms:CallerAccount": self.account, "kms:ViaService": services}},
            )
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Logs",
                principals=[iam.ServicePrincipal(f"logs.{self.region}.amazonaws.com")],
                actions=use,
                resources=["*"],
                conditions={
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": self.format_arn(service="logs", resource="*")}
                },
            )
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsAndEvents",
                principals=[
                    iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                    iam.ServicePrincipal("events.amazonaws.com"),
                ],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return key
