"""Declaration of docs_api."""

from rapport.runtime.function_spec import FunctionSpec, Route
from rapport.runtime.settings import Settings

SPEC = FunctionSpec(
    name="docs_api",
    description="The OpenAPI document and its two reading pages",
    settings=Settings,
    routes=(
        Route(method="GET", path="/api/openapi.json", public=True),
        Route(method="GET", path="/api/docs", public=True),
        Route(method="GET", path="/api/redoc", public=True),
    ),
    memory_mb=256,
    timeout_s=5,
)
