"""`Idempotency-Key`: a creating request sent twice makes one thing and gives one answer, for a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from pydantic import BaseModel

from rapport.runtime.errors import (
    ConflictError,
    DependencyUnavailableError,
    IdempotencyMismatchError,
    InvalidInputError,
)

HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e]{8,200}")
DAY_S = 86_400


class Idempotency:
    """Runs creating operations once per caller, route and key."""

    def __init__(self, client: Any, table: str) -> None:
        self._layer = DynamoDBPersistenceLayer(
            table_name=table,
            key_attr="pk",
            sort_key_attr="sk",
            static_pk_value="IDEMPOTENCY",
            expiry_attr="expires_at",
            in_progress_expiry_attr="in_progress_until",
            boto3_client=client,
        )
        self._config = IdempotencyConfig(
            event_key_jmespath="key", payload_validation_jmespath="body", expires_after_seconds=DAY_S
        )

    def once(
        self,
        app: APIGatewayHttpResolver,
        caller: str,
        route: str,
        body: BaseModel,
        operation: Callable[[], BaseModel],
    ) -> dict[str, Any]:
        """Run an operation of the request that `app` answers under the request's key, if it has one."""
        return self.run(
            headers=app.current_event.headers,
            caller=caller,
            route=route,
            body=body.model_dump(mode="json"),
            context=app.lambda_context,
            operation=lambda: operation().model_dump(mode="json"),
        )

    def run(
        self,
        *,
        headers: dict[str, str],
        caller: str,
        route: str,
        body: Any,
        context: Any,
        operation: Callable[[], dict[str, Any]],
    ) -> dict[str, Any]:
        """Run `operation` once; without the header, every time. The answer must be JSON."""
        key = headers.get(HEADER)
        if key is None:
            return operation()
        if not _KEY.fullmatch(key):
            raise InvalidInputError("an idempotency key has 8 to 200 visible ASCII characters", field="Idempotency-Key")
        self._config.register_lambda_context(context)

        @idempotent_function(data_keyword_argument="request", config=self._config, persistence_store=self._layer)
        def once(*, request: dict[str, Any]) -> dict[str, Any]:
            del request
            return operation()

        try:
            answer: dict[str, Any] = once(request={"key": f"{caller} {route} {key}", "body": body})
        except IdempotencyValidationError:
            raise IdempotencyMismatchError(
                "this idempotency key was used with another body", field="Idempotency-Key"
            ) from None
        except IdempotencyAlreadyInProgressError:
            raise ConflictError("the first request with this idempotency key is still running") from None
        except IdempotencyPersistenceLayerError as error:
            raise DependencyUnavailableError("the idempotency store did not answer") from error
        return answer
