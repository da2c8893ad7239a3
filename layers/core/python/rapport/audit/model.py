"""Entries of the audit trail: who did what to what, when, from where.

People appear under pseudonyms only. What a pseudonym means is kept apart and is deleted when a person is erased: the
trail stays whole, and no longer says who it was.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from rapport.runtime.chain import Link


class Action(StrEnum):
    """What is recorded. The names never change once written."""

    DAY_OPENED = "day_opened"
    REGISTERED = "registered"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    TOKEN_REUSED = "token_reused"  # noqa: S105 - the name of an action
    SESSION_REVOKED = "session_revoked"
    SIGNED_OUT = "signed_out"
    PROFILE_CHANGED = "profile_changed"
    EXPORTED = "exported"
    ERASED = "erased"
    ROLES_CHANGED = "roles_changed"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    LOGS_READ = "logs_read"
    CASE_DECIDED = "case_decided"
    MODEL_PROMOTED = "model_promoted"
    MODEL_ROLLED_BACK = "model_rolled_back"


class Entry(Link):
    """An entry of a day's chain. `at` is epoch milliseconds; `actor` and `person` are pseudonyms; `subject` names what
    is no person (a case, a model); `address` is shortened; `data` holds no personal data.
    """

    at: int
    action: Action
    actor: str | None = None
    person: str | None = None
    subject: str | None = None
    address: str | None = None
    data: dict[str, str] = Field(default_factory=dict)
