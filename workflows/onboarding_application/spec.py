"""Declaration of the onboarding workflow."""

from rapport.runtime.workflow_spec import WorkflowSpec

SPEC = WorkflowSpec(
    name="onboarding_application",
    description="Onboarding: one execution per application, named after it",
    functions=("onboarding_steps",),
)
