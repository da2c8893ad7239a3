"""Block and allow lists, and how they learn from what agents say of the calls they took.

A person who puts a number on a list says until when. By itself a number is blocked when two agents called it spam,
for a week, then two, four, ... up to 90 days; one agent who says that a call was wanted ends that. Two agents who
say so let it through for 30 days. What a person decided is never changed by counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

DAY_MS = 86_400_000
# So many agents must agree; each counts once, by what they said last, for 30 days.
AGREE = 2
MARK_DAYS = 30
FIRST_BLOCK_DAYS, LONGEST_DAYS, ALLOW_DAYS = 7, 90, 30
# Who decided, where nobody did.
AUTOMATIC = "feedback"


class ListName(StrEnum):
    """Calls of blocked numbers are refused; those of allowed ones go through whatever the model says."""

    BLOCK = "block"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Entry:
    """A number on a list from `at` to `until` (epoch ms). `by` is a user name or `feedback`; `times` counts how often
    feedback has put it there.
    """

    token: str
    name: ListName
    at: int
    until: int
    by: str
    reason: str = ""
    times: int = 1

    def holds(self, now: int) -> bool:
        return self.at <= now < self.until

    @property
    def automatic(self) -> bool:
        return self.by == AUTOMATIC


@dataclass(frozen=True, slots=True)
class Mark:
    """What one agent said last of a number's calls."""

    agent: str
    spam: bool
    at: int
    contact_id: str | None = None

    def counts(self, now: int) -> bool:
        return now - self.at < MARK_DAYS * DAY_MS


def marks_as_spam(marks: Sequence[Mark], now: int) -> int:
    """How many agents said spam, less those who said it was not; never below 0."""
    said = [mark.spam for mark in marks if mark.counts(now)]
    return max(0, sum(said) - (len(said) - sum(said)))


@dataclass(frozen=True, slots=True)
class Lists:
    """The entries of one number; a list may have held it before (`block.until` in the past)."""

    block: Entry | None = None
    allow: Entry | None = None

    def blocked(self, now: int) -> bool:
        """Allowing wins: a wanted caller who is lost costs more than a spam call that is taken."""
        return self.block is not None and self.block.holds(now) and not self.allowed(now)

    def allowed(self, now: int) -> bool:
        return self.allow is not None and self.allow.holds(now)


def learn(lists: Lists, token: str, marks: Sequence[Mark], now: int, *, customer: bool) -> Lists:
    """The lists after the newest of these marks. A customer's number is never blocked by counting."""
    counting = [mark for mark in marks if mark.counts(now)]
    if not counting:
        return lists
    latest = max(counting, key=lambda mark: (mark.at, mark.agent))
    spam = marks_as_spam(counting, now)
    wanted = sum(not mark.spam for mark in counting) - sum(mark.spam for mark in counting)
    if latest.spam:
        return _blocked(lists, token, spam, now) if spam >= AGREE and not customer else lists
    block, allow = lists.block, lists.allow
    if block is not None and block.automatic and block.holds(now):
        block = replace(block, until=now)
    if wanted >= AGREE and (allow is None or not allow.holds(now)):
        allow = Entry(token, ListName.ALLOW, now, now + ALLOW_DAYS * DAY_MS, AUTOMATIC, f"{wanted} agents: wanted")
    return Lists(block, allow)


def _blocked(lists: Lists, token: str, spam: int, now: int) -> Lists:
    before = lists.block
    if (before is not None and before.holds(now)) or (lists.allow and lists.allow.holds(now)):
        return lists
    times = before.times + 1 if before is not None and before.automatic else 1
    days = min(LONGEST_DAYS, FIRST_BLOCK_DAYS * 2 ** (times - 1))
    entry = Entry(token, ListName.BLOCK, now, now + days * DAY_MS, AUTOMATIC, f"{spam} agents: spam", times)
    return replace(lists, block=entry)
