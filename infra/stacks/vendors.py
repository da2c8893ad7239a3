"""Vendors: their credentials, the sender of e-mails, and alarms over how they answer."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra.acknowledge import acknowledge
from infra.settings import Deployment
from infra.stacks.data import DataStack

VENDORS = ("vonage", "foxit", "kintone", "ses", "genesys", "bigquery")
DEFAULT_BUS = "default"


class VendorsStack(Stack):
    """One secret for all vendors. Its value is never in a template: an operator or the sandbox puts it there."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, data: DataStack) -> None:
        super().__init__(scope, construct_id, description="Rapport: third parties")
        self.secret = secretsmanager.Secret(
            self,
            "Secrets",
            description="Credentials of every vendor, as JSON by vendor (docs/vendors.md)",
            encryption_key=data.key,
            removal_policy=RemovalPolicy.DESTROY if deployment.is_local else RemovalPolicy.RETAIN,
        )
        child = self.secret.node.default_child
        assert isinstance(child, secretsmanager.CfnSecret)  # noqa: S101 - Secret's default child is a CfnSecret
        # The attribute rather than Ref, which the emulator takes for the name.
        self.secret_arn = child.attr_id
        acknowledge(
            self.secret,
            "AwsSolutions-SMG4",
            "The vendors issue these keys: whoever rotates one at the vendor puts it here, and functions read it anew "
            "within a minute.",
        )
        self.configuration = ses.CfnConfigurationSet(
            self,
            "EmailConfiguration",
            delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(
                tls_policy="OPTIONAL" if deployment.is_local else "REQUIRE"
            ),
            reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True),
            suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(
                suppressed_reasons=["BOUNCE", "COMPLAINT"]
            ),
        )
        self.sender = ses.CfnEmailIdentity(self, "Sender", email_identity=deployment.vendors.email_sender)
        for vendor in VENDORS:
            self._alarm(vendor, data)
        CfnOutput(self, "VendorSecretsArn", value=self.secret_arn)
        CfnOutput(self, "EmailSender", value=deployment.vendors.email_sender)
        CfnOutput(self, "EmailConfigurationName", value=self.configuration.ref)

    def _alarm(self, vendor: str, data: DataStack) -> None:
        """A vendor that fails again and again. One failed call is ordinary: it is tried again."""
        failures = cloudwatch.Metric(
            namespace="Rapport/vendors",
            metric_name="Failures",
            dimensions_map={"vendor": vendor, "service": "vendors"},
            statistic="Sum",
            period=Duration.minutes(1),
        )
        alarm = cloudwatch.Alarm(
            self,
            f"{vendor.capitalize()}Failing",
            metric=failures,
            threshold=3,
            evaluation_periods=5,
            datapoints_to_alarm=3,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{vendor} fails again and again: docs/runbooks/vendor-outage.md",
        )
        alarm.add_alarm_action(actions.SnsAction(data.alarms))


def vendor_arns(vendors: VendorsStack) -> dict[Resource, str]:
    """Resources that third parties need."""

    def ses_arn(kind: str, name: str) -> str:
        return vendors.format_arn(service="ses", resource=kind, resource_name=name)

    return {
        Resource.VENDOR_SECRETS: vendors.secret_arn,
        Resource.EMAIL_IDENTITY: ses_arn("identity", vendors.sender.email_identity),
        Resource.EMAIL_CONFIGURATION: ses_arn("configuration-set", vendors.configuration.ref),
        Resource.EVENT_BUS: vendors.format_arn(service="events", resource="event-bus", resource_name=DEFAULT_BUS),
    }


def vendor_values(vendors: VendorsStack, deployment: Deployment) -> dict[str, str]:
    """Settings of whatever calls third parties."""
    addresses = deployment.vendors
    return {
        "VENDOR_SECRETS": vendors.secret_arn,
        "VONAGE_API_URL": addresses.vonage_api_url,
        "VONAGE_VIDEO_URL": addresses.vonage_video_url,
        "FOXIT_URL": addresses.foxit_url,
        "KINTONE_URL": addresses.kintone_url,
        "OPENAI_URL": addresses.openai_url,
        "GENESYS_URL": addresses.genesys_url,
        "BIGQUERY_URL": addresses.bigquery_url,
        "GOOGLE_STS_URL": addresses.google_sts_url,
        "GOOGLE_IAM_URL": addresses.google_iam_url,
        "EMAIL_SENDER": addresses.email_sender,
        "EMAIL_CONFIGURATION": vendors.configuration.ref,
        "EVENT_BUS": DEFAULT_BUS,
    }
