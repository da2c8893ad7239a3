"""Cognito as administrators use it, CloudWatch Logs, and the queues of what failed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rapport.admin.observed import LOG_GROUP, FunctionUsage, Line, Wanted, usage_of
from rapport.identity.directory import Account
from rapport.identity.gateway import account, cognito
from rapport.runtime.dynamodb import AwsClient, dependency, error_code
from rapport.runtime.errors import DependencyUnavailableError, InvalidInputError, NotFoundError

MOST_A_PAGE = 60
MOST_REPORTS = 1000
# Of up to 10,000 lines or 1 MB each, whichever is less.
MOST_PAGES = 10
_SAFE = re.compile(r"[^A-Za-z0-9._@-]")


@dataclass(frozen=True, slots=True)
class CognitoStaff:
    """Implements `Staff`."""

    client: AwsClient
    pool_id: str

    def find(self, username: str) -> Account | None:
        try:
            with cognito(UserNotFoundException=NotFoundError("there is no such user")):
                return account(self.client.admin_get_user(UserPoolId=self.pool_id, Username=username))
        except NotFoundError:
            return None

    def page(
        self, *, group: str | None, prefix: str | None, limit: int, cursor: str | None
    ) -> tuple[list[Account], str | None]:
        """Cognito knows 60 users a page at most, and either a group or a beginning."""
        token = _opened(cursor)
        limit = min(limit, MOST_A_PAGE)
        wrong = InvalidInputError("the cursor is not one that was given out here", field="cursor")
        with cognito(InvalidParameterException=wrong, ResourceNotFoundException=NotFoundError("no such group")):
            if group is not None:
                more = {"NextToken": token} if token else {}
                answer = self.client.list_users_in_group(UserPoolId=self.pool_id, GroupName=group, Limit=limit, **more)
                following = answer.get("NextToken")
            else:
                more = {"PaginationToken": token} if token else {}
                # A quote would end the value of the filter.
                chosen = {"Filter": f'username ^= "{_SAFE.sub("", prefix)}"'} if prefix else {}
                answer = self.client.list_users(UserPoolId=self.pool_id, Limit=limit, **chosen, **more)
                following = answer.get("PaginationToken")
        return [account(user) for user in answer["Users"]], _closed(following)

    def groups_of(self, username: str) -> tuple[str, ...]:
        with cognito():
            answer = self.client.admin_list_groups_for_user(UserPoolId=self.pool_id, Username=username)
        return tuple(group["GroupName"] for group in answer["Groups"])

    def exists(self, group: str) -> bool:
        try:
            with cognito(ResourceNotFoundException=NotFoundError("there is no such group")):
                self.client.get_group(UserPoolId=self.pool_id, GroupName=group)
        except NotFoundError:
            return False
        return True

    def join(self, username: str, group: str) -> None:
        with cognito():
            self.client.admin_add_user_to_group(UserPoolId=self.pool_id, Username=username, GroupName=group)

    def leave(self, username: str, group: str) -> None:
        with cognito():
            self.client.admin_remove_user_from_group(UserPoolId=self.pool_id, Username=username, GroupName=group)

    def enable(self, username: str) -> None:
        with cognito():
            self.client.admin_enable_user(UserPoolId=self.pool_id, Username=username)

    def disable(self, username: str) -> None:
        with cognito():
            self.client.admin_disable_user(UserPoolId=self.pool_id, Username=username)

    def sign_out(self, username: str) -> None:
        with cognito():
            self.client.admin_user_global_sign_out(UserPoolId=self.pool_id, Username=username)

    def count(self, group: str) -> int:
        """Counted page by page: Cognito keeps no number of a group."""
        return sum(1 for _ in self._members(group))

    def _members(self, group: str) -> Iterator[Account]:
        cursor: str | None = None
        while True:
            found, cursor = self.page(group=group, prefix=None, limit=MOST_A_PAGE, cursor=cursor)
            yield from found
            if cursor is None:
                return


@dataclass(frozen=True, slots=True)
class CloudWatchLogs:
    """Implements `Logs`."""

    client: AwsClient

    def lines(
        self, function: str, wanted: Wanted, *, since: int, until: int, limit: int, cursor: str | None
    ) -> tuple[list[Line], str | None]:
        """Lines of a function, oldest first; a page may be empty although a cursor follows."""
        token = _opened(cursor)
        found = self._filter(
            logGroupName=LOG_GROUP + function,
            filterPattern=wanted.pattern,
            startTime=since,
            endTime=until,
            limit=limit,
            **({"nextToken": token} if token else {}),
        )
        lines = (Line.read(event["timestamp"], event["message"]) for event in found["events"])
        return [line for line in lines if wanted.takes(line)], _closed(found.get("nextToken"))

    def usage(self, function: str, *, since: int, until: int) -> FunctionUsage:
        """How often and how fast a function ran, by the report that Lambda writes of each run."""
        found = self._filter(
            logGroupName=LOG_GROUP + function,
            filterPattern='"REPORT RequestId"',
            startTime=since,
            endTime=until,
            limit=MOST_REPORTS,
        )
        return usage_of(function, [event["message"] for event in found["events"]], partial=bool(found.get("nextToken")))

    def saying(self, function: str, words: str, *, since: int, until: int) -> tuple[list[Line], bool]:
        """Every line of a function that holds the words, and whether there were more than are read here."""
        found: list[Line] = []
        more: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = self._filter(
                logGroupName=LOG_GROUP + function,
                filterPattern=f'"{words}"',
                startTime=since,
                endTime=until,
                **more,
            )
            found.extend(Line.read(event["timestamp"], event["message"]) for event in answer["events"])
            if not answer.get("nextToken"):
                return found, False
            more = {"nextToken": answer["nextToken"]}
        return found, True

    def _filter(self, **request: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self.client.filter_log_events(**request)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                return {"events": []}
            if error_code(error) == "InvalidParameterException":
                raise InvalidInputError("the cursor is not one that was given out here", field="cursor") from None
            raise DependencyUnavailableError(f"CloudWatch Logs did not answer: {error_code(error)}") from error
        return answer


@dataclass(frozen=True, slots=True)
class Queues:
    """Implements `DeadLetters`."""

    client: AwsClient
    urls: tuple[str, ...]

    def waiting(self) -> int:
        """Messages in all of the queues, about."""
        name = "ApproximateNumberOfMessages"
        total = 0
        for url in self.urls:
            with dependency("SQS"):
                answer = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
            total += int(answer["Attributes"][name])
        return total


def _closed(token: str | None) -> str | None:
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=") if token else None


def _opened(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        raise InvalidInputError("the cursor is not one that was given out here", field="cursor") from None
