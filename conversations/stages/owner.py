"""Let only the owner of a conversation speak in it."""

from __future__ import annotations

from conversations.pipeline import EndTurn, Turn
from conversations.records import BOT


class CheckOwner:
    """Stop before the brain when a person, a queue or nobody owns the conversation."""

    name = "owner"

    async def run(self, turn: Turn) -> None:
        """End the turn silently when the bot is not the owner."""
        if turn.claim.conversation.owner != BOT:
            raise EndTurn
