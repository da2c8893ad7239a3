"""What AI help holds about a person: conversations with the chatbot, and what was asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapport.ai.chat_store import DynamoChatStore
from rapport.ai.ledger_store import AiLedger
from rapport.identity.personal import Kept


class AiHelp:
    """Implements `Holder`. All of it is deleted; the sums by day, which stay, name nobody."""

    name = "ai"

    def __init__(self, conversations: DynamoChatStore, ledger: AiLedger) -> None:
        self._conversations = conversations
        self._ledger = ledger

    def export(self, username: str) -> Any:
        return {
            "conversations": [each.model_dump(mode="json") for each in self._conversations.all_sessions(username)],
            "said": [each.model_dump(mode="json") for each in self._conversations.all_turns(username)],
            "interactions": [each.model_dump(mode="json") for each in self._ledger.all_of_user(username)],
        }

    def erase(self, username: str) -> Sequence[Kept]:
        """Interactions first. The index that finds them lags behind, so that those of the last moments are found by
        what was said, too.
        """
        said = [turn.interaction_id for turn in self._conversations.all_turns(username) if turn.interaction_id]
        self._ledger.forget([*said, *(each.interaction_id for each in self._ledger.all_of_user(username))])
        self._conversations.erase(username)
        return ()
