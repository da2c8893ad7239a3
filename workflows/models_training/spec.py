"""Declaration of models_training."""

from rapport.runtime.function_spec import Grant, Resource
from rapport.runtime.workflow_spec import WorkflowSpec

SPEC = WorkflowSpec(
    name="models_training",
    description="Trains a model anew: export, prepare, learn here or in SageMaker, compare, register",
    functions=("models_train", "models_training"),
    grants=(
        Grant(
            resource=Resource.TRAINING_JOBS,
            actions=(
                "sagemaker:AddTags",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
            ),
        ),
        Grant(resource=Resource.TRAINING_ROLE, actions=("iam:PassRole",)),
        # How Step Functions learns that a job has ended.
        # https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
        Grant(
            resource=Resource.TRAINING_JOB_EVENTS,
            actions=("events:DescribeRule", "events:PutRule", "events:PutTargets"),
        ),
    ),
    schedule="rate(7 days)",
)
