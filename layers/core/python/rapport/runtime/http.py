"""The web side of every HTTP function: strict JSON in, JSON or problem+json (RFC 9457) out.

`create_app` makes a Powertools resolver whose errors are all problems; `serve` checks the request before it
and never lets anything but an answer out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from http import HTTPStatus
from typing import Annotated, Any, NoReturn, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from rapport.runtime.errors import (
    MalformedRequestError,
    NotFoundError,
    PayloadTooLargeError,
    RapportError,
    TooManyRequestsError,
    UnsupportedMediaTypeError,
)
from rapport.runtime.observability import logger

PROBLEMS = "https://rapport.dev/problems/"
PROBLEM_JSON = "application/problem+json"
MAX_BODY_BYTES = 256 * 1024
CORRELATION_HEADER = "x-correlation-id"
_CORRELATION = re.compile(r"[A-Za-z0-9._:=+/-]{8,128}")
_BODY_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


T = TypeVar("T")
AsWord = Annotated[T, Field(strict=False)]


class Body(BaseModel):
    """A request's body: nothing that the API's document does not name, and JSON's types as they are.

    `"1"` and `true` are no numbers, `1` is no boolean. What comes as another type than the document says is a mistake
    of the caller's that a guess would hide. An enumeration comes as a word: its field is `AsWord[...]`.
    """

    model_config = ConfigDict(extra="forbid", strict=True)


class FieldError(BaseModel):
    """One wrong field: its dotted path and what is wrong with it."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem (RFC 9457). `type` is stable; `instance` is the correlation id to quote to support."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] = []


def correlation_id(event: dict[str, Any]) -> str:
    """The caller's correlation id if it is well-formed, else the gateway's request id."""
    given = (event.get("headers") or {}).get(CORRELATION_HEADER, "")
    if isinstance(given, str) and _CORRELATION.fullmatch(given):
        return given
    return str((event.get("requestContext") or {}).get("requestId") or "unknown")


def problem(
    status: HTTPStatus,
    kind: str,
    title: str,
    detail: str,
    instance: str,
    errors: list[FieldError] | None = None,
    members: dict[str, object] | None = None,
) -> Response[Any]:
    """A problem+json answer; `members` are what this kind of problem says beside what all say."""
    body = Problem(
        type=PROBLEMS + kind, title=title, status=status, detail=detail, instance=instance, errors=errors or []
    )
    said = {**body.model_dump(mode="json", exclude_defaults=True), **(members or {})}
    return Response(
        status_code=status.value,
        content_type=PROBLEM_JSON,
        body=json.dumps(said, ensure_ascii=False),
        headers={**HEADERS, CORRELATION_HEADER: instance},
    )


def _of_error(error: RapportError, instance: str) -> Response[Any]:
    errors = [FieldError(field=error.field, message=error.detail)] if error.field else []
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("request failed", extra={"kind": error.kind, "detail": error.detail})
    response = problem(error.status, error.kind, error.title, error.detail, instance, errors, error.members())
    if isinstance(error, TooManyRequestsError) and error.retry_after_s is not None:
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def create_app() -> APIGatewayHttpResolver:
    """A resolver with validation whose errors are problems."""
    app = APIGatewayHttpResolver(enable_validation=True)

    def instance() -> str:
        return correlation_id(app.current_event.raw_event)

    @app.exception_handler(RapportError)
    def on_domain_error(error: RapportError) -> Response[Any]:
        return _of_error(error, instance())

    @app.exception_handler(RequestValidationError)
    def on_invalid_request(error: RequestValidationError) -> Response[Any]:
        found = [FieldError(field=_path(item["loc"]), message=_readable(item["msg"])) for item in error.errors()]
        if any(item["type"] == "json_invalid" for item in error.errors()):
            return _of_error(MalformedRequestError("the body is not valid JSON"), instance())
        detail = "; ".join(f"{item.field}: {item.message}" for item in found[:3]) or "the request is not valid"
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return problem(status, "invalid-input", "The input is not valid", detail, instance(), found[:20])

    @app.exception_handler(ServiceError)
    def on_service_error(error: ServiceError) -> Response[Any]:
        status = HTTPStatus(error.status_code)
        return problem(status, status.phrase.lower().replace(" ", "-"), status.phrase, str(error.msg), instance())

    @app.not_found
    def on_no_route(error: NoRouteError) -> Response[Any]:
        del error
        return _of_error(NotFoundError("there is nothing at this address"), instance())

    return app


