"""Identity: the Cognito user pool, its application client, and the groups that carry roles and teams."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.settings import Deployment

ROLES = ("customer", "agent", "supervisor", "analyst", "admin")


class IdentityStack(Stack):
    """Sign-in by user name or e-mail; teams are groups named `team:<name>` that an administrator adds."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id, description="Rapport: identity")
        self.user_pool = cognito.UserPool(
            self,
            "Users",
            # Accounts are opened by our own API, which proves the phone number; Cognito itself would not.
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True, email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True),
                phone_number=cognito.StandardAttribute(required=False, mutable=True),
                locale=cognito.StandardAttribute(required=False, mutable=True),
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=not deployment.is_local,
            removal_policy=RemovalPolicy.DESTROY if deployment.is_local else RemovalPolicy.RETAIN,
        )
        self.client = self.user_pool.add_client(
            "Application",
            # Passwords are taken from our own API only, whose limits nobody gets around then.
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # How long a token works after its session was ended.
            access_token_validity=Duration.minutes(60 if deployment.is_local else 15),
            id_token_validity=Duration.minutes(60 if deployment.is_local else 15),
            refresh_token_validity=Duration.hours(12),
        )
        for role in ROLES:
            cognito.CfnUserPoolGroup(
                self, f"Role{role.capitalize()}", user_pool_id=self.user_pool.user_pool_id, group_name=role
            )
        acknowledge(
            self.user_pool,
            "AwsSolutions-COG2",
            "A second factor (TOTP) is offered to all; a bank requires it by its own policy or single sign-on.",
        )
        acknowledge(
            self.user_pool,
            "AwsSolutions-COG3",
            "Threat protection is a paid Cognito plan; the README says how a tenant switches it on.",
        )
        acknowledge(
            self.user_pool,
            "AwsSolutions-COG8",
            "The Plus feature plan is a paid choice of the tenant; the README says how to switch it on.",
        )
        CfnOutput(self, "UserPoolId", value=self.user_pool.user_pool_id)
        CfnOutput(self, "UserPoolClientId", value=self.client.user_pool_client_id)
