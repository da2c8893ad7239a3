"""Connect: what Rapport adds to an existing Amazon Connect instance (docs/connect.md).

An instance has one storage association per kind of data. Rapport never takes one over: an association is
created only for the kinds that the context key `connectFreeAssociations` declares free.
"""

from __future__ import annotations

import re

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_connect as connect
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra import contact_flow
from infra.settings import Deployment

ASSOCIATIONS: dict[str, Resource] = {
    "REAL_TIME_CONTACT_ANALYSIS_VOICE_SEGMENTS": Resource.SEGMENT_STREAM,
    "REAL_TIME_CONTACT_ANALYSIS_CHAT_SEGMENTS": Resource.SEGMENT_STREAM,
    "CONTACT_TRACE_RECORDS": Resource.CONTACT_RECORD_STREAM,
    "AGENT_EVENTS": Resource.AGENT_EVENT_STREAM,
}
INSTANCE = re.compile(r"arn:aws[\w-]*:connect:[a-z0-9-]+:[0-9]{12}:instance/[0-9a-f-]{36}")


class ConnectStack(Stack):
    """Look-up permission and integration, contact flow, and the associations that are declared free."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        lookup_arn: str,
        streams: dict[Resource, kinesis.IStream],
    ) -> None:
        super().__init__(scope, construct_id, description="Rapport: Amazon Connect")
        instance = deployment.connect_instance_arn or ""
        if not INSTANCE.fullmatch(instance):
            raise ValueError(f"context connectInstanceArn is not the ARN of a Connect instance: {instance!r}")
        lambda_.CfnPermission(
            self,
            "ConnectMayLookUp",
            action="lambda:InvokeFunction",
            function_name=lookup_arn,
            principal="connect.amazonaws.com",
            source_arn=instance,
            source_account=instance.split(":")[4],
        )
        integration = connect.CfnIntegrationAssociation(
            self,
            "LookUp",
            # The property is named InstanceId and wants the ARN.
            instance_id=instance,
            integration_arn=lookup_arn,
            integration_type="LAMBDA_FUNCTION",
        )
        flow = self._flow(instance, lookup_arn)
        flow.add_dependency(integration)
        for kind in self._free_associations():
            stream = streams[ASSOCIATIONS[kind]]
            connect.CfnInstanceStorageConfig(
                self,
                "".join(part.capitalize() for part in kind.split("_")),
                instance_arn=instance,
                resource_type=kind,
                storage_type="KINESIS_STREAM",
                kinesis_stream_config=connect.CfnInstanceStorageConfig.KinesisStreamConfigProperty(
                    stream_arn=stream.stream_arn
                ),
            )

    def _flow(self, instance: str, lookup_arn: str) -> connect.CfnContactFlow:
        standard = str(self.node.try_get_context("connectQueueArn") or "")
        if not standard:
            raise ValueError("context connectQueueArn must name the queue for ordinary callers")
        queues = contact_flow.Queues(
            standard=standard,
            vip=str(self.node.try_get_context("connectVipQueueArn") or standard),
            high_risk=str(self.node.try_get_context("connectHighRiskQueueArn") or standard),
        )
        language = str(self.node.try_get_context("connectLanguage") or "en-US")
        content = contact_flow.build(lookup_arn=lookup_arn, queues=queues, language=language)
        problems = contact_flow.validate(content)
        if problems:
            raise ValueError(f"the contact flow would be refused: {'; '.join(problems)}")
        flow = connect.CfnContactFlow(
            self,
            "Inbound",
            instance_arn=instance,
            name="Rapport inbound",
            type="CONTACT_FLOW",
            state="ACTIVE",
            description="Recognises the caller, switches real-time analytics on, routes by risk and spam",
            content=self.to_json_string(content),
        )
        CfnOutput(self, "ContactFlowArn", value=flow.attr_contact_flow_arn)
        return flow

    def _free_associations(self) -> list[str]:
        declared = self.node.try_get_context("connectFreeAssociations") or ""
        names = [name.strip() for name in str(declared).split(",") if name.strip()]
        if names == ["all"]:
            return list(ASSOCIATIONS)
        unknown = [name for name in names if name not in ASSOCIATIONS]
        if unknown:
            known = ", ".join(ASSOCIATIONS)
            raise ValueError(f"context connectFreeAssociations: {unknown[0]!r} is none of {known}")
        return names
