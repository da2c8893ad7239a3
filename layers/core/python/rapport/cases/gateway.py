"""Who may work on cases: the members of these groups of the user pool."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from rapport.identity.model import Role
from rapport.runtime.dynamodb import AwsClient, dependency

ROLES = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
FRESH_S = 60.0


@dataclass
class CognitoStaff:
    """Implements `Staff`; what was read is good for a minute."""

    client: AwsClient
    pool_id: str
    _read: tuple[float, frozenset[str]] | None = field(default=None, init=False)

    def names(self) -> frozenset[str]:
        if self._read is None or time.monotonic() - self._read[0] > FRESH_S:
            found = frozenset(name for role in ROLES for name in self._members(role))
            self._read = (time.monotonic(), found)
        return self._read[1]

    def _members(self, role: Role) -> list[str]:
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            with dependency("the user directory"):
                answer = self.client.list_users_in_group(UserPoolId=self.pool_id, GroupName=role.value, **more)
            found += [user["Username"] for user in answer["Users"] if user.get("Enabled", True)]
            if not answer.get("NextToken"):
                return found
            more = {"NextToken": answer["NextToken"]}
