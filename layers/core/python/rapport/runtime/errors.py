"""The one table of errors: a domain exception, its stable problem type, its HTTP status (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

TYPE_CHECKING = False
if TYPE_CHECKING:  # Not from typing: a cold start that only scores would load it for nothing.
    from typing import ClassVar


class RapportError(Exception):
    """Base of every error raised on purpose.

    `kind` is the last part of the problem `type` URI and never changes once published. `field` names the
    offending input field (dotted path), when there is one.
    """

    kind: ClassVar[str] = "internal-error"
    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    def members(self) -> dict[str, object]:
        """Further members of the problem (RFC 9457, section 3.2), ready for JSON."""
        return {}


class ConfigurationError(RapportError):
    kind, title = "configuration-error", "The function is configured wrongly"


class InvalidInputError(RapportError):
    kind, status, title = "invalid-input", HTTPStatus.UNPROCESSABLE_ENTITY, "The input is not valid"


class MalformedRequestError(RapportError):
    kind, status, title = "malformed-request", HTTPStatus.BAD_REQUEST, "The request cannot be read"


class UnauthenticatedError(RapportError):
    kind, status, title = "unauthenticated", HTTPStatus.UNAUTHORIZED, "Sign in first"


class ForbiddenError(RapportError):
    kind, status, title = "forbidden", HTTPStatus.FORBIDDEN, "Not allowed"


class NotFoundError(RapportError):
    kind, status, title = "not-found", HTTPStatus.NOT_FOUND, "Not found"


class MethodNotAllowedError(RapportError):
    kind, status, title = "method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Another method is needed"


class ConflictError(RapportError):
    kind, status, title = "conflict", HTTPStatus.CONFLICT, "The state has changed"


class IdempotencyMismatchError(RapportError):
    kind, status, title = (
        "idempotency-key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The idempotency key was used with another request",
    )


class PayloadTooLargeError(RapportError):
    kind, status, title = "payload-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"


class UnsupportedMediaTypeError(RapportError):
    kind, status, title = "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json"


class TooManyRequestsError(RapportError):
    """`retry_after_s` is told in the Retry-After header, where it is known."""

    kind, status, title = "too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"

    def __init__(self, detail: str, *, field: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(detail, field=field)
        self.retry_after_s = retry_after_s


class DependencyUnavailableError(RapportError):
    kind, status, title = "dependency-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "A dependency is unavailable"


class PoisonRecordError(RapportError):
    """A stream record that no retry can make readable; `detail` is the reason kept in the dead-letter queue."""

    kind, title = "poison-record", "The record cannot be read"
