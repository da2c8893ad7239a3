"""The house Kinesis stream: provisioned shards, customer-managed key, a day of retention."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.acknowledge import acknowledge


class RapportStream(Construct):
    """A stream. Ten times the calls need more shards and nothing else."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, shards: int) -> None:
        super().__init__(scope, construct_id)
        self.stream = kinesis.Stream(
            self,
            "Stream",
            stream_mode=kinesis.StreamMode.PROVISIONED,
            shard_count=shards,
            encryption=kinesis.StreamEncryption.KMS,
            encryption_key=key,
            retention_period=Duration.hours(24),
        )
        acknowledge(self.stream, "AwsSolutions-KDS3", "A customer-managed key is stricter than the default key.")
