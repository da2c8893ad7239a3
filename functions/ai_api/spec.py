"""Declaration of ai_api."""

from rapport.ai.settings import AiApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="ai_api",
    description="AI help: plans, messages, behaviour, fraud opinion, chatbot, usage and cost",
    settings=AiApiSettings,
    grants=(
        Grant(
            resource=Resource.AI_TABLE,
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.AI_TABLE, actions=("dynamodb:Query",), indexes=("by_user",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/ai/personalize-onboarding"),
        Route(method="POST", path="/api/ai/optimize-communication"),
        Route(method="POST", path="/api/ai/analyze-behavior"),
        Route(method="POST", path="/api/ai/detect-fraud"),
        Route(method="POST", path="/api/ai/chatbot"),
        Route(method="GET", path="/api/ai/chatbot/sessions"),
        Route(method="GET", path="/api/ai/chatbot/sessions/{session_id}"),
        Route(method="GET", path="/api/ai/interactions"),
        Route(method="POST", path="/api/ai/interactions/{interaction_id}/feedback"),
        Route(method="GET", path="/api/ai/analytics"),
        Route(method="GET", path="/api/ai/handovers"),
        Route(method="POST", path="/api/ai/handovers/{handover_id}/take"),
    ),
    layers=(Layer.AI,),
    memory_mb=1024,
    timeout_s=25,
)
