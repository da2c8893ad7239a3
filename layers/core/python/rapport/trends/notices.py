"""Telling people and machines of alerts: one message for all that happened at once, and never one after the other.

What must be told is written with the alert and taken away when it was told, so that a crash in between tells it
later instead of never. EventBridge gets every change; live connections one message a run; an e-mail goes out at most
every fifteen minutes to the same person, with everything since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any, Protocol

from rapport.runtime.errors import DependencyUnavailableError
from rapport.runtime.observability import logger
from rapport.trends.monitors import Change, Language, Model, TrendAlert
from rapport.trends.series import TEAM
from rapport.vendors.errors import VendorError, VendorUnavailable

MAIL_APART_MS = 15 * 60_000
# An alert that nobody could be told of for so long is no news.
KEPT_MS = 24 * 3_600_000
MOST_IN_MAIL = 20


class Channel(StrEnum):
    BUS = "bus"
    LIVE = "live"
    EMAIL = "email"


class Notice(Model):
    """A change of an alert that must be told on the channels that are left."""

    notice_id: str
    change: Change
    alert: TrendAlert
    language: Language
    at: int
    left: tuple[Channel, ...]


class Outbox(Protocol):
    """Where notices wait."""

    def notices(self) -> list[Notice]: ...

    def told(self, notice: Notice) -> None:
        """Keep what is left of it, or remove it when nothing is."""
        ...

    def claim_mail(self, owner: str, *, now: int, apart_ms: int) -> bool:
        """Whether the person may get an e-mail now; then it counts as sent."""
        ...


class Bus(Protocol):
    def publish(self, detail_type: str, alerts: Sequence[Notice]) -> None: ...


class Live(Protocol):
    def tell(self, rooms_alerts: dict[str, list[dict[str, Any]]]) -> None: ...


class Mail(Protocol):
    """`SesEmail`."""

    def send(self, to: str, subject: str, text: str, html: str) -> str: ...


def notice_of(alert: TrendAlert, change: Change, *, email: bool, language: Language, at: int) -> Notice:
    """Openings go everywhere; that one is over is said where it disturbs nobody."""
    channels = [Channel.BUS, Channel.LIVE, *([Channel.EMAIL] if email and change is Change.OPENED else [])]
    notice_id = f"{alert.alert_id}-{change}"
    return Notice(notice_id=notice_id, change=change, alert=alert, language=language, at=at, left=tuple(channels))


@dataclass(slots=True)
class Teller:
    """Empties the outbox. `address_of` finds a user's e-mail address, None when there is none."""

    outbox: Outbox
    bus: Bus
    live: Live
    mail: Mail
    address_of: Callable[[str], str | None]
    rooms_of: Callable[[TrendAlert], Iterable[str]]
    link: str

    def tell(self, now: int) -> dict[Channel, int]:
        """How many notices were told on each channel; what fails stays for the next run."""
        waiting = {notice.notice_id: notice for notice in self.outbox.notices()}
        for notice in [old for old in waiting.values() if now - old.at > KEPT_MS]:
            self.outbox.told(notice.model_copy(update={"left": ()}))
            del waiting[notice.notice_id]
        told: dict[Channel, int] = {}
        for channel, by in ((Channel.BUS, self._bus), (Channel.LIVE, self._live), (Channel.EMAIL, self._mail)):
            due = [notice for notice in waiting.values() if channel in notice.left]
            done = by(due, now) if due else []
            for notice in done:
                left = tuple(other for other in notice.left if other is not channel)
                waiting[notice.notice_id] = notice.model_copy(update={"left": left})
                self.outbox.told(waiting[notice.notice_id])
            told[channel] = len(done)
        return told

    def _bus(self, due: list[Notice], now: int) -> list[Notice]:
        del now
        done = []
        for change in Change:
            mine = [notice for notice in due if notice.change is change]
            try:
                if mine:
                    self.bus.publish(f"Trend Alert {change.capitalize()}", mine)
            except DependencyUnavailableError as error:
                logger.warning("alerts not published", extra={"detail": error.detail, "alerts": len(mine)})
            else:
                done += mine
        return done

    def _live(self, due: list[Notice], now: int) -> list[Notice]:
        del now
        rooms: dict[str, list[dict[str, Any]]] = {}
        for notice in due:
            for room in self.rooms_of(notice.alert):
                rooms.setdefault(room, []).append(
                    {"change": notice.change.value, **notice.alert.model_dump(mode="json", exclude_none=True)}
                )
        try:
            self.live.tell(rooms)
        except DependencyUnavailableError as error:
            logger.warning("alerts not pushed", extra={"detail": error.detail, "alerts": len(due)})
            return []
        return due

    def _mail(self, due: list[Notice], now: int) -> list[Notice]:
        done: list[Notice] = []
        for owner in sorted({notice.alert.owner for notice in due}):
            mine = [notice for notice in due if notice.alert.owner == owner]
            address = self.address_of(owner)
            if address is None:
                logger.info("nobody to write to", extra={"alerts": len(mine)})
                done += mine
            elif self.outbox.claim_mail(owner, now=now, apart_ms=MAIL_APART_MS):
                done += mine if self._sent(address, mine) else []
        return done

    def _sent(self, address: str, notices: list[Notice]) -> bool:
        subject, text = letter(notices, self.link)
        html = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")).replace("\n", "<br>")
        try:
            self.mail.send(address, subject, text, html)
        except VendorUnavailable:
            return False
        except VendorError as error:
            # What SES refuses it refuses again.
            logger.warning("alert e-mail refused", extra={"code": error.code})
        return True


def letter(notices: Sequence[Notice], link: str) -> tuple[str, str]:
    """Subject and text of one e-mail about everything that happened, in the language of the newest."""
    newest = max(notices, key=lambda notice: notice.at)
    shown = sorted(notices, key=lambda notice: notice.at)[:MOST_IN_MAIL]
    more = len(notices) - len(shown)
    if newest.language == "ja":
        subject = f"アラート{len(notices)}件: {_line(newest.alert.name)}"
        lines = [f"・{_line(n.alert.name)}({n.alert.series}): {n.alert.reason.ja}" for n in shown]
        return subject, "\n".join([*lines, *([f"ほか{more}件"] if more else [])]) + f"\n\n詳細: {link}"
    subject = f"{len(notices)} alert{'s' if len(notices) > 1 else ''}: {_line(newest.alert.name)}"
    lines = [f"- {_line(n.alert.name)} ({n.alert.series}): {n.alert.reason.en}" for n in shown]
    return subject, "\n".join([*lines, *([f"and {more} more"] if more else [])]) + f"\n\nSee {link}"


def _line(text: str) -> str:
    return " ".join(text.split())


def team_of(alert: TrendAlert) -> str | None:
    """The team whose series it is."""
    return alert.series.removeprefix(TEAM) if alert.series.startswith(TEAM) else None
