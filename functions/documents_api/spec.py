"""Declaration of documents_api."""

from rapport.documents.settings import DocumentsApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="documents_api",
    description="Documents: templates, generation, lists, downloads",
    settings=DocumentsApiSettings,
    grants=(
        Grant(
            resource=Resource.DOCUMENTS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"),
        ),
        Grant(resource=Resource.DOCUMENTS_TABLE, actions=("dynamodb:Query",), indexes=("by_owner", "by_username")),
        Grant(resource=Resource.ONBOARDING_TABLE, actions=("dynamodb:GetItem",)),
        # GetObject is used by whoever fetches a document from its presigned address.
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject", "s3:PutObject"), folders=("documents",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="GET", path="/api/documents/list"),
        Route(method="GET", path="/api/documents/templates"),
        Route(method="POST", path="/api/documents/generate"),
        Route(method="GET", path="/api/documents/download/{document_id}"),
    ),
    layers=(Layer.VENDORS,),
    memory_mb=512,
    timeout_s=25,
)
