"""The house bucket: private, customer-managed key, TLS only, nothing kept longer than its folder says."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledge import acknowledge


class RapportBucket(Construct):
    """A bucket whose new objects are told to EventBridge. `days` says how long each folder keeps its objects."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        days: Mapping[str, int],
        enforce_tls: bool,
        keep: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            enforce_ssl=enforce_tls,
            versioned=True,
            # Any page may try: what lets it in is the signature of the address, which only our API makes.
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.PUT], allowed_origins=["*"], allowed_headers=["*"], max_age=3600
                )
            ],
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(
                    prefix=f"{folder}/",
                    expiration=Duration.days(kept),
                    noncurrent_version_expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
                for folder, kept in days.items()
            ],
        )
        child = self.bucket.node.default_child
        assert isinstance(child, s3.CfnBucket)  # noqa: S101 - Bucket's default child is a CfnBucket
        # The property itself: CDK's own switch would deploy a function that only sets it.
        child.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "Objects are made and read by functions that log each one; none lives longer than its folder's days.",
        )
        if not enforce_tls:
            acknowledge(self.bucket, "AwsSolutions-S10", "The emulator speaks plain HTTP on the loopback address.")
