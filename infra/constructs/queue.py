"""The house queues: where events wait for a function, and where lies what could not be processed."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledge import acknowledge


class DeadLetterQueue(Construct):
    """Where what could not be processed waits for a person (docs/runbooks/dead-letter-queue.md): encrypted, TLS only,
    fourteen days, an alarm at the first message.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, key: kms.IKey, alarms: sns.ITopic, enforce_tls: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=enforce_tls,
            retention_period=Duration.days(14),
            visibility_timeout=Duration.minutes(2),
        )
        alarm = cloudwatch.Alarm(
            self,
            "NotEmpty",
            metric=self.queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1)),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Something waits in a dead-letter queue: docs/runbooks/dead-letter-queue.md",
        )
        alarm.add_alarm_action(actions.SnsAction(alarms))
        for rule in ("AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"):
            acknowledge(self.queue, rule, "This queue is the dead-letter queue.")
        if not enforce_tls:
            acknowledge(self.queue, "AwsSolutions-SQS4", "The emulator speaks plain HTTP on the loopback address.")


class EventQueue(Construct):
    """Where events of the bus wait for one function. What it fails on five times goes to `failures`.

    Events name things and hold nothing personal: SQS's own key encrypts them, which EventBridge may use unasked.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, timeout_s: int, failures: sqs.IQueue, enforce_tls: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=enforce_tls,
            retention_period=Duration.days(4),
            # Six times the function's time-out: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
            visibility_timeout=Duration.seconds(6 * timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=5),
        )
        if not enforce_tls:
            acknowledge(self.queue, "AwsSolutions-SQS4", "The emulator speaks plain HTTP on the loopback address.")
