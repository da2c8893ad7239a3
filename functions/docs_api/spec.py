"""Declaration of docs_api."""

from rapport.runtime.function_spec import FunctionSpec, Route
from rapport.runtime.settings import Settings

SPEC = FunctionSpec(
    name="docs_api",
    description="The OpenAPI document, its two reading pages, and a problem for whatever is not in it",
    settings=Settings,
    routes=(
        Route(method="GET", path="/api/openapi.json", public=True),
        Route(method="GET", path="/api/docs", public=True),
        Route(method="GET", path="/api/redoc", public=True),
        Route(method="ANY", path="/api/{proxy+}", public=True),
    ),
    memory_mb=256,
    timeout_s=5,
)
