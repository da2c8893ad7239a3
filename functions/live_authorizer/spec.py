"""Declaration of live_authorizer."""

from rapport.live.settings import AuthorizerSettings
from rapport.runtime.function_spec import FunctionSpec, Layer

SPEC = FunctionSpec(
    name="live_authorizer",
    description="Checks the access token of a WebSocket handshake",
    settings=AuthorizerSettings,
    websocket_authorizer=True,
    layers=(Layer.IDENTITY,),
    timeout_s=10,
)
