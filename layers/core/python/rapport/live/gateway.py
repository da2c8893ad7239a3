"""Posts to WebSocket connections through API Gateway's management API."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from rapport.runtime.dynamodb import AwsClient, error_code
from rapport.runtime.errors import DependencyUnavailableError


@dataclass(frozen=True, slots=True)
class ApiGatewayPost:
    """Implements the service's `Post`."""

    client: AwsClient

    def send(self, connection_id: str, text: str) -> bool:
        """False when the connection is gone; `DependencyUnavailableError` when a retry may help."""
        try:
            self.client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except ClientError as error:
            code = error_code(error)
            if code in {"GoneException", "410", "BadRequestException"}:
                return False
            raise DependencyUnavailableError(f"the WebSocket API did not answer: {code}") from error
        except BotoCoreError as error:
            raise DependencyUnavailableError(f"the WebSocket API did not answer: {type(error).__name__}") from error
        return True

    def disconnect(self, connection_id: str) -> None:
        """Close a connection; one that is gone already is fine."""
        try:
            self.client.delete_connection(ConnectionId=connection_id)
        except (ClientError, BotoCoreError):
            return
