"""Amazon Cognito as the user directory. Its errors become ours without telling whether a user exists.

Everything but revoking goes through Cognito's administrative operations: the application client takes no password from
anybody else, so nobody gets around the limits by asking Cognito directly.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rapport.identity.directory import Account, Tokens
from rapport.identity.model import Role
from rapport.runtime.dynamodb import AwsClient, error_code
from rapport.runtime.errors import (
    DependencyUnavailableError,
    InvalidInputError,
    NotFoundError,
    RapportError,
    TooManyRequestsError,
    UnauthenticatedError,
)

WRONG_CREDENTIALS = "the user name or the password is wrong"

_ERRORS: dict[str, RapportError] = {
    "NotAuthorizedException": UnauthenticatedError(WRONG_CREDENTIALS),
    "UserNotFoundException": UnauthenticatedError(WRONG_CREDENTIALS),
    "UserNotConfirmedException": UnauthenticatedError(WRONG_CREDENTIALS),
    "PasswordResetRequiredException": UnauthenticatedError(WRONG_CREDENTIALS),
    "InvalidPasswordException": InvalidInputError(
        "at least 12 characters with lower and upper case letters, a digit and a symbol", field="password"
    ),
    "InvalidParameterException": InvalidInputError("a value is not acceptable"),
    "TooManyRequestsException": TooManyRequestsError("too many attempts; wait a little"),
    "LimitExceededException": TooManyRequestsError("too many attempts; wait a little"),
}


@contextmanager
def cognito(**special: RapportError) -> Iterator[None]:
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


def account(user: Mapping[str, Any]) -> Account:
    """A user as Cognito tells of it; lists and single answers name the attributes differently."""
    told = user.get("UserAttributes") or user.get("Attributes") or []
    return Account(
        username=user["Username"],
        enabled=bool(user.get("Enabled", True)),
        status=str(user.get("UserStatus", "")),
        created_at=int(user["UserCreateDate"].timestamp() * 1000),
        attributes={each["Name"]: each["Value"] for each in told},
    )


@dataclass(frozen=True, slots=True)
class CognitoDirectory:
    """Implements `Directory`."""

    client: AwsClient
    pool_id: str
    client_id: str

    def open_account(self, username: str, password: str, attributes: Mapping[str, str]) -> bool:
        """The account is shut before it has a password that its owner knows."""
        whole = {**attributes, "phone_number_verified": "false"}
        try:
            with cognito():
                self._create(username, whole)
        except _TakenError:
            found = self.find(username)
            if found is None or found.verified:
                return False
            self.update(username, whole)
        with cognito():
            self.client.admin_disable_user(UserPoolId=self.pool_id, Username=username)
            self.client.admin_set_user_password(
                UserPoolId=self.pool_id, Username=username, Password=password, Permanent=True
            )
        return True

    def _create(self, username: str, attributes: Mapping[str, str]) -> None:
        try:
            self.client.admin_create_user(
                UserPoolId=self.pool_id,
                Username=username,
                MessageAction="SUPPRESS",
                # Nobody learns this one.
                TemporaryPassword=f"Aa1!{secrets.token_urlsafe(24)}",
                UserAttributes=_attributes(attributes),
            )
        except ClientError as error:
            if error_code(error) in {"UsernameExistsException", "AliasExistsException"}:
                raise _TakenError from None
            raise

    def confirm(self, username: str) -> None:
        self.update(username, {"phone_number_verified": "true"})
        with cognito():
            self.client.admin_add_user_to_group(
                UserPoolId=self.pool_id, Username=username, GroupName=Role.CUSTOMER.value
            )
            self.client.admin_enable_user(UserPoolId=self.pool_id, Username=username)

    def login(self, username: str, password: str) -> Tokens:
        with cognito(InvalidParameterException=UnauthenticatedError(WRONG_CREDENTIALS)):
            answer = self.client.admin_initiate_auth(
                UserPoolId=self.pool_id,
                ClientId=self.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
        return _tokens(answer)

    def refresh(self, refresh_token: str) -> Tokens:
        over = UnauthenticatedError("the session has ended; sign in again")
        with cognito(NotAuthorizedException=over, InvalidParameterException=over, UserNotFoundException=over):
            answer = self.client.admin_initiate_auth(
                UserPoolId=self.pool_id,
                ClientId=self.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _tokens(answer)

    def sign_out(self, username: str) -> None:
        with cognito():
            self.client.admin_user_global_sign_out(UserPoolId=self.pool_id, Username=username)

    def find(self, username: str) -> Account | None:
        try:
            with cognito(UserNotFoundException=NotFoundError("there is no such user")):
                return account(self.client.admin_get_user(UserPoolId=self.pool_id, Username=username))
        except NotFoundError:
            return None

    def update(self, username: str, attributes: Mapping[str, str]) -> None:
        with cognito():
            self.client.admin_update_user_attributes(
                UserPoolId=self.pool_id, Username=username, UserAttributes=_attributes(attributes)
            )

    def delete(self, username: str) -> None:
        try:
            with cognito(UserNotFoundException=NotFoundError("gone")):
                self.client.admin_delete_user(UserPoolId=self.pool_id, Username=username)
        except NotFoundError:
            return


class _TakenError(Exception):
    """Somebody has this name or address."""


def _attributes(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def _tokens(answer: dict[str, Any]) -> Tokens:
    result = answer.get("AuthenticationResult")
    if not result:
        # A challenge (second factor, new password) is answered on Cognito's own pages.
        raise UnauthenticatedError("this account needs a further step to sign in; ask your administrator")
    return Tokens(result["AccessToken"], result["IdToken"], result.get("RefreshToken"), int(result["ExpiresIn"]))
