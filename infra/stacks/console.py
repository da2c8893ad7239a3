"""Console: the web console in S3 behind CloudFront, one front door with /api and /live."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment_
from constructs import Construct

from infra import ROOT
from infra.acknowledge import acknowledge
from infra.settings import Deployment
from infra.stacks.api import LIVE_STAGE, ApiStack

# {files} is where presigned addresses lead: files are uploaded from the page.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "connect-src 'self' wss: {files}",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors {frames}",
    )
)


FRAMED_PATH = "/assist"
UPLOADER_FINDINGS = (
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    *(f"AwsSolutions-IAM5[Action::s3:{name}*]" for name in ("Abort", "DeleteObject", "GetBucket", "GetObject", "List")),
    "AwsSolutions-IAM5[Resource::*]",
    "AwsSolutions-IAM5[Resource::<Console63CA37A7.Arn>/*]",
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]",
    "AwsSolutions-L1",
    "Serverless-LambdaDLQ",
    "Serverless-LambdaLatestVersion",
    "Serverless-LambdaTracing",
)


class ConsoleStack(Stack):
    """CloudFront in front of S3 (console), the HTTP API (/api/*) and the WebSocket API (/live)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, api: ApiStack, files: s3.IBucket
    ) -> None:
        super().__init__(scope, construct_id, description="Rapport: web console")
        bucket = s3.Bucket(
            self,
            "Console",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=not deployment.is_local,
            versioned=True,
            removal_policy=RemovalPolicy.DESTROY,
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=Duration.days(30))],
        )
        domain = f"execute-api.{self.region}.{self.url_suffix}"
        http = origins.HttpOrigin(f"{api.http.api_id}.{domain}")
        live = origins.HttpOrigin(f"{api.live.api.api_id}.{domain}")
        addresses = f"https://{files.bucket_domain_name} https://{files.bucket_regional_domain_name}"
        headers = self._headers("Headers", addresses, frames="'none'")
        # The profile assistant alone may be shown in a frame, by the tenant's own region of Genesys Cloud.
        framed = self._headers("FramedHeaders", addresses, frames=deployment.genesys_frames)
        rewrite = cloudfront.Function(
            self,
            "SinglePage",
            code=cloudfront.FunctionCode.from_inline(
                "function handler(event) { var r = event.request;"
                " if (!/^\\/((assets|api-docs)\\/|[^/]*\\.[^/]*$)/.test(r.uri)) { r.uri = '/index.html'; } return r; }"
            ),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Paths outside the folders of files are the console's own routes",
        )
        everything = cloudfront.AllowedMethods.ALLOW_ALL
        pages = origins.S3BucketOrigin.with_origin_access_control(bucket)
        rewritten = [
            cloudfront.FunctionAssociation(event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=rewrite)
        ]
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="Rapport",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=pages,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
                function_associations=rewritten,
            ),
            additional_behaviors={
                FRAMED_PATH: cloudfront.BehaviorOptions(
                    origin=pages,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                    response_headers_policy=framed,
                    function_associations=rewritten,
                ),
                "/api/*": cloudfront.BehaviorOptions(
                    origin=http,
                    allowed_methods=everything,
                    cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                    origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                    response_headers_policy=headers,
                ),
                f"/{LIVE_STAGE}": cloudfront.BehaviorOptions(
                    origin=live,
                    allowed_methods=everything,
                    cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                    origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                ),
            },
        )
        self._acknowledge(bucket, deployment)
        CfnOutput(self, "ConsoleBucketName", value=bucket.bucket_name)
        CfnOutput(self, "Url", value=Fn.join("", ["https://", self.distribution.distribution_domain_name]))
        if not deployment.is_local:
            # The emulator cannot run this custom resource; the sandbox serves the built console itself.
            deployment_.BucketDeployment(
                self,
                "Files",
                sources=[deployment_.Source.asset(str(ROOT / "console" / "dist"))],
                destination_bucket=bucket,
                distribution=self.distribution,
                distribution_paths=["/index.html"],
                memory_limit=512,
            )
            self._acknowledge_uploader()

    def _headers(self, name: str, files: str, *, frames: str) -> cloudfront.ResponseHeadersPolicy:
        """The headers of every answer. Older browsers, which know no frame-ancestors, are told to show no frame."""
        nobody = cloudfront.ResponseHeadersFrameOptions(frame_option=cloudfront.HeadersFrameOption.DENY, override=True)
        return cloudfront.ResponseHeadersPolicy(
            self,
            name,
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=CONTENT_SECURITY_POLICY.format(files=files, frames=frames), override=False
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=nobody if frames == "'none'" else None,
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), include_subdomains=True, override=True
                ),
            ),
        )

    def _acknowledge(self, bucket: s3.Bucket, deployment: Deployment) -> None:
        acknowledge(bucket, "AwsSolutions-S1", "The bucket holds the public console and is read by CloudFront only.")
        if deployment.is_local:
            acknowledge(bucket, "AwsSolutions-S10", "The emulator speaks plain HTTP on the loopback address.")
        for rule, reason in (
            ("AwsSolutions-CFR1", "Where callers may come from is the tenant's policy, not the software's."),
            ("AwsSolutions-CFR2", "A web application firewall is a per-tenant choice; the README says how."),
            ("AwsSolutions-CFR3", "API Gateway logs every request; static files carry nothing to audit."),
            (
                "AwsSolutions-CFR4",
                "TLS 1.2 (2021) is the minimum; the tenant's own domain enforces it by its certificate.",
            ),
        ):
            acknowledge(self.distribution, rule, reason)

    def _acknowledge_uploader(self) -> None:
        reason = "CDK's own uploader, which runs during a deployment only, brings its role and runtime."
        for rule in UPLOADER_FINDINGS:
            acknowledge(self, rule, reason)
