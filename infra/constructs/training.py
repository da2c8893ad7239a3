"""What a training stands on outside its functions: the bundle of packages, the source, the role of SageMaker jobs."""

from __future__ import annotations

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct
from rapport.runtime.function_spec import Resource

from infra.acknowledge import acknowledge
from infra.settings import Deployment

JOBS = "rapport-"
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
FINDINGS = (
    "*",
    "<FilesBucket7C17EE2E.Arn>/models/*",
    "<FilesBucket7C17EE2E.Arn>/training/*",
    "arn:<AWS::Partition>:ecr:<AWS::Region>:*:repository/*",
    "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/TrainingJobs:*",
)
EVENTS_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"


class TrainingGround(Construct):
    """The assets exist where `python -m tools.build aws --training` has built them, which a deployment does.

    Without them (synth, tests, the emulator) the addresses are empty: the packages are those of the environment.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, files: s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        self._image = deployment.training_image or ""
        self.bundle = self._asset("Bundle", deployment, "training-bundle.zip")
        self.source = self._asset("Source", deployment, "training-source/source.tar.gz")
        self.role = iam.Role(
            self,
            "JobRole",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
            description="Rapport training jobs: their folder of the files bucket, the models, their logs",
        )
        self._allow(("s3:GetObject",), [f"{files.bucket_arn}/training/*"])
        self._allow(("s3:PutObject",), [f"{files.bucket_arn}/training/*", f"{files.bucket_arn}/models/*"])
        if self.source is not None:
            self._allow(("s3:ListBucket",), [self.source.bucket.bucket_arn])
            self._allow(("s3:GetObject",), [self.source.bucket.arn_for_objects(self.source.s3_object_key)])
        logs = self._arn("logs", "log-group", "/aws/sagemaker/TrainingJobs:*")
        self._allow(("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), [logs])
        # The image is whatever the deployment names, in AWS's registry or in one's own.
        self._allow(("ecr:GetAuthorizationToken",), ["*"])
        repository = self._arn("ecr", "repository", "*", account="*", slash=True)
        self._allow(
            ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), [repository]
        )
        reason = "A training job reads and writes the folders of training and models, names its log stream, and pulls."
        for finding in FINDINGS:
            acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{finding}]", reason)

    @property
    def arns(self) -> dict[Resource, str]:
        return {
            Resource.TRAINING_JOBS: self._arn("sagemaker", "training-job", f"{JOBS}*", slash=True),
            Resource.TRAINING_ROLE: self.role.role_arn,
            Resource.TRAINING_JOB_EVENTS: self._arn("events", "rule", EVENTS_RULE, slash=True),
        }

    @property
    def values(self) -> dict[str, str]:
        return {
            "TRAINING_BUNDLE": self.bundle.s3_object_url if self.bundle else "",
            "TRAINING_SOURCE": self.source.s3_object_url if self.source else "",
            "TRAINING_IMAGE": self._image,
            "TRAINING_ROLE_ARN": self.role.role_arn,
        }

    @property
    def bundle_arn(self) -> str | None:
        return self.bundle.bucket.arn_for_objects(self.bundle.s3_object_key) if self.bundle else None

    def _asset(self, name: str, deployment: Deployment, path: str) -> assets.Asset | None:
        built = deployment.build_root / path
        if deployment.is_local or not built.is_file():
            return None
        return assets.Asset(self, name, path=str(built))

    def _allow(self, actions: tuple[str, ...], resources: list[str]) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=resources))

    def _arn(self, service: str, resource: str, name: str, *, account: str | None = None, slash: bool = False) -> str:
        form = ArnFormat.SLASH_RESOURCE_NAME if slash else ArnFormat.COLON_RESOURCE_NAME
        return Stack.of(self).format_arn(
            service=service, resource=resource, resource_name=name, account=account, arn_format=form
        )