def _path(location: tuple[Any, ...]) -> str:
    """Dotted path of a validation error, without saying whether it was body, query or path."""
    parts = [str(part) for part in location if part not in ("body", "query", "path", "header")]
    return ".".join(parts) or "body"


def _readable(message: str) -> str:
    return message.encode("utf-8", "replace").decode()[:300]


def serve(
    app: APIGatewayHttpResolver, event: dict[str, Any], context: Any, *, largest_body: int = MAX_BODY_BYTES
) -> dict[str, Any]:
    """Answer one API Gateway event (payload 2.0). Whatever goes wrong becomes a problem."""
    instance = correlation_id(event)
    logger.set_correlation_id(instance)
    try:
        _check_body(event, largest_body)
        answer: dict[str, Any] = app.resolve(event, context)
    except RapportError as error:
        answer = _plain(_of_error(error, instance))
    except Exception as error:  # noqa: BLE001 - the last line of defence: log it, tell nothing
        logger.exception("unexpected error", extra={"error_type": type(error).__name__})
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        answer = _plain(problem(status, "internal-error", "Internal error", "something went wrong here", instance))
    answer["body"] = answer.get("body") or ""
    answer["headers"] = {**HEADERS, CORRELATION_HEADER: instance, **_lowered(answer.get("headers"))}
    return answer


def refuse(event: dict[str, Any], error: RapportError, headers: dict[str, str]) -> dict[str, Any]:
    """Answer with a problem without asking the resolver."""
    answer = _plain(_of_error(error, correlation_id(event)))
    answer["headers"] |= headers
    return answer


def _lowered(headers: dict[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


def _plain(response: Response[Any]) -> dict[str, Any]:
    headers = {"content-type": response.content_type or PROBLEM_JSON, **_lowered(_single(response.headers))}
    return {"statusCode": response.status_code, "headers": headers, "body": response.body, "isBase64Encoded": False}


def _single(headers: Any) -> dict[str, str]:
    return {name: value if isinstance(value, str) else ",".join(value) for name, value in (headers or {}).items()}


def body_bytes(event: dict[str, Any]) -> bytes:
    """The request's body as it came, empty when it has none or it cannot be decoded."""
    try:
        return _bytes_of(event.get("body") or "", encoded=bool(event.get("isBase64Encoded")))
    except MalformedRequestError:
        return b""


def _check_body(event: dict[str, Any], largest: int) -> None:
    """Refuse what is too large, not JSON, or JSON that no other parser accepts (NaN, lone surrogates)."""
    http = (event.get("requestContext") or {}).get("http") or {}
    body = event.get("body")
    if http.get("method") not in _BODY_METHODS:
        event["body"] = None
        return
    if not body:
        # Without a body there is no media type to refuse: the missing body is what is wrong.
        event["headers"] = {**(event.get("headers") or {}), "content-type": "application/json"}
        return
    raw = _bytes_of(body, encoded=bool(event.get("isBase64Encoded")))
    if len(raw) > largest:
        raise PayloadTooLargeError(f"the body has {len(raw)} bytes, at most {largest} are read")
    media_type = str((event.get("headers") or {}).get("content-type", "application/json")).split(";")[0].strip()
    if media_type.lower() != "application/json":
        raise UnsupportedMediaTypeError("the body must be application/json")
    try:
        text = raw.decode("utf-8")
        document = json.loads(text, parse_constant=_refuse)
        text = json.dumps(document, ensure_ascii=False)
        text.encode("utf-8")
    except (ValueError, RecursionError):
        raise MalformedRequestError("the body is not valid JSON") from None
    event["body"], event["isBase64Encoded"] = text, False


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _bytes_of(body: str, *, encoded: bool) -> bytes:
    if not encoded:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body)
    except (ValueError, binascii.Error):
        raise MalformedRequestError("the body is not valid base64") from None
