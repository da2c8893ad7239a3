"""Vendors: their credentials."""

from __future__ import annotations

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra.acknowledge import acknowledge
from infra.settings import Deployment
from infra.stacks.data import DataStack


class VendorsStack(Stack):
    """One secret for all vendors. Its value is never in a template: an operator or the sandbox puts it there."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, data: DataStack) -> None:
        super().__init__(scope, construct_id, description="Rapport: third parties")
        self.secret = secretsmanager.Secret(
            self,
            "Secrets",
            description="Credentials of vendors, as JSON by vendor",
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
        CfnOutput(self, "VendorSecretsArn", value=self.secret_arn)


def vendor_arns(vendors: VendorsStack) -> dict[Resource, str]:
    """Resources that third parties need."""
    return {Resource.VENDOR_SECRETS: vendors.secret_arn}


def vendor_values(vendors: VendorsStack, deployment: Deployment) -> dict[str, str]:
    """Settings of whatever calls third parties."""
    return {"VENDOR_SECRETS": vendors.secret_arn, "OPENAI_URL": deployment.openai_url}
