"""Ask the brain for its answer."""

from __future__ import annotations

from conversations.pipeline import EndTurn, Turn
from conversations.ports import Brain, Question
from conversations.texts import texts

_LEAST_SECONDS = 1.0


class AskBrain:
    """Play the turn to the brain, within what is left of the person's patience."""

    name = "brain"

    def __init__(self, brain: Brain, timeout: float, patience: float) -> None:
        self._brain = brain
        self._timeout = timeout
        self._patience = patience

    async def run(self, turn: Turn) -> None:
        """Fill in `turn.replies`."""
        if turn.payload is None and not any(char.isalnum() for char in turn.text):
            raise EndTurn(texts().unreadable, offer=True)
        conversation = turn.claim.conversation
        waited = (turn.now - turn.claim.started_at).total_seconds()
        answer = await self._brain.ask(
            Question(
                conversation=conversation.id,
                message_id=turn.claim.event_id,
                identity=f"{conversation.channel}:{conversation.identity}",
                text=turn.text if turn.payload is None else None,
                payload=turn.payload,
                capabilities=turn.capabilities,
            ),
            limit=min(self._timeout, max(self._patience - waited, _LEAST_SECONDS)),
        )
        turn.replies, turn.answered = answer.replies, True
