"""The house DynamoDB table: on demand, customer-managed key, point-in-time recovery, TTL, kept on deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index. `sort_number` says the sort key is a number. Keys only, unless `all_attributes`."""

    name: str
    partition_key: str
    sort_key: str | None = None
    sort_number: bool = False
    all_attributes: bool = False


class RapportTable(Construct):
    """A table keyed by `pk` and `sk`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        indexes: Sequence[Index] = (),
        stream: bool = False,
        keep: bool = True,
    ) -> None:
        super().__init__(scope, construct_id)
        text = dynamodb.AttributeType.STRING
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=text),
            sort_key=dynamodb.Attribute(name="sk", type=text),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
            deletion_protection=keep,
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
        )
        for index in indexes:
            sort_type = dynamodb.AttributeType.NUMBER if index.sort_number else text
            self.table.add_global_secondary_index(
                index_name=index.name,
                partition_key=dynamodb.Attribute(name=index.partition_key, type=text),
                sort_key=dynamodb.Attribute(name=index.sort_key, type=sort_type) if index.sort_key else None,
                projection_type=(
                    dynamodb.ProjectionType.ALL if index.all_attributes else dynamodb.ProjectionType.KEYS_ONLY
                ),
            )
