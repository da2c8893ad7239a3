"""EventBridge, live connections and the user directory, as alerts need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rapport.identity.gateway import account, cognito
from rapport.live.model import agent_room, team_room
from rapport.live.service import Post, render
from rapport.runtime.dynamodb import AwsClient
from rapport.runtime.errors import NotFoundError
from rapport.runtime.event_bus import BusEvent, EventBus
from rapport.trends.monitors import TrendAlert
from rapport.trends.notices import Notice, team_of

SOURCE = "rapport.trends"


@dataclass(frozen=True, slots=True)
class AlertEvents:
    """Implements `Bus`: an event for each alert."""

    bus: EventBus

    def publish(self, detail_type: str, alerts: Sequence[Notice]) -> None:
        self.bus.put_all([BusEvent(detail_type, notice.alert.model_dump_json()) for notice in alerts])


class Rooms(Protocol):
    """Who listens in a room."""

    def members(self, room: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class LiveAlerts:
    """Implements `Live`: one message to each connection in a room, whatever happened."""

    rooms: Rooms
    post: Post

    def tell(self, rooms_alerts: dict[str, list[dict[str, Any]]]) -> None:
        outgoing: dict[str, dict[str, dict[str, Any]]] = {}
        for room, alerts in rooms_alerts.items():
            for connection_id in self.rooms.members(room):
                # Who listens in two rooms hears of an alert once.
                mine = outgoing.setdefault(connection_id, {})
                mine.update({f"{alert['alert_id']} {alert['change']}": alert for alert in alerts})
        for connection_id, mine in outgoing.items():
            # One that is gone hears nothing, and its items expire.
            self.post.send(connection_id, render({"type": "trend_alerts", "alerts": list(mine.values())}))


def rooms_of(alert: TrendAlert) -> Iterable[str]:
    """Its owner's own room, and the team's where it is the team's series."""
    yield agent_room(alert.owner)
    team = team_of(alert)
    if team is not None:
        yield team_room(team)


@dataclass(frozen=True, slots=True)
class CognitoAddresses:
    """E-mail addresses by user name, as the directory has them: nobody can have alerts sent to somebody else."""

    client: AwsClient
    pool_id: str

    def of(self, username: str) -> str | None:
        try:
            with cognito(UserNotFoundException=NotFoundError("there is no such user")):
                found = account(self.client.admin_get_user(UserPoolId=self.pool_id, Username=username))
        except NotFoundError:
            return None
        unproven = found.attributes.get("email_verified") == "false"
        return found.attributes.get("email") if found.enabled and not unproven else None
