"""API: the HTTP API with its token authorizer, and the WebSocket API of the live pushes."""

from __future__ import annotations

import json

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
from rapport.runtime.function_spec import FunctionSpec, Resource

from infra.acknowledge import acknowledge
from infra.constructs.function import Foundation, RapportFunction
from infra.settings import Deployment
from infra.specs import function_specs
from infra.stacks.identity import IdentityStack

LIVE_STAGE = "live"


class LiveApi(Construct):
    """The WebSocket API without routes: made first, because every function that pushes needs its address."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.api = apigw.WebSocketApi(
            self, "Api", description="Rapport live", route_selection_expression="$request.body.action"
        )
        access = logs.LogGroup(
            self,
            "Access",
            retention=logs.RetentionDays.THREE_MONTHS,
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.stage = apigw.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name=LIVE_STAGE,
            auto_deploy=True,
            default_route_settings=apigw.CfnStage.RouteSettingsProperty(
                throttling_burst_limit=500, throttling_rate_limit=200
            ),
            # No query string here: it carries the token of the handshake.
            access_log_settings=apigw.CfnStage.AccessLogSettingsProperty(
                destination_arn=access.log_group_arn,
                format=json.dumps(
                    {
                        "requestId": "$context.requestId",
                        "routeKey": "$context.routeKey",
                        "eventType": "$context.eventType",
                        "connectionId": "$context.connectionId",
                        "status": "$context.status",
                        "error": "$context.error.message",
                    }
                ),
            ),
        )
        self.arn = (
            f"arn:{stack.partition}:execute-api:{stack.region}:{stack.account}:"
            f"{self.api.api_id}/{LIVE_STAGE}/*/@connections/*"
        )
        self.management_url = (
            f"{deployment.emulator_url}/_aws/execute-api/{self.api.api_id}/{LIVE_STAGE}"
            if deployment.emulator_url
            else f"https://{self.api.api_id}.execute-api.{stack.region}.{stack.url_suffix}/{LIVE_STAGE}"
        )


class ApiStack(Stack):
    """Routes come from the functions' own declarations."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, key: kms.IKey) -> None:
        super().__init__(scope, construct_id, description="Rapport: HTTP and WebSocket APIs")
        self._deployment = deployment
        self._key = key
        self.live = LiveApi(self, "Live", deployment=deployment, key=key)
        self.http = apigw.HttpApi(self, "Http", description="Rapport", create_default_stage=False)
        self._default_stage()
        CfnOutput(self, "HttpApiId", value=self.http.api_id)
        CfnOutput(self, "WebSocketApiId", value=self.live.api.api_id)

    def add_functions(self, foundation: Foundation, identity: IdentityStack) -> None:
        """Create every function that has HTTP or WebSocket routes, and route to it."""
        issuer = f"https://cognito-idp.{self.region}.amazonaws.com/{identity.user_pool.user_pool_id}"
        bearer = authorizers.HttpJwtAuthorizer("Bearer", issuer, jwt_audience=[identity.client.user_pool_client_id])
        specs = function_specs().values()
        authorizer_spec = next(spec for spec in specs if spec.websocket_authorizer)
        handshake = authorizers.WebSocketLambdaAuthorizer(
            "Handshake",
            RapportFunction(self, authorizer_spec, foundation).function,
            identity_source=["route.request.querystring.token"],
        )
        for spec in specs:
            if spec.routes:
                self._route_http(spec, RapportFunction(self, spec, foundation).function, bearer)
            if spec.websocket_routes:
                self._route_live(spec, RapportFunction(self, spec, foundation).function, handshake)

    def _default_stage(self) -> None:
        access = logs.LogGroup(
            self,
            "HttpAccess",
            retention=logs.RetentionDays.THREE_MONTHS,
            encryption_key=self._key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        stage = apigw.HttpStage(
            self,
            "HttpStage",
            http_api=self.http,
            stage_name="$default",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            throttle=apigw.ThrottleSettings(burst_limit=400, rate_limit=200),
        )
        child = stage.node.default_child
        assert isinstance(child, apigw.CfnStage)  # noqa: S101 - HttpStage's default child is a CfnStage
        child.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
            destination_arn=access.log_group_arn,
            format=json.dumps(
                {
                    "requestId": "$context.requestId",
                    "routeKey": "$context.routeKey",
                    "status": "$context.status",
                    "latency": "$context.responseLatency",
                    "integrationError": "$context.integrationErrorMessage",
                    "sourceIp": "$context.identity.sourceIp",
                }
            ),
        )

    def _route_http(
        self, spec: FunctionSpec, function: lambda_.Function, bearer: authorizers.HttpJwtAuthorizer
    ) -> None:
        # One permission a function: one a route would take the stack beyond the 500 resources it may have.
        integration = integrations.HttpLambdaIntegration(f"{spec.name}-http", function, scope_permission_to_route=False)
        for route in spec.routes:
            routes = self.http.add_routes(
                path=route.path,
                methods=[apigw.HttpMethod[route.method]],
                integration=integration,
                authorizer=None if route.public else bearer,
            )
            if route.public:
                for made in routes:
                    acknowledge(
                        made,
                        "AwsSolutions-APIG4",
                        "Health, sign-in, documentation and callbacks that prove themselves are open by specification.",
                    )

    def _route_live(
        self, spec: FunctionSpec, function: lambda_.Function, handshake: apigw.IWebSocketRouteAuthorizer
    ) -> None:
        integration = integrations.WebSocketLambdaIntegration(f"{spec.name}-live", function)
        for key in spec.websocket_routes:
            route = self.live.api.add_route(
                key,
                integration=integration,
                authorizer=handshake if key == "$connect" else None,
            )
            if key != "$connect":
                acknowledge(
                    route,
                    "AwsSolutions-APIG4",
                    "API Gateway authorizes a WebSocket once, at $connect; later messages ride on it.",
                )


def live_values(api: ApiStack) -> dict[str, str]:
    """Settings that the live API provides."""
    return {"LIVE_MANAGEMENT_URL": api.live.management_url}


def live_arns(api: ApiStack) -> dict[Resource, str]:
    """Resources that the live API provides."""
    return {Resource.LIVE_API: api.live.arn}
