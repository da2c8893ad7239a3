"""Amazon Cognito as the user directory. Its errors become ours without telling whether a user exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rapport.identity.model import Role
from rapport.identity.service import Delivery, Tokens
from rapport.runtime.dynamodb import AwsClient, error_code
from rapport.runtime.errors import (
    ConflictError,
    DependencyUnavailableError,
    InvalidInputError,
    RapportError,
    TooManyRequestsError,
    UnauthenticatedError,
)

WRONG_CREDENTIALS = "the user name or the password is wrong"
WRONG_CODE = "the code is wrong or has expired"

_ERRORS: dict[str, RapportError] = {
    "NotAuthorizedException": UnauthenticatedError(WRONG_CREDENTIALS),
    "UserNotFoundException": UnauthenticatedError(WRONG_CREDENTIALS),
    "UserNotConfirmedException": UnauthenticatedError(WRONG_CREDENTIALS),
    "PasswordResetRequiredException": UnauthenticatedError(WRONG_CREDENTIALS),
    "UsernameExistsException": ConflictError("this user name or address cannot be used", field="username"),
    "AliasExistsException": ConflictError("this user name or address cannot be used", field="username"),
    "CodeMismatchException": InvalidInputError(WRONG_CODE, field="code"),
    "ExpiredCodeException": InvalidInputError(WRONG_CODE, field="code"),
    "InvalidPasswordException": InvalidInputError(
        "at least 12 characters with lower and upper case letters, a digit and a symbol", field="password"
    ),
    "InvalidParameterException": InvalidInputError("a value is not acceptable"),
    "TooManyRequestsException": TooManyRequestsError("too many attempts; wait a little"),
    "LimitExceededException": TooManyRequestsError("too many attempts; wait a little"),
    "TooManyFailedAttemptsException": TooManyRequestsError("too many attempts; wait a little"),
}


@contextmanager
def _cognito(**special: RapportError) -> Iterator[None]:
    """Map Cognito's errors; `special` overrides by error code where the operation gives another meaning."""
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        known = special.get(code) or _ERRORS.get(code)
        if known is not None:
            raise type(known)(known.detail, field=known.field) from None
        raise DependencyUnavailableError(f"the user directory did not answer: {code}") from error
    except BotoCoreError as error:
        raise DependencyUnavailableError(f"the user directory did not answer: {type(error).__name__}") from error


@dataclass(frozen=True, slots=True)
class CognitoDirectory:
    """Implements `UserDirectory`."""

    client: AwsClient
    pool_id: str
    client_id: str

    def register(self, username: str, password: str, attributes: dict[str, str]) -> Delivery:
        with _cognito():
            answer = self.client.sign_up(
                ClientId=self.client_id,
                Username=username,
                Password=password,
                UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            )
        details = answer.get("CodeDeliveryDetails") or {}
        return Delivery(str(details.get("DeliveryMedium", "EMAIL")), _masked(attributes["email"]))

    def verify(self, username: str, code: str) -> None:
        wrong = InvalidInputError(WRONG_CODE, field="code")
        with _cognito(UserNotFoundException=wrong, NotAuthorizedException=wrong):
            self.client.confirm_sign_up(ClientId=self.client_id, Username=username, ConfirmationCode=code)
            self.client.admin_add_user_to_group(
                UserPoolId=self.pool_id, Username=username, GroupName=Role.CUSTOMER.value
            )

    def login(self, username: str, password: str) -> Tokens:
        with _cognito(InvalidParameterException=UnauthenticatedError(WRONG_CREDENTIALS)):
            answer = self.client.initiate_auth(
                ClientId=self.client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
        return _tokens(answer)

    def refresh(self, refresh_token: str) -> Tokens:
        over = UnauthenticatedError("the session has ended; sign in again")
        with _cognito(NotAuthorizedException=over, InvalidParameterException=over, UserNotFoundException=over):
            answer = self.client.initiate_auth(
                ClientId=self.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _tokens(answer)

    def logout(self, access_token: str) -> None:
        with _cognito():
            self.client.global_sign_out(AccessToken=access_token)


def _tokens(answer: dict[str, Any]) -> Tokens:
    result = answer.get("AuthenticationResult")
    if not result:
        # A challenge (second factor, new password) is answered on Cognito's own pages.
        raise UnauthenticatedError("this account needs a further step to sign in; ask your administrator")
    return Tokens(result["AccessToken"], result["IdToken"], result.get("RefreshToken"), int(result["ExpiresIn"]))


def _masked(email: str) -> str:
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain[:1]}***"
