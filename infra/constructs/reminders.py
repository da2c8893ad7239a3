"""Reminders: a group of one-time schedules, and the role under which they invoke their function."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra.acknowledge import acknowledge
from infra.specs import fixed_name

FUNCTION = "onboarding_reminders"
GROUP = "rapport-onboarding"


class Reminders(Construct):
    """The group and the role. Both have fixed names, because the functions that make schedules name them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        scheduler.CfnScheduleGroup(self, "Group", name=GROUP)
        role = iam.Role(
            self,
            "Role",
            role_name=fixed_name(FUNCTION),
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"),
            description="Rapport reminders: invoke their function, nothing else",
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[reminders_function_arn(stack)])
        )


def reminders_function_arn(stack: Stack) -> str:
    """ARN of the function that schedules invoke."""
    return stack.format_arn(
        service="lambda",
        resource="function",
        resource_name=fixed_name(FUNCTION),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def reminders_role_arn(stack: Stack) -> str:
    """ARN of the role that schedules act under."""
    return stack.format_arn(service="iam", region="", resource="role", resource_name=fixed_name(FUNCTION))


def reminders_arns(stack: Stack) -> dict[Resource, str]:
    """What making and removing reminders is allowed on."""
    schedules = stack.format_arn(service="scheduler", resource="schedule", resource_name=f"{GROUP}/*")
    return {Resource.REMINDERS: schedules, Resource.REMINDERS_ROLE: reminders_role_arn(stack)}


def reminders_values(stack: Stack) -> dict[str, str]:
    """Settings of whoever makes reminders."""
    return {
        "REMINDERS_GROUP": GROUP,
        "REMINDERS_FUNCTION": reminders_function_arn(stack),
        "REMINDERS_ROLE": reminders_role_arn(stack),
    }


def acknowledge_schedules(role: iam.Role) -> None:
    """The finding of a role that makes reminders."""
    acknowledge(
        role,
        f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/{GROUP}/*]",
        "A reminder is named after its application, and lives in a group of its own.",
    )
